package request

import (
	"context"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/patient"
	"phare/internal/store"
)

// File is one request as its page shows it.
type File struct {
	Request
	Patient *patient.Patient // nil until the desk has identified the patient
	Signs   []Sign
	Events  []Event   // newest first
	Twins   []Request // requests that may be the same one sent twice
	Again   []Request // earlier ones of the same requester, perhaps for the same patient
	Choices []Choice
	Files   []attachment.Attachment // new ones first, then the first that came first
	Holder  string                  // name of the owner; empty: the team's queue
	Unsent  []mail.GivenUp          // messages that no try could send
	Since   time.Time               // the reader's visit before this one; zero: never before

	NewSigns bool // someone else changed the signs since then
}

// Sex is that of the patient, as the desk knows it or else as it was told;
// empty when neither says.
func (f File) Sex() string {
	if f.Patient != nil && f.Patient.Sex != patient.UnknownSex {
		return f.Patient.Sex
	}
	if f.Fields.Sex != patient.UnknownSex {
		return f.Fields.Sex
	}
	return ""
}

// Called is the first name by which the patient is spoken of; may be empty.
func (f File) Called() string {
	if f.Patient != nil {
		first, _, _ := strings.Cut(f.Patient.FirstNames, " ")
		return first
	}
	return phare.Clean(f.Fields.FirstName)
}

// OpenFile shows one request to one person. The look is written down before
// anything is shown: no entry, no page. The first look by the team is a fact of
// the request, which its tracking page tells.
func OpenFile(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return File{}, err
	}
	act := by.Act("request.open", string(id))
	// A short write and a read after it: the writer is one for all, readers are many.
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := circle.CheckReading(&tx.View, by, id); err != nil {
			return err
		}
		if err := see(tx, by, id); err != nil {
			return err
		}
		first, err := store.One(&tx.View, store.Value[string], `SELECT first_look_at FROM request WHERE id = $1 AND platform = $2`, id, by.Platform)
		if err != nil || first != "" {
			return err
		}
		if err := tx.Exec(`UPDATE request SET first_look_at = $1 WHERE id = $2 AND platform = $3`, tx.Now, id, by.Platform); err != nil {
			return err
		}
		return Tell(tx, by, Request{ID: id, Platform: by.Platform}, Event{Kind: "look", ShownTo: Requester})
	})
	if err != nil {
		return File{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if f, err = file(v, by, id); err != nil {
			return err
		}
		f.Unsent, err = mail.GivenUps(v, by.Platform, id, db.Now())
		return err
	})
	return f, err
}

// file reads all that the page of a request shows.
func file(v *store.View, by access.Actor, id phare.ID) (f File, err error) {
	if f.Request, err = FindToRead(v, by, id); err != nil {
		return f, err
	}
	if f.Owner != "" {
		if f.Holder, err = store.One(v, store.Value[string], `SELECT name FROM account WHERE id = $1 AND platform = $2`, f.Owner, by.Platform); err != nil {
			return f, err
		}
	}
	if f.Request.Patient != "" {
		p, err := patient.Find(v, by, f.Request.Patient)
		if err != nil {
			return f, err
		}
		f.Patient = &p
	}
	if f.Signs, err = Signs(v, by, id); err != nil {
		return f, err
	}
	if f.Events, err = events(v, by, id); err != nil {
		return f, err
	}
	if f.Since, f.NewSigns, err = visitOf(v, by, id); err != nil {
		return f, err
	}
	if f.Choices, err = Choices(v, by, id); err != nil {
		return f, err
	}
	if f.Files, err = attachment.Of(v, fileOf(f.Request)); err != nil {
		return f, err
	}
	f.Files = newFirst(f.Files)
	twins, err := Twins(v, f.Request)
	if err != nil {
		return f, err
	}
	if f.Twins, err = screen(v, by, twins); err != nil {
		return f, err
	}
	again, err := Again(v, f.Request, twins)
	if err != nil {
		return f, err
	}
	f.Again, err = screen(v, by, again)
	return f, err
}
