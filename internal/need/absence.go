package need

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// Absence is someone away, and who looks after their files: these stand in the
// cover's own list, and messages of the desk about them go there. It opens no file:
// who is outside a circle stays outside.
type Absence struct {
	ID                   phare.ID
	Account, Cover       string
	AccountName, CovName string
	Since, Until         time.Time // Until: the first instant after it
	Name                 string    // who wrote it down
}

// Covers says whether it holds at an instant.
func (a Absence) Covers(now time.Time) bool { return !now.Before(a.Since) && now.Before(a.Until) }

// longestAbsence bounds an absence.
const longestAbsence = 366 * 24 * time.Hour

// SetAbsence says that someone of the desk is away. Whoever is ill cannot say so
// themselves: any colleague who works in files may.
func SetAbsence(ctx context.Context, db *store.DB, by access.Actor, a Absence) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("absence.set", by.Platform).For(a.Account), func(tx *store.Tx) error {
		works, err := workers(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		var who, cover, until *phare.Error
		if !works[a.Account] {
			who = phare.Field("account", "desk.owner.unknown")
		}
		if !works[a.Cover] || a.Cover == a.Account {
			cover = phare.Field("cover", "absence.cover.bad")
		}
		if !a.Until.After(a.Since) || !a.Until.After(tx.Now) || a.Until.Sub(a.Since) > longestAbsence {
			until = phare.Field("until", "absence.until.bad")
		}
		if err := phare.Faults(who, cover, until); err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO absence (id, platform, account, cover, since, until, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			phare.NewID(), by.Platform, a.Account, a.Cover, a.Since, a.Until, tx.Now, by.ID, by.Name)
	})
}

// EndAbsence ends an absence now, or takes one back that has not begun.
func EndAbsence(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("absence.end", string(id)), func(tx *store.Tx) error {
		return tx.Update(`UPDATE absence SET until = $1 WHERE id = $2 AND platform = $3 AND until > $1`, tx.Now, id, by.Platform)
	})
}

func workers(v *store.View, platform string) (map[string]bool, error) {
	all, err := access.Active(v, platform)
	works := map[string]bool{}
	for _, a := range all {
		works[string(a.ID)] = a.Actor().Can(access.TriageRequest)
	}
	return works, err
}

func absences(v *store.View, platform string) ([]Absence, error) {
	return store.All(v, func(row store.Row) (a Absence, err error) {
		err = row.Scan(&a.ID, &a.Account, &a.Cover, &a.AccountName, &a.CovName, store.Time(&a.Since), store.Time(&a.Until), &a.Name)
		return a, err
	}, `SELECT x.id, x.account, x.cover, a.name, c.name, x.since, x.until, x.name FROM absence x JOIN account a ON a.id = x.account AND (a.platform || '') = x.platform JOIN account c ON c.id = x.cover AND (c.platform || '') = x.platform
		WHERE x.platform = $1 AND x.until > $2 ORDER BY x.since, x.id`, platform, v.Now())
}

// Absences are who is away or will be, and who covers them.
func Absences(ctx context.Context, db *store.DB, by access.Actor) (all []Absence, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) (err error) {
		all, err = absences(v, by.Platform)
		return err
	})
	return all, err
}

// standsFor are the accounts whose files someone looks after now, their own first.
func standsFor(v *store.View, by access.Actor) ([]string, error) {
	all, err := absences(v, by.Platform)
	mine := []string{by.ID}
	for _, a := range all {
		if a.Cover == by.ID && a.Covers(v.Now()) {
			mine = append(mine, a.Account)
		}
	}
	return mine, err
}

// Handed is one open file of a colleague, as who may open it sees it.
type Handed struct {
	request.Ref
	Reference, Initials string
	State               request.State
	NextAt              time.Time
}

// HeldBy are the open files that a colleague holds and the actor may open, the most
// pressing first, and how many others there are (ask 18).
func HeldBy(ctx context.Context, db *store.DB, by access.Actor, account string) (all []Handed, others int, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return nil, 0, err
	}
	if err := db.Write(ctx, by.Act("request.list", by.Platform).For("colleague"), func(*store.Tx) error { return nil }); err != nil {
		return nil, 0, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, others = nil, 0
		var files []circle.File
		rows, err := store.All(v, func(row store.Row) (h Handed, err error) {
			f := circle.File{Owner: account}
			err = row.Scan(&h.ID, &h.Version, &h.Reference, store.Sealed(&h.Initials, "request.initials", &h.ID), &h.State, store.Time(&h.NextAt), &f.Guard)
			f.ID = h.ID
			files = append(files, f)
			return h, err
		}, `SELECT id, version, reference, initials, state, next_at, guard FROM request WHERE platform = $1 AND owner = $2 AND owner <> '' AND state <> 'closed' ORDER BY priority, next_at, id LIMIT 500`, by.Platform, account)
		if err != nil {
			return err
		}
		stands, err := circle.Stands(v, by, files)
		for _, h := range rows {
			switch stands[h.ID].Verdict {
			case circle.In:
				all = append(all, h)
			case circle.Barred:
			default:
				others++
			}
		}
		return err
	})
	return all, others, err
}

// Taken is what came of taking over several files.
type Taken struct{ Done, Kept int }

// TakeOver gives several files to one colleague in one write. What moved on since
// it was seen, what the actor may not open and what its new holder is barred from
// stays where it is, and is counted.
func TakeOver(ctx context.Context, db *store.DB, by access.Actor, refs []request.Ref, to string) (t Taken, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return t, err
	}
	if len(refs) == 0 {
		return t, phare.Field("files", "absence.files.none")
	}
	err = db.Write(ctx, by.Act("request.takeover", by.Platform).For(to), func(tx *store.Tx) error {
		t = Taken{}
		works, err := workers(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		if !works[to] {
			return phare.Field("to", "desk.owner.unknown")
		}
		for _, ref := range refs[:min(len(refs), 500)] {
			r, err := request.Find(&tx.View, by, ref.ID)
			if kind := phare.KindOf(err); err != nil && kind != phare.NotFound && kind != phare.Forbidden {
				return err
			}
			if err != nil || r.Version != ref.Version || r.State == request.Closed || r.Owner == to {
				t.Kept++
				continue
			}
			out, err := circle.BarredFrom(&tx.View, by.Platform, r.ID, to)
			if err != nil {
				return err
			}
			if out {
				t.Kept++
				continue
			}
			if err := request.GiveIn(tx, by, r, to); err != nil {
				return err
			}
			if err := tx.Also(by.Act("request.take", string(r.ID)).For(to)); err != nil {
				return err
			}
			t.Done++
		}
		return nil
	})
	return t, err
}

// Passed is a file that someone handed over: who had it sees what became of it, for
// a month, and no word of the patient (ask 22).
type Passed struct {
	Reference   string
	State       request.State
	CloseReason string
	Holder      string
	At          time.Time // when it was handed over
}

// passedFor is how long who held a file sees what becomes of it.
const passedFor = 30 * 24 * time.Hour

func passed(v *store.View, by access.Actor) (all []Passed, err error) {
	type found struct {
		Passed
		file circle.File
	}
	rows, err := store.All(v, func(row store.Row) (f found, err error) {
		err = row.Scan(&f.file.ID, &f.file.Guard, &f.file.Owner, &f.Reference, &f.State, &f.CloseReason, &f.Holder, store.Time(&f.At))
		return f, err
	}, `SELECT r.id, r.guard, r.owner, r.reference, r.state, r.close_reason, COALESCE(a.name, ''), max(m.at) FROM move m JOIN request r ON r.id = m.request AND (r.platform || '') = m.platform LEFT JOIN account a ON a.id = r.owner AND a.platform = r.platform
		WHERE m.platform = $1 AND m.former = $2 AND m.former <> '' AND m.at > $3 AND r.owner <> $2 GROUP BY r.id, r.guard, r.owner, r.reference, r.state, r.close_reason, a.name ORDER BY max(m.at) DESC, r.id LIMIT 50`,
		by.Platform, by.ID, v.Now().Add(-passedFor))
	if err != nil {
		return nil, err
	}
	files := make([]circle.File, len(rows))
	for i, f := range rows {
		files[i] = f.file
	}
	stands, err := circle.Stands(v, by, files)
	for _, f := range rows {
		if stands[f.file.ID].Verdict != circle.Barred {
			all = append(all, f.Passed)
		}
	}
	return slices.Clip(all), err
}
