package request_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func TestMain(m *testing.M) {
	inspect.IfChild()
	os.Exit(m.Run())
}

// aPicture is a PNG of which no two of different shades are equal; side by side
// in grey noise it takes some pieces.
func aPicture(t *testing.T, shade byte, side int) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, side, side))
	x := uint32(shade) + 1
	for i := range m.Pix {
		x = x*1664525 + 1013904223
		m.Pix[i] = byte(x >> 24)
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return b.Bytes()
}

// picture is such a file, taken in.
func picture(t *testing.T, name string, shade byte, side int) *attachment.Taken {
	t.Helper()
	r, err := inspect.NewRunner()
	must(t, err)
	f, err := attachment.Taker{Inspect: r}.Take(t.Context(), attachment.Given{Name: name, Bytes: bytes.NewReader(aPicture(t, shade, side)), By: inspect.Sender{Staff: true}})
	must(t, err)
	t.Cleanup(f.Close)
	return f
}

// key of a message, "" for none.
func keyOf(err error) string {
	e, ok := errors.AsType[*phare.Error](err)
	if !ok {
		return ""
	}
	return e.Key
}

// sent is a request of the desk reunion with a draft's files, and its form.
func sent(t *testing.T, db *store.DB, key access.Key, files ...*attachment.Taken) (phare.ID, string) {
	t.Helper()
	form, by := request.NewForm(), access.Anyone("reunion")
	_, err := request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { *f = gp() })
	must(t, err)
	for _, f := range files {
		must(t, request.AttachToForm(t.Context(), db, by, form, f))
	}
	receipt, err := request.Submit(t.Context(), db, key, by, form, gp())
	must(t, err)
	return receipt.Request, form
}

// files of a request, and the bytes of the one that is asked for.
func filesOf(t *testing.T, db *store.DB, id phare.ID) []attachment.Attachment {
	t.Helper()
	f, err := request.OpenFile(t.Context(), db, nurseAt("reunion"), id)
	must(t, err)
	return f.Files
}

func nurseAt(platform string) access.Actor {
	return access.Actor{ID: "n-" + platform, Platform: platform, Role: access.Nurse, Name: "Infirmière inventée"}
}

func bytesOf(ctx context.Context, db *store.DB, by access.Actor, id, piece phare.ID) ([]byte, error) {
	_, read, err := request.OpenAttachment(ctx, db, by, id, piece)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = read(&b)
	return b.Bytes(), err
}

// A file that was joined to a draft is the request's once that is sent, with the
// key of the request; the draft's own key is gone.
func TestAttachToDraft(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key, picture(t, "lettre.png", 1, 400))
		all := filesOf(t, db, id)
		if len(all) != 1 || all[0].Name != "lettre.png" || all[0].Draft != "" || !all[0].IsPublic() || all[0].Kind != inspect.PNG {
			t.Fatalf("%+v", all)
		}
		if n := count(t, db, "attachment_chunk"); n < 2 {
			t.Fatalf("%d pieces, want several", n)
		}
		if n := count(t, db, "seal_key WHERE subject = $1", "draft/"+phare.FormHash(form)); n != 0 {
			t.Errorf("%d keys of the draft are left", n)
		}
		got, err := bytesOf(t.Context(), db, nurseAt("reunion"), id, all[0].ID)
		must(t, err)
		m, err := png.Decode(bytes.NewReader(got))
		if err != nil || m.Bounds().Dx() != 400 {
			t.Errorf("what comes back is no such picture: %v", err)
		}
		if n := count(t, db, "audit WHERE verb = 'attachment.open' AND subject = $1", id); n != 1 {
			t.Errorf("%d looks are written down, want 1", n)
		}
	})
}

// No byte of a file, no name and no key of it stands in clear in any table.
func TestFilesAreSealed(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key, picture(t, "Zulouqui secret.png", 2, 40))
		must(t, request.WithdrawAttachment(t.Context(), db, nurseAt("reunion"), id, filesOf(t, db, id)[0].ID, "Zulouqui raison"))
		must(t, db.Read(t.Context(), func(v *store.View) error {
			rows, err := store.All(v, func(row store.Row) (s string, err error) {
				var a, b string
				err = row.Scan(&a, &b)
				return a + b, err
			}, `SELECT about, reason FROM attachment`)
			for _, r := range rows {
				if strings.Contains(r, "Zulouqui") || strings.Contains(r, "key") {
					t.Error("in clear:", r)
				}
			}
			chunks, err2 := store.All(v, store.Value[string], `SELECT sealed FROM attachment_chunk`)
			for _, c := range chunks {
				if !strings.HasPrefix(c, "s1:") {
					t.Error("a piece in clear")
				}
			}
			return errors.Join(err, err2)
		}))
	})
}

// The request's key opens its files: fresh keys leave them readable, and its
// destruction leaves nothing.
func TestFilesAndKeys(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key, picture(t, "lettre.png", 3, 300))
		piece := filesOf(t, db, id)[0].ID
		before, err := bytesOf(t.Context(), db, nurseAt("reunion"), id, piece)
		must(t, err)
		_, err = db.Rotate(t.Context(), "reunion", nil)
		must(t, err)
		after, err := bytesOf(t.Context(), db, nurseAt("reunion"), id, piece)
		must(t, err)
		if !bytes.Equal(before, after) {
			t.Error("another file after the keys were renewed")
		}
		if faults, n, err := db.SealFaults(t.Context()); err != nil || len(faults) > 0 || n == 0 {
			t.Errorf("%v %d %v", faults, n, err)
		}
		act := store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: "x"}
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Shred("reunion", request.Subject(id)) }))
		if b, err := bytesOf(t.Context(), db, nurseAt("reunion"), id, piece); err == nil {
			t.Errorf("%d bytes after the key was destroyed", len(b))
		}
	})
}

// A backup gives the files back.
func TestFilesInBackup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: "reunion", Name: "R", Zone: "Indian/Reunion"}))
		id, _ := sent(t, db, access.NewKey(), picture(t, "lettre.png", 4, 300))
		piece := filesOf(t, db, id)[0].ID
		want, err := bytesOf(t.Context(), db, nurseAt("reunion"), id, piece)
		must(t, err)
		var dump bytes.Buffer
		_, err = db.Dump(t.Context(), &dump)
		must(t, err)
		fresh := storetest.Open(t, db.Engine())
		_, err = fresh.Restore(t.Context(), bytes.NewReader(dump.Bytes()))
		must(t, err)
		got, err := bytesOf(t.Context(), fresh, nurseAt("reunion"), id, piece)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
		}
	})
}

// What is not one's own is not there: another desk, another request, another form.
func TestFilesElsewhere(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key, picture(t, "lettre.png", 5, 20))
		other, _ := sent(t, db, key)
		piece := filesOf(t, db, id)[0].ID
		stranger, nurse := nurseAt("guyane"), nurseAt("reunion")
		f := picture(t, "autre.png", 6, 20)
		for name, err := range map[string]error{
			"read elsewhere":          second(bytesOf(t.Context(), db, stranger, id, piece)),
			"read by another request": second(bytesOf(t.Context(), db, nurse, other, piece)),
			"withdraw elsewhere":      request.WithdrawAttachment(t.Context(), db, stranger, id, piece, "x"),
			"restore elsewhere":       request.RestoreAttachment(t.Context(), db, stranger, id, piece),
			"attach elsewhere":        request.Attach(t.Context(), db, stranger, id, f),
			"attach to no form":       request.AttachToForm(t.Context(), db, access.Anyone("reunion"), request.NewForm(), f),
			"attach past the desk":    request.AttachToForm(t.Context(), db, access.Anyone("guyane"), form, f),
			"detach once sent":        request.DetachFromForm(t.Context(), db, access.Anyone("reunion"), form, piece),
			"by reference elsewhere":  request.AttachByReference(t.Context(), db, access.Anyone("guyane"), id, f),
		} {
			if phare.KindOf(err) != phare.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, err := range map[string]error{
			"a director reads":    second(bytesOf(t.Context(), db, access.Actor{ID: "d", Platform: "reunion", Role: access.Director}, id, piece)),
			"a director attaches": request.Attach(t.Context(), db, access.Actor{ID: "d", Platform: "reunion", Role: access.Director}, id, f),
			"anyone withdraws":    request.WithdrawAttachment(t.Context(), db, access.Anyone("reunion"), id, piece, "x"),
			"anyone restores":     request.RestoreAttachment(t.Context(), db, access.Anyone("reunion"), id, piece),
			"a reader brings":     request.AttachByReference(t.Context(), db, access.Actor{ID: "r", Platform: "reunion", Role: access.Reader}, id, f),
			"a quota by a nurse":  request.SetFileQuota(t.Context(), db, nurse, 1),
		} {
			if phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func second(_ []byte, err error) error { return err }

// The limits of anyone, of the desk, and of the platform.
func TestFileLimits(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, by := request.NewForm(), access.Anyone("reunion")
		_, err := request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { *f = gp() })
		must(t, err)
		for i := range attachment.PublicFiles {
			must(t, request.AttachToForm(t.Context(), db, by, form, picture(t, "a.png", byte(10+i), 20)))
		}
		if err := request.AttachToForm(t.Context(), db, by, form, picture(t, "a.png", 10, 20)); err != nil {
			t.Errorf("the same file again: %v", err)
		}
		if err := request.AttachToForm(t.Context(), db, by, form, picture(t, "six.png", 20, 20)); keyOf(err) != "attachment.refused.many" {
			t.Errorf("a sixth file: %v", err)
		}
		all, _, err := request.FormAttachments(t.Context(), db, access.Anyone("reunion"), form)
		must(t, err)
		if len(all) != attachment.PublicFiles {
			t.Fatalf("%d files", len(all))
		}
		must(t, request.DetachFromForm(t.Context(), db, by, form, all[0].ID))
		must(t, request.AttachToForm(t.Context(), db, by, form, picture(t, "six.png", 20, 20)))
		receipt, err := request.Submit(t.Context(), db, key, by, form, gp())
		must(t, err)
		must(t, request.Attach(t.Context(), db, nurseAt("reunion"), receipt.Request, picture(t, "seven.png", 21, 20)))
		used, _, err := request.FileQuota(t.Context(), db, "reunion")
		must(t, err)
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), used))
		if err := request.Attach(t.Context(), db, nurseAt("reunion"), receipt.Request, picture(t, "eight.png", 22, 20)); keyOf(err) != "attachment.refused.quota" {
			t.Errorf("beyond the quota: %v", err)
		}
	})
}

// Forms that are begun and never sent fill a quarter of a desk's room, and leave
// the rest to what was sent.
func TestDraftsFillAQuarter(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key)
		form, by := request.NewForm(), access.Anyone("reunion")
		_, err := request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { *f = gp() })
		must(t, err)
		must(t, request.AttachToForm(t.Context(), db, by, form, picture(t, "a.png", 70, 100)))
		used, _, err := request.FileQuota(t.Context(), db, "reunion")
		must(t, err)
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 4*used+3))
		if err := request.AttachToForm(t.Context(), db, by, form, picture(t, "b.png", 71, 20)); keyOf(err) != "attachment.refused.quota" {
			t.Errorf("beyond a quarter: %v", err)
		}
		if err := request.Attach(t.Context(), db, nurseAt("reunion"), id, picture(t, "c.png", 72, 100)); err != nil {
			t.Errorf("the desk is shut out: %v", err)
		}
	})
}

// What anyone sends fills half of a desk's room while nobody took it, and never more
// than three quarters: the desk always joins its own.
func TestRoomKeptForTheDesk(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		nurse, anyone := nurseAt("reunion"), access.Anyone("reunion")
		id, form := sent(t, db, key, picture(t, "a.png", 1, 100), picture(t, "b.png", 2, 100))
		used, _, err := request.FileQuota(t.Context(), db, "reunion")
		must(t, err)
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 2*used+2))
		refused := func(what string, err error) {
			t.Helper()
			if keyOf(err) != "attachment.refused.quota" {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("beyond half, of a request that nobody took", request.AttachToForm(t.Context(), db, anyone, form, picture(t, "c.png", 3, 10)))
		refused("beyond half, by its reference", request.AttachByReference(t.Context(), db, anyone, id, picture(t, "c.png", 3, 10)))
		next := request.NewForm()
		_, err = request.SaveDraft(t.Context(), db, anyone, next, func(f *request.Fields) { *f = gp() })
		must(t, err)
		refused("beyond half, of a form", request.AttachToForm(t.Context(), db, anyone, next, picture(t, "c.png", 3, 10)))
		must(t, db.Write(t.Context(), nurse.Act("test", "x"), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE request SET owner = 'n-reunion' WHERE id = $1`, id)
		}))
		must(t, request.AttachToForm(t.Context(), db, anyone, form, picture(t, "d.png", 4, 60)))
		must(t, request.AttachToForm(t.Context(), db, anyone, next, picture(t, "e.png", 5, 10)))
		refused("beyond three quarters", request.AttachToForm(t.Context(), db, anyone, form, picture(t, "f.png", 6, 90)))
		must(t, request.Attach(t.Context(), db, nurse, id, picture(t, "g.png", 7, 90)))
		refused("the desk, beyond all", request.Attach(t.Context(), db, nurse, id, picture(t, "h.png", 8, 200)))
	})
}

// Files go along to another desk only if it has room for them; if not, the form
// says so and all stays where it was.
func TestMoveHasRoom(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form := request.NewForm()
		fill := func(f *request.Fields) { *f = gp() }
		_, err := request.SaveDraft(t.Context(), db, access.Anyone("guyane"), form, fill)
		must(t, err)
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("guyane"), form, picture(t, "a.png", 1, 50)))
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("guyane"), form, picture(t, "b.png", 2, 50)))
		used, _, err := request.FileQuota(t.Context(), db, "guyane")
		must(t, err)
		at := func(platform string, bytes int64) {
			t.Helper()
			if n, _, err := request.FileQuota(t.Context(), db, platform); err != nil || n != bytes {
				t.Errorf("%s holds %d bytes, %v; want %d", platform, n, err, bytes)
			}
		}
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 4*used-1))
		_, err = request.SaveDraft(t.Context(), db, access.Anyone("reunion"), form, fill)
		if e, ok := errors.AsType[*phare.Error](err); !ok || e.Key != "attachment.refused.move" || e.Field != "platform" {
			t.Errorf("a form to a desk without room: %v", err)
		}
		fields := gp()
		fields.Platform = "reunion"
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 2*used-1))
		if _, err := request.Submit(t.Context(), db, key, access.Anyone("reunion"), form, fields); keyOf(err) != "attachment.refused.move" {
			t.Errorf("a request to a desk without room: %v", err)
		}
		at("guyane", used)
		at("reunion", 0)
		if all, _, err := request.FormAttachments(t.Context(), db, access.Anyone("guyane"), form); err != nil || len(all) != 2 {
			t.Errorf("%d files are left, %v", len(all), err)
		}
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 4*used+3))
		_, err = request.SaveDraft(t.Context(), db, access.Anyone("reunion"), form, fill)
		must(t, err)
		at("guyane", 0)
		at("reunion", used)
	})
}

// Staff of one desk are requesters at another: what they bring along fills no more of
// it than anyone's does.
func TestMoveByOtherStaff(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, _ access.Key) {
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 3*int64(len(aPicture(t, 1, 100)))))
		for i := range byte(3) {
			form := request.NewForm()
			move := func(to access.Actor) error {
				_, err := request.SaveDraft(t.Context(), db, to, form, func(f *request.Fields) { *f = gp() })
				return err
			}
			must(t, move(nurseAt("guyane")))
			must(t, request.AttachToForm(t.Context(), db, nurseAt("guyane"), form, picture(t, "a.png", i, 60+10*int(i))))
			err := move(nurseAt("reunion"))
			if (err == nil) != (i == 0) || err != nil && keyOf(err) != "attachment.refused.move" {
				t.Errorf("file %d: %v; only the first one is within a quarter", i+1, err)
			}
			if err == nil {
				all, _, err := request.FormAttachments(t.Context(), db, access.Anyone("reunion"), form)
				if err != nil || len(all) != 1 || !all[0].IsPublic() {
					t.Errorf("%+v, %v; want one by a requester", all, err)
				}
			}
		}
	})
}

// A draft that is purged takes its files with it; one that goes to another desk
// takes them along.
func TestFilesOfDrafts(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form := request.NewForm()
		save := func(desk string) {
			_, err := request.SaveDraft(t.Context(), db, access.Anyone(desk), form, func(f *request.Fields) { *f = gp(); f.Platform = desk })
			must(t, err)
		}
		save("reunion")
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("reunion"), form, picture(t, "a.png", 30, 400)))
		save("guyane")
		all, _, err := request.FormAttachments(t.Context(), db, access.Anyone("reunion"), form)
		must(t, err)
		if len(all) != 1 || all[0].Name != "a.png" {
			t.Fatalf("at the other desk: %+v", all)
		}
		if n := count(t, db, "attachment_chunk WHERE platform <> 'guyane'"); n != 0 {
			t.Errorf("%d pieces stayed behind", n)
		}
		if faults, _, err := db.SealFaults(t.Context()); err != nil || len(faults) > 0 {
			t.Errorf("%v %v", faults, err)
		}
		now := db.Now()
		db.Now = func() time.Time { return now.Add(request.DraftLife + time.Hour) }
		_, err = request.PurgeDrafts(t.Context(), db, access.Machine("guyane"))
		must(t, err)
		if n := count(t, db, "attachment") + count(t, db, "attachment_chunk") + count(t, db, "seal_key WHERE subject LIKE 'draft/%'"); n != 0 {
			t.Errorf("%d rows are left of a purged draft", n)
		}
	})
}

// A withdrawn file is given to nobody, can be put back for a while, and then its
// bytes are gone and the reason stays.
func TestWithdraw(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key, picture(t, "lettre.png", 40, 20))
		by, piece := nurseAt("reunion"), filesOf(t, db, id)[0].ID
		if err := request.WithdrawAttachment(t.Context(), db, by, id, piece, "  "); keyOf(err) != "attachment.reason.missing" {
			t.Errorf("without a reason: %v", err)
		}
		must(t, request.WithdrawAttachment(t.Context(), db, by, id, piece, "autre patient"))
		if _, err := bytesOf(t.Context(), db, by, id, piece); phare.KindOf(err) != phare.Conflict {
			t.Errorf("read once withdrawn: %v", err)
		}
		must(t, request.RestoreAttachment(t.Context(), db, by, id, piece))
		if _, err := bytesOf(t.Context(), db, by, id, piece); err != nil {
			t.Errorf("put back: %v", err)
		}
		must(t, request.WithdrawAttachment(t.Context(), db, by, id, piece, "autre patient"))
		now := db.Now()
		db.Now = func() time.Time { return now.Add(attachment.WithdrawnLife + time.Hour) }
		n, err := request.PurgeAttachments(t.Context(), db, access.Machine("reunion"))
		if err != nil || n != 1 {
			t.Errorf("%d forgotten, %v", n, err)
		}
		if n, err := request.PurgeAttachments(t.Context(), db, access.Machine("reunion")); err != nil || n != 0 {
			t.Errorf("a second time: %d, %v", n, err)
		}
		a := filesOf(t, db, id)[0]
		if a.Reason != "autre patient" || a.State != attachment.Withdrawn || count(t, db, "attachment_chunk") != 0 {
			t.Errorf("%+v", a)
		}
		if err := request.RestoreAttachment(t.Context(), db, by, id, piece); keyOf(err) != "attachment.gone" {
			t.Errorf("put back too late: %v", err)
		}
	})
}

// A file that was withdrawn and is sent again is kept as a new one: what was said
// of the first stays, and the second is given out.
func TestWithdrawnComesAgain(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key, picture(t, "lettre.png", 41, 20))
		by, first := nurseAt("reunion"), filesOf(t, db, id)[0].ID
		must(t, request.WithdrawAttachment(t.Context(), db, by, id, first, "autre patient"))
		for range 2 { // the third is the second
			must(t, request.Attach(t.Context(), db, by, id, picture(t, "encore.png", 41, 20)))
		}
		all := filesOf(t, db, id)
		if len(all) != 2 {
			t.Fatalf("%d files, want the withdrawn one and the new one", len(all))
		}
		for _, a := range all {
			_, err := bytesOf(t.Context(), db, by, id, a.ID)
			if a.ID == first && (a.State != attachment.Withdrawn || a.Reason != "autre patient" || phare.KindOf(err) != phare.Conflict) {
				t.Errorf("the first is %s (%q), given out: %v", a.State, a.Reason, err)
			}
			if a.ID != first && (a.State != attachment.Kept || err != nil) {
				t.Errorf("the second is %s, given out: %v", a.State, err)
			}
		}
		// It stands there once: the first is put back only when the second is out.
		if err := request.RestoreAttachment(t.Context(), db, by, id, first); keyOf(err) != "attachment.twice" {
			t.Errorf("put back beside its like: %v", err)
		}
		for _, a := range all {
			if a.ID != first {
				must(t, request.WithdrawAttachment(t.Context(), db, by, id, a.ID, "doublon"))
			}
		}
		must(t, request.RestoreAttachment(t.Context(), db, by, id, first))
	})
}

// A file that comes after the request was sent is the desk's next action; to a
// closed one nothing is joined.
func TestAttachLate(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key)
		by := nurseAt("reunion")
		f, err := request.OpenFile(t.Context(), db, by, id)
		must(t, err)
		must(t, request.Await(t.Context(), db, by, request.Ref{ID: id, Version: f.Version}, request.Waiting{Who: "le médecin", Until: db.Now().Add(48 * time.Hour)}))
		f, err = request.OpenFile(t.Context(), db, by, id)
		must(t, err)
		promised := f.NextAt
		if promised.Before(db.Now().Add(25 * time.Hour)) {
			t.Fatalf("promised for %s", promised)
		}
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("reunion"), form, picture(t, "suite.png", 50, 20)))
		f, err = request.OpenFile(t.Context(), db, by, id)
		must(t, err)
		if f.State != request.Open || f.Next != "document" || len(f.Files) != 1 || f.Events[0].Kind != "attachment" {
			t.Errorf("state %s, next %s, %d files, %s", f.State, f.Next, len(f.Files), f.Events[0].Kind)
		}
		if !f.NextAt.Equal(promised) {
			t.Errorf("a document moved the promised date to %s", f.NextAt)
		}
		list, err := request.List(t.Context(), db, by, request.Filter{Basket: request.InHand})
		if err != nil || len(list.Rows) != 1 || list.Rows[0].Next != "document" {
			t.Errorf("the work list does not tell of it: %+v, %v", list.Rows, err)
		}
		if n := count(t, db, "audit WHERE verb = 'attachment.bring' AND subject = $1", id); n != 1 {
			t.Errorf("the file’s trail names it %d times", n)
		}
		must(t, request.Close(t.Context(), db, by, request.Ref{ID: id, Version: f.Version}, request.Ending{Reason: request.Withdrawn}))
		if err := request.AttachToForm(t.Context(), db, access.Anyone("reunion"), form, picture(t, "trop tard.png", 51, 20)); keyOf(err) != "request.complement.closed" {
			t.Errorf("once closed: %v", err)
		}
	})
}

// A new document is marked and stands first until someone of the desk opens it; the
// last one that is opened gives the next action back that stood before, and a page
// that was open meanwhile can still be sent.
func TestDocumentsRead(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key, picture(t, "premier.png", 50, 20))
		by := nurseAt("reunion")
		open := func() request.File {
			t.Helper()
			f, err := request.OpenFile(t.Context(), db, by, id)
			must(t, err)
			return f
		}
		look := func(name string) {
			t.Helper()
			for _, a := range open().Files {
				if a.Name == name {
					must(t, second(bytesOf(t.Context(), db, by, id, a.ID)))
				}
			}
		}
		news := func() (names string) {
			for _, a := range open().Files {
				if a.IsNew() {
					names += a.Name + " "
				}
			}
			return names
		}
		if f := open(); f.Next != request.NextTriage || news() != "premier.png " {
			t.Errorf("%s, new: %s", f.Next, news())
		}
		must(t, request.Await(t.Context(), db, by, request.Ref{ID: id, Version: open().Version}, request.Waiting{Who: "le médecin", Until: db.Now().Add(48 * time.Hour)}))
		must(t, request.Attach(t.Context(), db, by, id, picture(t, "du bureau.png", 54, 20)))
		look("premier.png")
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("reunion"), form, picture(t, "suite.png", 51, 20)))
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("reunion"), form, picture(t, "fin.png", 52, 20)))
		f := open()
		if f.Next != "document" || f.Files[0].Name != "suite.png" || f.Files[1].Name != "fin.png" || f.Files[2].Name != "premier.png" || news() != "suite.png fin.png " {
			t.Errorf("next %s, first %s, %s, %s, new: %s", f.Next, f.Files[0].Name, f.Files[1].Name, f.Files[2].Name, news())
		}
		look("suite.png")
		if now := open(); now.Next != "document" || news() != "fin.png " {
			t.Errorf("one of two opened: %s, new: %s", now.Next, news())
		}
		look("fin.png")
		if now := open(); now.Next != request.NextStudy || news() != "" || now.Version != f.Version || now.Files[0].Name != "premier.png" || !now.NextAt.Equal(f.NextAt) {
			t.Errorf("all opened: %s, new: %s, version %d to %d", now.Next, news(), f.Version, now.Version)
		}
		// One that is withdrawn unread is nothing to read; another next action stays.
		must(t, request.AttachToForm(t.Context(), db, access.Anyone("reunion"), form, picture(t, "faux.png", 53, 20)))
		if open().Next != "document" {
			t.Error("the next one is not told")
		}
		must(t, request.WithdrawAttachment(t.Context(), db, by, id, open().Files[0].ID, "autre patient"))
		if now := open(); now.Next != request.NextStudy || news() != "" {
			t.Errorf("withdrawn: %s, new: %s", now.Next, news())
		}
	})
}

// Tracking tells how many documents came and when, and gives a pass to join more:
// for an hour, for this request, until its secret changes or it is closed.
func TestTrackPapers(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key, picture(t, "secret.png", 71, 20), picture(t, "autre.png", 72, 20))
		by := nurseAt("reunion")
		must(t, request.Attach(t.Context(), db, by, id, picture(t, "du bureau.png", 73, 20)))
		receipt, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), form)
		must(t, err)
		status, err := request.Track(t.Context(), db, key, receipt.Reference, receipt.Secret)
		must(t, err)
		if len(status.Papers) != 2 || status.Papers[0].At.IsZero() || !status.Papers[0].Photo || status.PapersLeft() != 3 || status.Pass == "" || strings.Contains(status.Pass, receipt.Secret) {
			t.Errorf("%d documents, pass %q", len(status.Papers), status.Pass)
		}
		tries := func(ref, pass string) bool {
			t.Helper()
			platform, got, err := request.TrackByPass(t.Context(), db, key, ref, pass)
			if err != nil && keyOf(err) != "track.pass.old" || err == nil && (platform != "reunion" || got != id) {
				t.Errorf("%s, %s, %v", platform, got, err)
			}
			return err == nil
		}
		_, otherForm := sent(t, db, key)
		other, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), otherForm)
		must(t, err)
		end, mac, _ := strings.Cut(status.Pass, ".")
		later := strconv.FormatInt(db.Now().Add(2*time.Hour).Unix(), 10)
		switch {
		case !tries(receipt.Reference, status.Pass):
			t.Error("the pass opens nothing")
		case tries(other.Reference, status.Pass), tries("MR-2222-2222", status.Pass), tries("", status.Pass):
			t.Error("the pass opens another request")
		case tries(receipt.Reference, ""), tries(receipt.Reference, end), tries(receipt.Reference, later+"."+mac), tries(receipt.Reference, "x."+mac):
			t.Error("a pass that was changed opens")
		}
		if _, _, err := request.TrackByPass(t.Context(), db, access.NewKey(), receipt.Reference, status.Pass); err == nil {
			t.Error("the pass of another site opens")
		}
		_, err = request.Reissue(t.Context(), db, key, by, id)
		must(t, err)
		if tries(receipt.Reference, status.Pass) {
			t.Error("the pass outlives the secret")
		}
	})
}

// A pass lasts an hour; a closed request has none.
func TestPassEnds(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key)
		by := nurseAt("reunion")
		receipt, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), form)
		must(t, err)
		status, err := request.Track(t.Context(), db, key, receipt.Reference, receipt.Secret)
		must(t, err)
		f, err := request.OpenFile(t.Context(), db, by, id)
		must(t, err)
		must(t, request.Close(t.Context(), db, by, request.Ref{ID: id, Version: f.Version}, request.Ending{Reason: request.Withdrawn}))
		closed, err := request.Track(t.Context(), db, key, receipt.Reference, receipt.Secret)
		if err != nil || closed.Pass != "" {
			t.Errorf("closed: pass %q, %v", closed.Pass, err)
		}
		if r, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), form); err != nil || !r.Closed || receipt.Closed {
			t.Errorf("the receipt does not say that it is closed: %v", err)
		}
		was := db.Now
		db.Now = func() time.Time { return was().Add(request.PassWindow + time.Second) }
		defer func() { db.Now = was }()
		if _, _, err := request.TrackByPass(t.Context(), db, key, receipt.Reference, status.Pass); keyOf(err) != "track.pass.old" {
			t.Errorf("after an hour: %v", err)
		}
	})
}

// A piece that is missing is an error, not a shorter file.
func TestReadFails(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key, picture(t, "lettre.png", 60, 400))
		piece := filesOf(t, db, id)[0].ID
		act := store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: "x"}
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
			return tx.Exec(`DELETE FROM attachment_chunk WHERE number = 1`)
		}))
		_, read, err := request.OpenAttachment(t.Context(), db, nurseAt("reunion"), id, piece)
		must(t, err)
		if read(io.Discard) == nil {
			t.Error("a file without its second piece reads")
		}
	})
}
