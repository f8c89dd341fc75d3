package arrival

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// Board is what waits, what was put aside and can be taken up again, and what was
// matched and can be parted again.
type Board struct {
	Waiting, Aside []Arrival
	Matched        []Arrival // to files that are open to the desk
	More           phare.ID  // the last that is listed, when more wait
}

// shown is how many of each a page lists.
const shown = 50

// List shows what arrived to who may triage, what waits longest first: those behind
// after, if it is one. The look is written down.
func List(ctx context.Context, db *store.DB, by access.Actor, after phare.ID) (b Board, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return b, err
	}
	err = db.Write(ctx, by.Act("arrival.list", by.Platform), func(tx *store.Tx) error {
		due, err := dueOf(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		if b.Waiting, err = waiting(&tx.View, by, after); err != nil {
			return err
		}
		b.More = ""
		if len(b.Waiting) > shown {
			b.Waiting, b.More = b.Waiting[:shown], b.Waiting[shown-1].ID
		}
		for i := range b.Waiting {
			b.Waiting[i].Late = tx.Now.After(due(b.Waiting[i].CameAt))
		}
		if b.Aside, err = ended(&tx.View, by, Aside); err == nil {
			b.Matched, err = ended(&tx.View, by, Matched)
		}
		return err
	})
	return b, err
}

// Count is how many wait, and how many of them since more than a working day.
func Count(ctx context.Context, db *store.DB, by access.Actor) (waiting, late int, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return 0, 0, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		came, err := store.All(v, func(row store.Row) (t time.Time, err error) {
			err = row.Scan(store.Time(&t))
			return t, err
		}, `SELECT came_at FROM arrival WHERE platform = $1 AND state = 'waiting'`, by.Platform)
		if err != nil || len(came) == 0 {
			return err
		}
		due, err := dueOf(v, by.Platform)
		waiting = len(came)
		for _, t := range came {
			if v.Now().After(due(t)) {
				late++
			}
		}
		return err
	})
	return waiting, late, err
}

// Open shows one arrival with its files. The look is written down.
func Open(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (a Arrival, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return a, err
	}
	err = db.Write(ctx, by.Act("arrival.look", string(id)), func(tx *store.Tx) error {
		if a, err = find(&tx.View, by, id); err != nil {
			return err
		}
		due, err := dueOf(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		a.Late = a.IsOpen() && tx.Now.After(due(a.CameAt))
		a.Files, err = attachment.Of(&tx.View, place(a.Platform, a.ID))
		return err
	})
	return a, err
}

// OpenFile gives a file of an arrival out. The look is written down before the
// first byte leaves; read then writes the bytes.
func OpenFile(ctx context.Context, db *store.DB, by access.Actor, id, piece phare.ID) (f attachment.Attachment, read func(io.Writer) error, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return f, nil, err
	}
	err = db.Write(ctx, by.Act("arrival.file", string(id)).For(string(piece)), func(tx *store.Tx) error {
		a, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if f, err = attachment.Find(&tx.View, place(a.Platform, a.ID), piece); err != nil {
			return err
		}
		if !f.IsOut() {
			return phare.Fault(phare.Conflict, "attachment.closed")
		}
		return nil
	})
	return f, func(w io.Writer) error {
		return f.Read(func(one func(*store.View) error) error { return db.Read(ctx, one) }, w)
	}, err
}

// Ref is an arrival as someone saw it.
type Ref struct {
	ID      phare.ID
	Version int64
}

// settle changes an arrival that still waits, as it was seen.
func settle(ctx context.Context, db *store.DB, by access.Actor, act store.Act, version int64, do func(*store.Tx, Arrival) error) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		a, err := find(&tx.View, by, phare.ID(act.Subject))
		if err != nil {
			return err
		}
		if err := a.stillAt(version); err != nil {
			return err
		}
		return do(tx, a)
	})
}

// stillAt says whether an arrival waits, as someone saw it.
func (a Arrival) stillAt(version int64) error {
	if a.State != Waiting {
		return phare.Fault(phare.Conflict, "arrival.settled")
	}
	if a.Version != version {
		return phare.Fault(phare.Conflict, "error.conflict")
	}
	return nil
}

// Making is a request that someone of the desk makes of an arrival: by which form,
// and what they read in it.
type Making struct {
	Ref
	Form   string
	Fields request.Fields
}

// Make makes a new request of an arrival, as the page of calls does of a call. The
// same form sent twice makes one.
func Make(ctx context.Context, db *store.DB, key access.Key, by access.Actor, m Making) (receipt request.Receipt, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return receipt, err
	}
	var a Arrival
	err = db.Read(ctx, func(v *store.View) error {
		a, err = find(v, by, m.ID)
		return err
	})
	if err != nil {
		return receipt, err
	}
	if a.State != Waiting {
		if receipt, _, err := request.CallReceipt(ctx, db, key, by, m.Form); a.State == Made && err == nil && receipt.Request == a.Request {
			return receipt, nil // the second click
		}
		return receipt, phare.Fault(phare.Conflict, "arrival.settled")
	}
	a.Version = m.Version
	m.Fields.Channel = a.Channel
	return request.FromArrived(ctx, db, request.Noting{Key: key, By: by, Form: m.Form, End: func(tx *store.Tx, r request.Request) error {
		if err := a.end(tx, by, Made, r.ID); err != nil {
			return err
		}
		if err := tx.Also(by.Act("arrival.make", string(a.ID))); err != nil {
			return err
		}
		return a.empty(tx)
	}}, m.Fields, a.arrived())
}

// Putting is why an arrival is put aside, and what its sender was told.
type Putting struct {
	Reason, Told, Words string
}

// longestRemark bounds what a sender was told, in characters.
const longestRemark = 2000

func (p *Putting) accept() error {
	var reason, told, words *phare.Error
	if !slices.Contains(Reasons(), p.Reason) {
		reason = phare.Field("reason", "arrival.reason.missing")
	}
	if p.Told == "" && (p.Reason == Spam || p.Reason == Empty) { // nobody to tell
		p.Told = "nothing"
	}
	if !slices.Contains(Tellings(), p.Told) || p.Reason == NotOur && p.Told == "nothing" {
		told = phare.Field("told", "arrival.told.missing")
	}
	switch {
	case p.Reason == NotOur && p.Words == "":
		words = phare.Field("words", "arrival.words.missing")
	case utf8.RuneCountInString(p.Words) > longestRemark:
		words = phare.Field("words", "desk.toolong")
	}
	return phare.Faults(reason, told, words)
}

// PutAside takes an arrival out of the queue. It can be taken up again for AsideLife.
func PutAside(ctx context.Context, db *store.DB, by access.Actor, ref Ref, p Putting) error {
	p.Words = strings.TrimSpace(p.Words)
	return settle(ctx, db, by, by.Act("arrival.aside", string(ref.ID)).For(p.Reason), ref.Version, func(tx *store.Tx, a Arrival) error {
		if err := p.accept(); err != nil {
			return err
		}
		a.Reason, a.Told, a.Remark = p.Reason, p.Told, p.Words
		return a.end(tx, by, Aside, "")
	})
}

// PutAllAside is PutAside for several that need nobody told, with one reason: junk and
// what is empty. What somebody settled meanwhile stays as it is.
func PutAllAside(ctx context.Context, db *store.DB, by access.Actor, all []Ref, reason string) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	var missing, none *phare.Error
	if reason != Spam && reason != Empty {
		missing = phare.Field("reason", "arrival.reason.missing")
	}
	if len(all) == 0 {
		none = phare.Field("pick", "arrival.pick.missing")
	}
	if err := phare.Faults(none, missing); err != nil {
		return err
	}
	for _, ref := range all[:min(shown, len(all))] {
		if err := PutAside(ctx, db, by, ref, Putting{Reason: reason}); err != nil && phare.KindOf(err) != phare.Conflict {
			return err
		}
	}
	return nil
}

// TakeUp puts what was put aside back into the queue, to whoever takes it up.
func TakeUp(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("arrival.back", string(id)), func(tx *store.Tx) error {
		a, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if !a.IsBack(tx.Now) {
			return phare.Fault(phare.Conflict, "arrival.settled")
		}
		return tx.Update(`UPDATE arrival SET state = 'waiting', holder = $1, holder_since = $2, reason = '', told = '', remark = '', ended_at = '', ended_by = '', ended_name = '', version = version + 1
			WHERE id = $3 AND platform = $4 AND state = 'aside'`, by.ID, tx.Now, id, by.Platform)
	})
}

// Pass names another colleague to resolve an arrival (ask 19: it becomes theirs).
func Pass(ctx context.Context, db *store.DB, by access.Actor, ref Ref, to string) error {
	return settle(ctx, db, by, by.Act("arrival.pass", string(ref.ID)).For(to), ref.Version, func(tx *store.Tx, a Arrival) error {
		all, err := access.Active(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(x access.Account) bool { return string(x.ID) == to && x.Actor().Can(access.TriageRequest) }) {
			return phare.Field("holder", "desk.owner.unknown")
		}
		return tx.Update(`UPDATE arrival SET holder = $1, holder_since = $2, version = version + 1 WHERE id = $3 AND platform = $4 AND version = $5`, to, tx.Now, a.ID, by.Platform, ref.Version)
	})
}

// Day is the day on which an arrival came, at a desk's clock: 2006-01-02.
func (a Arrival) Day(zone string) string { return a.CameAt.In(text.Zone(zone)).Format(time.DateOnly) }

// errNothing ends a purge that found nothing, and leaves no entry.
var errNothing = errors.New("nothing to purge")

// PurgeAside is Purge for the housekeeping, and says how many it changed.
func PurgeAside(ctx context.Context, db *store.DB, by access.Actor) (n int64, err error) {
	err = db.Write(ctx, by.Act("arrival.purge", by.Platform), func(tx *store.Tx) error {
		if n, err = Purge(tx, by); err == nil && n == 0 {
			return errNothing
		}
		return err
	})
	if errors.Is(err, errNothing) {
		err = nil
	}
	return n, err
}
