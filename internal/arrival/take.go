package arrival

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/eml"
	"phare/internal/inspect"
	"phare/internal/store"
)

// Message is a mail message on its way in, as a gateway or a person brings it.
type Message struct {
	Channel string
	Bytes   io.Reader
	By      inspect.Sender
}

// errAgain ends a write that finds what it would store.
var errAgain = errors.New("it came before")

// mayTake says whether someone may bring something in: who triages, and the program
// itself for what a gateway brings.
func mayTake(by access.Actor) error {
	if by.Role == access.System && by.Platform != "" {
		return nil
	}
	return by.Check(access.TriageRequest)
}

// Receive takes a message in: its words and those of its files that can be kept,
// in one commit. The same message (its Message-ID and its content) brought twice is
// one, and again is true. A message that cannot be read is Invalid; one whose files
// find no place to be inspected is Busy, and is brought again later; so is one for
// whose files the desk has no room.
func Receive(ctx context.Context, db *store.DB, by access.Actor, to attachment.Taker, m Message) (id phare.ID, again bool, err error) {
	if err := mayTake(by); err != nil {
		return "", false, err
	}
	if !slices.Contains(Channels(), m.Channel) {
		return "", false, phare.Field("channel", "arrival.channel.missing")
	}
	files := taken{}
	defer files.close()
	said, err := eml.Read(m.Bytes, func(f eml.File) (string, error) {
		t, why, err := takeFile(ctx, to, m.By, f)
		if t != nil {
			files = append(files, t)
		}
		return why, err
	})
	if err != nil {
		return "", false, unread(err)
	}
	c := coming{id: phare.NewID(), channel: m.Channel, source: "folder", once: onceOf(said.ID, said.Print), name: said.ID,
		about: About{From: said.From, Address: said.Address, Subject: said.Subject, SentAt: said.SentAt, Words: said.Words, HTML: said.HTML, Left: said.Left}}
	if by.IsStaff() {
		c.source, c.holder = "desk", by.ID
	}
	return keep(ctx, db, by, c, files)
}

// keep stores a message with its files.
func keep(ctx context.Context, db *store.DB, by access.Actor, c coming, files taken) (id phare.ID, again bool, err error) {
	left := c.about.Left
	err = db.Write(ctx, by.Act("arrival.take", string(c.id)).For(c.channel), func(tx *store.Tx) error {
		before, err := known(&tx.View, by, c.once)
		if err == nil {
			c.id = before.ID
			return errAgain
		}
		if phare.KindOf(err) != phare.NotFound {
			return err
		}
		c.about.Left = slices.Clone(left)
		for _, f := range files {
			to := place(by.Platform, c.id)
			to.Gateway = !by.IsStaff()
			had, again, err := f.Keep(tx, to, by.ID, by.Name)
			if again {
				c.about.Left = append(c.about.Left, eml.Left{Name: f.Name(), Why: "same", Of: had.Name})
			}
			if err != nil {
				why := whyOf(err)
				if why == "" || why == quota { // no room: it is brought again, whole
					return err
				}
				c.about.Left = append(c.about.Left, eml.Left{Name: f.Name(), Why: why})
			}
		}
		return insert(tx, by, c)
	})
	if errors.Is(err, errAgain) {
		return c.id, true, nil
	}
	return c.id, false, err
}

// taken are files that were inspected.
type taken []*attachment.Taken

func (t taken) close() {
	for _, f := range t {
		f.Close()
	}
}

// takeFile has one file of a message inspected.
func takeFile(ctx context.Context, to attachment.Taker, by inspect.Sender, f eml.File) (t *attachment.Taken, why string, err error) {
	kind := f.MediaType
	if kind == "application/octet-stream" {
		kind = "" // a program that did not know
	}
	name := f.Name
	if name == "" {
		name = named(f.MediaType)
	}
	t, err = to.Take(ctx, attachment.Given{Name: name, MediaType: kind, Bytes: f.Body, By: by})
	if why = whyOf(err); why != "" {
		return nil, why, nil
	}
	return t, "", err
}

// named is a name for a file that has none.
func named(kind string) string {
	switch kind {
	case "application/pdf":
		return "document.pdf"
	case "image/jpeg":
		return "photo.jpg"
	case "image/png":
		return "image.png"
	}
	return "document"
}

// quota is the code of a file for which the desk has no room.
const quota = "quota"

// whyOf is the code of a refusal of a file; empty for anything else.
func whyOf(err error) string {
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Kind != phare.Invalid {
		return ""
	}
	why, _ := strings.CutPrefix(e.Key, "attachment.refused.")
	return why
}

// unread is why a message is not taken, as a sentence.
func unread(err error) error {
	switch {
	case errors.Is(err, eml.ErrBig):
		return &phare.Error{Kind: phare.Invalid, Field: "file", Key: "arrival.big", Args: map[string]any{"Max": eml.MaxBytes >> 20}, Err: err}
	case errors.Is(err, eml.ErrBad):
		return &phare.Error{Kind: phare.Invalid, Field: "file", Key: "arrival.bad", Err: err}
	}
	return fmt.Errorf("reading a message: %w", err)
}

// Paper is something that the desk scanned or was handed: the files of one form
// posted together are one arrival.
type Paper struct {
	Form    string
	Channel string
}

// Bring joins a file to what a person of the desk brings in; the first file makes
// the arrival. The same file brought twice by one form is one.
func Bring(ctx context.Context, db *store.DB, by access.Actor, p Paper, f *attachment.Taken) (id phare.ID, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return "", err
	}
	if !slices.Contains(Channels(), p.Channel) {
		return "", phare.Field("channel", "arrival.channel.missing")
	}
	if len(p.Form) != phare.FormLength {
		return "", phare.Fault(phare.Invalid, "request.form.bad")
	}
	fresh := phare.NewID()
	err = db.Write(ctx, by.Act("arrival.bring", string(fresh)).For(p.Channel), func(tx *store.Tx) error {
		c := coming{id: fresh, channel: p.Channel, source: "desk", once: onceOf("form", phare.FormHash(p.Form)), about: About{Subject: f.Name()}, holder: by.ID}
		before, err := known(&tx.View, by, c.once)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
		found := err == nil
		if id = c.id; found {
			id = before.ID
		}
		if found && before.State != Waiting {
			return phare.Fault(phare.Conflict, "arrival.settled")
		}
		if _, _, err := f.Keep(tx, place(by.Platform, id), by.ID, by.Name); err != nil || found {
			return err
		}
		return insert(tx, by, c)
	})
	return id, err
}
