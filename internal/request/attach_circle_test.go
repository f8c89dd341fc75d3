package request

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/circle"
	"phare/internal/inspect"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// aPaper is a small picture that was looked at; no two shades are the same file.
func aPaper(t *testing.T, shade byte) *attachment.Taken {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 9, 9))
	m.Pix[0] = shade
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	run, err := inspect.NewRunner()
	if err != nil {
		t.Fatal(err)
	}
	f, err := attachment.Taker{Inspect: run}.Take(t.Context(), attachment.Given{Name: "papier.png", Bytes: &b, By: inspect.Sender{Staff: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// papers of a request, as its circle sees them.
func papers(t *testing.T, f floor, id phare.ID) []attachment.Attachment {
	t.Helper()
	file, err := OpenFile(t.Context(), f.db, f.nurse, id)
	if err != nil {
		t.Fatal(err)
	}
	return file.Files
}

// What acts on a file's documents, without any page before it: nobody of the desk
// outside its circle does, neither by the request nor by the address of the form
// that it was; families do as ever.
func TestAttachOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, secret, _ := narrow(t, db)
		ctx, key, form := t.Context(), access.NewKey(), NewForm()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		act := store.Act{Platform: "ici", Actor: "test", Verb: "test", Subject: "form"}
		must(db.Write(ctx, act, func(tx *store.Tx) error { // the form that it came from, by its id
			return tx.Update(`UPDATE request SET form = $1 WHERE id = $2`, phare.FormHash(form), secret.ID)
		}))
		paper, more := aPaper(t, 1), aPaper(t, 2)
		must(AttachToForm(ctx, db, access.Anyone("ici"), form, paper))
		piece := papers(t, f, secret.ID)[0].ID
		tries := func(by access.Actor, want phare.Kind) {
			t.Helper()
			_, _, open := OpenAttachment(ctx, db, by, secret.ID, piece)
			_, receipt := FindReceipt(ctx, db, key, by, form)
			_, changes := Changes(ctx, db, by, form)
			_, _, list := FormAttachments(ctx, db, by, form)
			_, platform := PlatformOf(ctx, db, by, form)
			_, draft := SaveDraft(ctx, db, by, form, func(f *Fields) { f.Question = "autre" })
			for name, err := range map[string]error{
				"here": IsHere(ctx, db, by, secret.ID), "attach": Attach(ctx, db, by, secret.ID, more), "open": open,
				"withdraw": WithdrawAttachment(ctx, db, by, secret.ID, piece, "x"), "put back": RestoreAttachment(ctx, db, by, secret.ID, piece),
				"by reference": AttachByReference(ctx, db, by, secret.ID, more),
				"by form":      AttachToForm(ctx, db, by, form, more), "detach by form": DetachFromForm(ctx, db, by, form, piece),
				"list by form": list, "words by form": Complement(ctx, db, by, form, "des mots"), "receipt by form": receipt, "changes by form": changes,
				"platform by form": platform, "draft by form": draft,
			} {
				if phare.KindOf(err) != want {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		tries(f.colleague, phare.Forbidden)
		must(circle.Break(ctx, db, f.colleague, secret.ID, circle.Breaking{Reason: "vital", Words: "appel de nuit du père"}))
		if s, err := Stand(ctx, db, f.colleague, secret.ID); err != nil || s.Verdict != circle.Glass {
			t.Fatalf("%+v, %v", s, err)
		}
		tries(f.colleague, phare.Forbidden)
		must(circle.Bar(ctx, db, f.nurse, secret.ID, f.doctor.ID, "sa fille"))
		tries(f.doctor, phare.NotFound)

		if got := papers(t, f, secret.ID); len(got) != 1 || got[0].State != attachment.Kept {
			t.Errorf("%+v", got)
		}
		must(Attach(ctx, db, f.nurse, secret.ID, more))
		must(AttachToForm(ctx, db, access.Anyone("ici"), form, aPaper(t, 3)))
		must(Complement(ctx, db, access.Anyone("ici"), form, "des mots"))
		if r, err := FindReceipt(ctx, db, key, access.Anyone(""), form); err != nil || r.Reference != secret.Reference {
			t.Errorf("the family’s receipt: %+v, %v", r, err)
		}
		must(WithdrawAttachment(ctx, db, f.nurse, secret.ID, piece, "mauvais dossier"))
		must(RestoreAttachment(ctx, db, f.nurse, secret.ID, piece))
	})
}
