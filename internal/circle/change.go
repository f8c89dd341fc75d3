package circle

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// longestWords bounds what is written beside a decision, in characters.
const longestWords = 1000

// longestCover is how far away the end of a membership may be.
const longestCover = 366 * 24 * time.Hour

// Member is one dated place in the circle of a file.
type Member struct {
	ID           phare.ID
	Request      phare.ID
	Account      string
	Name         string
	Active       bool // the account
	Barred       bool // never opens it; else in the circle
	Holder       bool // came with holding the request and goes with it
	Since, Until time.Time
	AddedBy      string // a name
	Why          string

	emptied bool // a bar that left nobody in the circle
}

func (m Member) place() string {
	if m.Barred {
		return placeBarred
	}
	return placeIn
}

// manage runs one change of a file's circle by someone in it.
func manage(ctx context.Context, db *store.DB, by access.Actor, a store.Act, do func(*store.Tx, File) error) error {
	if err := by.Check(access.ManageCircle); err != nil {
		return err
	}
	return db.Write(ctx, a, func(tx *store.Tx) error {
		id := phare.ID(a.Subject)
		if err := Check(&tx.View, by, id); err != nil {
			return err
		}
		f, err := file(&tx.View, by.Platform, id)
		if err != nil {
			return err
		}
		return do(tx, f)
	})
}

// manageFor is manage for what outlasts an hour: whoever is in only to take a file
// over bars, ends and lifts nothing before they are in its circle themselves.
func manageFor(ctx context.Context, db *store.DB, by access.Actor, a store.Act, do func(*store.Tx, File) error) error {
	return manage(ctx, db, by, a, func(tx *store.Tx, f File) error {
		if err := lasting(&tx.View, by, f.ID); err != nil {
			return err
		}
		return do(tx, f)
	})
}

// lasting refuses who is in a file only to take it over.
func lasting(v *store.View, by access.Actor, id phare.ID) error {
	s, err := Stand(v, by, id)
	if err == nil && s.Taking {
		err = phare.Fault(phare.Conflict, "circle.taking")
	}
	return err
}

// words checks a reason in words.
func words(field, s string, must bool) error {
	switch {
	case must && s == "":
		return phare.Field(field, "circle.why.missing")
	case utf8.RuneCountInString(s) > longestWords:
		return phare.Field(field, "circle.why.long")
	}
	return nil
}

// Joining is a colleague who is to be in a circle.
type Joining struct {
	Account string
	Until   time.Time // zero: no end; a date covers an absence
	Why     string    // may be empty
}

// Add takes a colleague into the circle of a file. Who is barred is not taken in,
// nor who is in it already: their place would have two ends.
func Add(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, j Joining) error {
	j.Why = strings.TrimSpace(j.Why)
	return manage(ctx, db, by, by.Act("circle.add", string(id)).For(j.Account), func(tx *store.Tx, f File) error {
		if err := words("because", j.Why, false); err != nil {
			return err
		}
		if !j.Until.IsZero() && (!j.Until.After(tx.Now) || j.Until.After(tx.Now.Add(longestCover))) {
			return phare.Field("cover", "circle.until.bad")
		}
		name, err := worker(&tx.View, by.Platform, j.Account)
		if err != nil {
			return err
		}
		members, err := membersOf(&tx.View, by.Platform, []File{f})
		switch {
		case err != nil:
			return err
		case barred(members[id], j.Account):
			return phare.Field("member", "circle.account.barred")
		case slices.Contains(insiders(members[id]), j.Account):
			return phare.Field("member", "circle.account.inside")
		}
		if err := insert(tx, by, Member{Request: id, Account: j.Account, Until: j.Until, Why: j.Why}); err != nil {
			return err
		}
		return tell(tx, by, id, "circle.add", name)
	})
}

// worker is the name of an active account that can open files.
func worker(v *store.View, platform, account string) (string, error) {
	name, err := store.One(v, store.Value[string], `SELECT name FROM account WHERE id = $1 AND platform = $2 AND active AND role IN `+workers, account, platform)
	if phare.KindOf(err) == phare.NotFound {
		err = phare.Field("member", "desk.owner.unknown")
	}
	return name, err
}

func isBarred(v *store.View, platform string, f File, account string) (bool, error) {
	members, err := membersOf(v, platform, []File{f})
	return slices.ContainsFunc(members[f.ID], func(m member) bool { return m.place == placeBarred && m.account == account }), err
}

// notBarred refuses an account that is barred from a file; field is where it is said.
func notBarred(v *store.View, by access.Actor, f File, account, field string) error {
	barred, err := isBarred(v, by.Platform, f, account)
	if err == nil && barred {
		err = phare.Field(field, "circle.account.barred")
	}
	return err
}

// Hold notes that a request went from one holder to the next, inside the write
// of that step: the one before leaves the circle unless they were in it for
// another reason. It refuses a holder who is barred.
func Hold(tx *store.Tx, by access.Actor, id phare.ID, to string) error {
	f, err := file(&tx.View, by.Platform, id)
	if err != nil {
		return err
	}
	if err := notBarred(&tx.View, by, f, to, "owner"); err != nil {
		return err
	}
	err = tx.Exec(`UPDATE circle SET until = $1 WHERE request = $2 AND platform = $3 AND holder AND place = 'in' AND (until = '' OR until > $1)`, tx.Now, id, by.Platform)
	if err != nil {
		return err
	}
	return insert(tx, by, Member{Request: id, Account: to, Holder: true})
}

// End ends the place of a member in a circle. Whoever holds the request stays in
// as long as they do; a bar is ended by Unbar.
func End(ctx context.Context, db *store.DB, by access.Actor, id, row phare.ID) error {
	return manageFor(ctx, db, by, by.Act("circle.end", string(id)).For(string(row)), func(tx *store.Tx, f File) error {
		m, err := placeAt(tx, by.Platform, id, row)
		switch {
		case err != nil:
			return err
		case m.Barred:
			return phare.Fault(phare.NotFound, "error.notfound")
		case m.Holder && f.Owner == m.Account:
			return phare.Fault(phare.Conflict, "circle.end.holder")
		}
		last, err := isLast(&tx.View, by.Platform, f, m.Account)
		if err != nil {
			return err
		}
		if err := finish(tx, by, m); err != nil {
			return err
		}
		if err := tell(tx, by, id, "circle.end", m.Name); err != nil || !last {
			return err
		}
		still, err := isLast(&tx.View, by.Platform, f, m.Account) // by another place
		if err != nil || still {
			return err
		}
		return vacate(tx, by, id, leaving{m.Account, m.Name, false})
	})
}

// placeAt is a place in the circle of a file that holds now.
func placeAt(tx *store.Tx, platform string, id, row phare.ID) (Member, error) {
	all, err := rows(&tx.View, platform, id)
	if err != nil {
		return Member{}, err
	}
	i := slices.IndexFunc(all, func(m Member) bool { return m.ID == row })
	if i < 0 {
		return Member{}, phare.Fault(phare.NotFound, "error.notfound")
	}
	if m := all[i]; m.Until.IsZero() || m.Until.After(tx.Now) {
		return m, nil
	}
	return Member{}, phare.Fault(phare.Conflict, "error.conflict")
}

func finish(tx *store.Tx, by access.Actor, m Member) error {
	return tx.Update(`UPDATE circle SET until = $1 WHERE id = $2 AND platform = $3`, tx.Now, m.ID, by.Platform)
}

// Confiding is why a file is made confidential, and how who asks takes what nobody
// holds: a step of the room above; nil: it stays as it is.
type Confiding struct {
	Why  string
	Take func(*store.Tx) error
}

// Confide makes a file confidential, and with it every file of its patient. Who
// asks stays in the circle of this one.
func Confide(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, why string) error {
	return ConfideTaken(ctx, db, by, id, Confiding{Why: why})
}

// ConfideTaken is Confide of a file that somebody holds from then on.
func ConfideTaken(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, c Confiding) error {
	c.Why = strings.TrimSpace(c.Why)
	return manage(ctx, db, by, by.Act("circle.confide", string(id)), func(tx *store.Tx, f File) error {
		if err := words("secrecy", c.Why, true); err != nil {
			return err
		}
		if f.confidential() {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		if f.Owner == "" && c.Take != nil {
			err := c.Take(tx)
			if err == nil {
				f, err = file(&tx.View, by.Platform, id)
			}
			if err != nil {
				return err
			}
		}
		if err := stay(tx, by, f); err != nil {
			return err
		}
		return confide(tx, by, f, c.Why)
	})
}

// stay keeps who makes a file confidential in its circle.
func stay(tx *store.Tx, by access.Actor, f File) error {
	if f.Owner == by.ID {
		return nil
	}
	return insert(tx, by, Member{Request: f.ID, Account: by.ID})
}

// confide guards a file and all others of its patient; the act around it tells
// of the first. Nobody comes into any circle by it.
func confide(tx *store.Tx, by access.Actor, f File, why string) error {
	all, err := siblings(&tx.View, by.Platform, f.ID)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.confidential() {
			continue
		}
		if err := guard(tx, by, s.ID, Confidential); err != nil {
			return err
		}
		text := ""
		if s.ID == f.ID {
			text = why
		} else if err := tx.Also(by.Act("circle.confide", string(s.ID)).For(string(f.ID))); err != nil {
			return err
		}
		if err := tell(tx, by, s.ID, "circle.confide", text); err != nil {
			return err
		}
	}
	return nil
}

// guard leaves a limitation as it is.
func guard(tx *store.Tx, by access.Actor, id phare.ID, to string) error {
	limited := Limited
	if to == Confidential {
		limited = LimitedConfidential
	}
	return tx.Update(`UPDATE request SET guard = CASE WHEN guard IN ('limited', 'limited-confidential') THEN $4 ELSE $1 END WHERE id = $2 AND platform = $3`, to, id, by.Platform, limited)
}

// Lift gives a file, and every file of its patient, back to what the platform
// decided for all. Nobody may be barred from any of them, and who asks is in the
// circle of all.
func Lift(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, why string) error {
	why = strings.TrimSpace(why)
	return manageFor(ctx, db, by, by.Act("circle.lift", string(id)), func(tx *store.Tx, f File) error {
		if err := words("secrecy", why, true); err != nil {
			return err
		}
		if !f.confidential() {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		all, err := siblings(&tx.View, by.Platform, id)
		if err != nil {
			return err
		}
		members, err := membersOf(&tx.View, by.Platform, all)
		if err != nil {
			return err
		}
		for _, s := range all {
			if slices.ContainsFunc(members[s.ID], func(m member) bool { return m.place == placeBarred }) {
				return phare.Fault(phare.Conflict, "circle.lift.barred")
			}
			if err := Check(&tx.View, by, s.ID); err != nil {
				return phare.Fault(phare.Forbidden, "circle.lift.other")
			}
			if err := lasting(&tx.View, by, s.ID); err != nil {
				return err
			}
			if err := guard(tx, by, s.ID, Open); err != nil {
				return err
			}
			text := ""
			if s.ID == id {
				text = why
			} else if err := tx.Also(by.Act("circle.lift", string(s.ID)).For(string(id))); err != nil {
				return err
			}
			if err := tell(tx, by, s.ID, "circle.lift", text); err != nil {
				return err
			}
		}
		return nil
	})
}
