package instrument

import (
	"context"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Draft is what a person typed, over the version they saw.
type Draft struct {
	Text       string
	Seen       int64    // number of the latest text that the person saw
	Agreed     []string // marks of the Losses that the person ticked
	Unfinished bool     // keep it with its faults, to go on later
}

// Tidy makes line ends one and trims the end of each line; the words
// stay. It is how a text is kept, and how its lines are counted.
func Tidy(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Save keeps a text as the next version and returns its number. A text with
// Refusals is kept only where the person asks for it, as unfinished; one with
// Losses only when each of them was ticked. Saving what is stored already, or the
// same form twice, keeps nothing new.
func Save(ctx context.Context, db *store.DB, by access.Actor, ref Ref, d Draft) (number int64, err error) {
	if err := mayEdit(by, access.EditInstrument, ref); err != nil {
		return 0, err
	}
	d.Text = Tidy(d.Text)
	if err := keepable(ref, d); err != nil {
		return 0, err
	}
	err = db.Write(ctx, act(by, "instrument.save", ref), func(tx *store.Tx) error {
		r, err := find(&tx.View, by.Platform, ref)
		if err != nil {
			return err
		}
		last, err := version(&tx.View, r, r.latest)
		if err != nil {
			return err
		}
		if number = r.latest; last.Text == d.Text && (d.Seen == r.latest || d.Seen == r.latest-1) {
			return nil
		}
		if d.Seen != r.latest {
			return phare.Fault(phare.Conflict, "instrument.conflict")
		}
		inUse, err := version(&tx.View, r, r.inUse)
		if err != nil {
			return err
		}
		if err := agree(Losses(ref, inUse.Text, d.Text), d.Agreed); err != nil {
			return err
		}
		number, err = keep(tx, by, r, d.Text)
		return err
	})
	return number, err
}

// keepable says what keeps a text from being kept. One that is too long is not
// kept as unfinished either.
func keepable(ref Ref, d Draft) error {
	all := Refusals(Check(ref, d.Text))
	if d.Unfinished && !slices.ContainsFunc(all, func(c Complaint) bool { return c.Key == tooLong }) {
		return nil
	}
	return fault(all)
}

// keep stores the next text of an instrument.
func keep(tx *store.Tx, by access.Actor, r record, text string) (int64, error) {
	if r.id == "" {
		var err error
		if r, err = begin(tx, by.Platform, r.ref); err != nil {
			return 0, err
		}
	}
	x := Version{Number: r.latest + 1, Text: text, Author: by.ID, AuthorName: by.Name, At: tx.Now}
	return x.Number, add(tx, by.Platform, r, x)
}

func mayEdit(by access.Actor, right access.Right, ref Ref) error {
	if err := by.Check(right); err != nil {
		return err
	}
	if !ref.exists() {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return nil
}

func act(by access.Actor, verb string, ref Ref) store.Act {
	return by.Act(verb, string(ref.Kind)+":"+ref.Name)
}

// Signature is what a physician signs, as the page showed it.
type Signature struct {
	Number int64    // of the text
	Print  string   // of the Review that was on the page
	Agreed []string // marks of the Losses that were ticked
}

// Sign puts the physician's name under the latest text, as it was reviewed, and
// brings it into use. It wants every Loss of that text ticked again. Signing the
// starter as it is makes it the first version. Signing twice signs once.
func Sign(ctx context.Context, db *store.DB, by access.Actor, ref Ref, s Signature) error {
	if err := mayEdit(by, access.SignInstrument, ref); err != nil {
		return err
	}
	return db.Write(ctx, act(by, "instrument.sign", ref), func(tx *store.Tx) error {
		r, err := find(&tx.View, by.Platform, ref)
		if err != nil {
			return err
		}
		last, err := version(&tx.View, r, r.latest)
		switch {
		case err != nil:
			return err
		case last.Signer == by.ID && (s.Number == r.latest || s.Number == r.latest-1 && s.Number == 0):
			return nil
		case s.Number != r.latest || last.IsSigned():
			return phare.Fault(phare.Conflict, "instrument.conflict.sign")
		}
		inUse, err := version(&tx.View, r, r.inUse)
		if err != nil {
			return err
		}
		if err := reviewed(ref, inUse, last, s); err != nil {
			return err
		}
		number := s.Number
		if number == 0 {
			if number, err = keep(tx, by, r, last.Text); err != nil {
				return err
			}
			if r, err = find(&tx.View, by.Platform, ref); err != nil {
				return err
			}
		}
		return sign(tx, by, r, number)
	})
}

// reviewed holds a signature to what had to be read first.
func reviewed(ref Ref, inUse, last Version, s Signature) error {
	if err := signable(ref, last.Text); err != nil {
		return err
	}
	want := review(ref, inUse, last)
	if s.Print != want.Print {
		return phare.Fault(phare.Conflict, "instrument.conflict.sign")
	}
	return agree(want.Losses, s.Agreed)
}
