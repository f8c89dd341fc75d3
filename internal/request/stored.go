package request

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/store"
)

// ErrDamaged is a stored orientation that is not what was written.
var ErrDamaged = errors.New("damaged")

// Stored is one orientation as its table has it, for the commands that check
// and compare all of them.
type Stored struct {
	Orientation
	Reference string // of its request

	engine, knowledge string // what the table says beside the result
	text              string
}

// storedPage is how many orientations are read in one go: a result has some
// tens of kilobytes.
const storedPage = 100

// EachStored gives f every orientation of the platform, the oldest first, also
// those that cannot be read: Replay tells. Only the program itself may ask;
// nothing is written down, for nobody is shown a file.
func EachStored(ctx context.Context, db *store.DB, by access.Actor, f func(Stored) error) error {
	if by.Role != access.System || by.Platform == "" {
		return phare.Fault(phare.Forbidden, "error.forbidden")
	}
	for last := phare.ID(""); ; {
		var page []Stored
		err := db.Read(ctx, func(v *store.View) (err error) {
			page, err = storedAfter(v, by.Platform, last)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, s := range page {
			if err := f(s); err != nil {
				return err
			}
		}
		last = page[len(page)-1].ID
	}
}

// storedAfter reads one page. Ids grow with time, and orientations are only
// ever added.
func storedAfter(v *store.View, platform string, last phare.ID) ([]Stored, error) {
	return store.All(v, func(row store.Row) (s Stored, err error) {
		err = row.Scan(&s.ID, &s.Request, &s.Reference, store.Time(&s.At), &s.Actor, &s.knowledge, &s.engine, store.SealedElse(&s.text, "orientation.result", &s.ID))
		if err == nil && json.Unmarshal([]byte(s.text), &s.Result) != nil {
			s.Result = orientation.Result{} // Replay says so
		}
		return s, err
	}, fmt.Sprintf(`SELECT o.id, o.request, r.reference, o.at, o.actor, o.knowledge, o.engine, o.result
		FROM orientation o JOIN request r ON r.id = o.request AND (r.platform || '') = o.platform
		WHERE o.platform = $1 AND o.id > $2 AND r.form NOT LIKE '`+ErasedForm+`%%' ORDER BY o.id LIMIT %d`, storedPage), platform, last)
}

// Replay computes the orientation again and compares every byte that is stored.
// It returns nil if they are the same; an error that wraps ErrVersion or
// ErrKnowledge of package orientation if e cannot tell; else one that wraps
// ErrDamaged and names no disease and no sign.
func (s Stored) Replay(e *orientation.Engine) error {
	if s.engine != s.Result.Engine || s.knowledge != s.Result.Knowledge {
		return fmt.Errorf("%w: the result cannot be read, or is not of the version or knowledge that its table says", ErrDamaged)
	}
	err := e.Replay(s.Result)
	switch {
	case errors.Is(err, orientation.ErrVersion) || errors.Is(err, orientation.ErrKnowledge):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrDamaged, orientation.ErrDiffers)
	}
	again, err := json.Marshal(s.Result)
	if err == nil && string(again) != s.text {
		err = fmt.Errorf("%w: the text holds more than the result", ErrDamaged)
	}
	return err
}
