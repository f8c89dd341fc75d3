package circle

import (
	"context"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// lapseSpan is how far back a place that ended by its date is looked for: longer than
// the program may have stood still.
const lapseSpan = 30 * 24 * time.Hour

// lapsed is a place that ended by its date, of someone who could take others in.
type lapsed struct {
	file File
	row  phare.ID
	name string
}

// Lapse tells of the narrow files that nobody is left in since a place ended by its
// date, which is no act of anybody: their timelines, and who can take them over.
func Lapse(ctx context.Context, db *store.DB, by access.Actor) error {
	var ended []lapsed
	err := db.Read(ctx, func(v *store.View) (err error) {
		ended, err = lapses(v, by.Platform)
		return err
	})
	for _, l := range ended {
		err = errors.Join(err, db.Write(ctx, by.Act("circle.end", string(l.file.ID)).For(string(l.row)), func(tx *store.Tx) error {
			return vacate(tx, by, l.file.ID, leaving{name: l.name})
		}))
	}
	return err
}

// lapses are those whose file is empty and does not say so since then.
func lapses(v *store.View, platform string) (ended []lapsed, err error) {
	all, err := store.All(v, func(row store.Row) (l lapsed, err error) {
		err = row.Scan(&l.file.ID, &l.file.Guard, &l.file.Owner, &l.row, &l.name)
		return l, err
	}, `SELECT request.id, guard, owner, c.id, a.name FROM circle c JOIN request ON request.id = c.request AND (request.platform || '') = c.platform JOIN account a ON a.id = c.account AND (a.platform || '') = c.platform
		WHERE c.platform = $1 AND c.place = 'in' AND c.until <> '' AND c.until <= $2 AND c.until > $3 AND a.active AND a.role IN ('nurse', 'physician') AND `+kept+`
		AND NOT EXISTS (SELECT 1 FROM event e WHERE e.request = request.id AND e.platform = request.platform AND e.kind = $4 AND e.at >= c.until) ORDER BY c.until DESC, c.id`,
		platform, v.Now(), v.Now().Add(-lapseSpan), emptied)
	if err != nil {
		return nil, err
	}
	mode, err := Mode(v, platform)
	if err != nil {
		return nil, err
	}
	seen := map[phare.ID]bool{}
	for _, l := range all {
		if seen[l.file.ID] || !l.file.narrow(mode) {
			continue
		}
		seen[l.file.ID] = true
		members, err := membersOf(v, platform, []File{l.file})
		if err != nil {
			return nil, err
		}
		if len(keepers(members[l.file.ID])) == 0 {
			ended = append(ended, l)
		}
	}
	return ended, nil
}
