package instrument

import (
	"context"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Draft is what a person typed, over the version they saw.
type Draft struct {
	Text string
	Seen int64 // number of the latest text that the person saw
}

// tidy makes line ends one and trims the end of each line; the words stay.
func tidy(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Save keeps a text as the next version and returns its number. A text with
// Refusals is not kept: what is stored can always be walked and printed. Saving
// what is stored already, or the same form twice, keeps nothing new.
func Save(ctx context.Context, db *store.DB, by access.Actor, ref Ref, d Draft) (number int64, err error) {
	if err := mayEdit(by, access.EditInstrument, ref); err != nil {
		return 0, err
	}
	d.Text = tidy(d.Text)
	if err := fault(Check(ref, d.Text)); err != nil {
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
		number, err = keep(tx, by, r, d.Text)
		return err
	})
	return number, err
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
	return store.Act{Platform: by.Platform, Actor: by.ID, Role: string(by.Role), Verb: verb, Subject: string(ref.Kind) + ":" + ref.Name}
}

// Sign puts the physician's name under the latest text, as it was seen, and
// brings it into use. Signing the starter as it is makes it the first version.
// Signing twice signs once.
func Sign(ctx context.Context, db *store.DB, by access.Actor, ref Ref, number int64) error {
	if err := mayEdit(by, access.SignInstrument, ref); err != nil {
		return err
	}
	return db.Write(ctx, act(by, "instrument.sign", ref), func(tx *store.Tx) error {
		number := number // the write can run twice
		r, err := find(&tx.View, by.Platform, ref)
		if err != nil {
			return err
		}
		last, err := version(&tx.View, r, r.latest)
		switch {
		case err != nil:
			return err
		case last.Signer == by.ID && (number == r.latest || number == r.latest-1 && number == 0):
			return nil
		case number != r.latest || last.IsSigned():
			return phare.Fault(phare.Conflict, "instrument.conflict.sign")
		}
		if err := fault(Check(ref, last.Text)); err != nil { // the networks may have changed since
			return err
		}
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
