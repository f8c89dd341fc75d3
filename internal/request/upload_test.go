package request_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
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

// announced is a file before its first byte.
func announced(name string, b []byte) attachment.Announced {
	sum := sha256.Sum256(b)
	return attachment.Announced{Name: name, Size: int64(len(b)), Digest: hex.EncodeToString(sum[:])}
}

// onItsWay is a whole file that came and is not stored yet.
func onItsWay(t *testing.T, db *store.DB, by access.Actor, g request.Goal, name string, b []byte) attachment.Upload {
	t.Helper()
	u, err := request.BeginUpload(t.Context(), db, by, g, announced(name, b))
	must(t, err)
	for at := 0; at < len(b); at += attachment.PartSize {
		u, err = request.KeepPart(t.Context(), db, by, u, int64(at), b[at:min(len(b), at+attachment.PartSize)])
		must(t, err)
	}
	if !u.IsWhole() {
		t.Fatalf("%d of %d bytes came", u.Received, u.Size)
	}
	return u
}

func inspecting(t *testing.T) attachment.Taker {
	t.Helper()
	r, err := inspect.NewRunner()
	must(t, err)
	return attachment.Taker{Inspect: r}
}

// take inspects what the desk sends as a picture.
func take(t *testing.T) func(io.Reader) (*attachment.Taken, error) {
	return func(r io.Reader) (*attachment.Taken, error) {
		return inspecting(t).Take(t.Context(), attachment.Given{Name: "IRM.png", Bytes: r, By: inspect.Sender{Staff: true}})
	}
}

// T14: a store that fails half-way leaves no file and every part; asked again, the
// file is there, once.
func TestUploadStoreFails(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key)
		nurse, g := nurseAt("reunion"), request.Goal{Request: id}
		picture := aPicture(t, 3, 600)
		u := onItsWay(t, db, nurse, g, "IRM.png", picture)
		pieces := count(t, db, "upload_piece")
		f, err := inspecting(t).Take(t.Context(), attachment.Given{Name: "IRM.png", Bytes: bytes.NewReader(picture), By: inspect.Sender{Staff: true}})
		must(t, err)
		defer f.Close()
		f.Came(u)
		dead := errors.New("dead")
		err = db.Write(t.Context(), nurse.Act("test", string(id)), func(tx *store.Tx) error {
			_, _, err := f.Keep(tx, attachment.Place{Platform: "reunion", Request: id, Subject: request.Subject(id)}, nurse.ID, nurse.Name)
			return errors.Join(err, dead)
		})
		if !errors.Is(err, dead) || len(filesOf(t, db, id)) != 0 || count(t, db, "upload_piece") != pieces || count(t, db, "upload WHERE became = ''") != 1 {
			t.Errorf("after a store that failed: %v, %d files, %d pieces", err, len(filesOf(t, db, id)), count(t, db, "upload_piece"))
		}
		// Fresh keys in between: what came is still read.
		_, err = db.Rotate(t.Context(), "reunion", func(store.Resealed) {})
		must(t, err)
		u, err = request.FindUpload(t.Context(), db, nurse, g, u.Token)
		must(t, err)
		must(t, request.FinishUpload(t.Context(), db, nurse, g, u, take(t)))
		if len(filesOf(t, db, id)) != 1 || count(t, db, "upload_piece") != 0 {
			t.Errorf("%d files, %d pieces", len(filesOf(t, db, id)), count(t, db, "upload_piece"))
		}
		// Sent once more by somebody whose answer was lost: one file.
		must(t, request.FinishUpload(t.Context(), db, nurse, g, onItsWay(t, db, access.Actor{ID: "n2", Platform: "reunion", Role: access.Nurse, Name: "Autre"}, g, "IRM.png", picture), take(t)))
		if n := len(filesOf(t, db, id)); n != 1 {
			t.Errorf("%d files", n)
		}
		if u, err := request.BeginUpload(t.Context(), db, nurse, g, announced("IRM.png", picture)); err != nil || u.Became == "" {
			t.Errorf("known: %v, %+v", err, u.Became)
		}
		must(t, request.WithdrawAttachment(t.Context(), db, nurse, id, filesOf(t, db, id)[0].ID, "autre patient"))
		if u, err := request.BeginUpload(t.Context(), db, nurse, g, announced("IRM.png", picture)); err != nil || u.Became != "" {
			t.Errorf("after it was withdrawn it may come again: %v, %+v", err, u.Became)
		}
	})
}

// Unfinished ones go after a day without another part, with their bytes; of the
// bytes and the name nothing is in clear before. A form that is forgotten takes
// them along.
func TestUploadPurged(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, _ := sent(t, db, key)
		nurse := nurseAt("reunion")
		onItsWay(t, db, nurse, request.Goal{Request: id}, "Zulouqui.png", aPicture(t, 5, 300))
		form := request.NewForm()
		_, err := request.SaveDraft(t.Context(), db, access.Anyone("reunion"), form, func(f *request.Fields) { *f = gp() })
		must(t, err)
		onItsWay(t, db, access.Anyone("reunion"), request.Goal{Form: form}, "Zulouqui.png", aPicture(t, 6, 300))
		must(t, db.Read(t.Context(), func(v *store.View) error {
			rows, err := store.All(v, store.Value[string], `SELECT about FROM upload UNION ALL SELECT sealed FROM upload_piece`)
			for _, r := range rows {
				if strings.Contains(r, "Zulouqui") || strings.Contains(r, `"digest"`) || !strings.HasPrefix(r, "s1:") {
					t.Errorf("in clear: %.80s", r)
				}
			}
			if len(rows) < 4 {
				t.Errorf("only %d rows", len(rows))
			}
			return err
		}))
		purge := func(after time.Duration) int64 {
			db.Now = func() time.Time { return storetest.Noon.Add(after) }
			n, err := request.PurgeUploads(t.Context(), db, access.Machine("reunion"))
			must(t, err)
			return n
		}
		if n := purge(attachment.UploadLife - time.Minute); n != 0 {
			t.Errorf("%d went before their day was over", n)
		}
		if n := purge(attachment.UploadLife + time.Minute); n != 2 || count(t, db, "upload")+count(t, db, "upload_piece") != 0 {
			t.Errorf("%d went, %d rows are left", n, count(t, db, "upload")+count(t, db, "upload_piece"))
		}
		if n := purge(2 * attachment.UploadLife); n != 0 {
			t.Errorf("%d went twice", n)
		}
		onItsWay(t, db, access.Anyone("reunion"), request.Goal{Form: form}, "b.png", aPicture(t, 6, 300))
		db.Now = func() time.Time { return storetest.Noon.Add(60 * 24 * time.Hour) }
		_, err = request.PurgeDrafts(t.Context(), db, access.Machine("reunion"))
		must(t, err)
		if n := count(t, db, "upload") + count(t, db, "upload_piece"); n != 0 {
			t.Errorf("%d rows outlive their form", n)
		}
	})
}

// A word opens its file for its own goal only, and no other platform's.
func TestUploadElsewhere(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		id, form := sent(t, db, key)
		other, _ := sent(t, db, key)
		u := onItsWay(t, db, nurseAt("reunion"), request.Goal{Request: id}, "a.png", aPicture(t, 5, 100))
		for name, try := range map[string]struct {
			by access.Actor
			g  request.Goal
		}{
			"another request":  {nurseAt("reunion"), request.Goal{Request: other}},
			"another platform": {nurseAt("guyane"), request.Goal{Request: id}},
			"another form":     {access.Anyone("reunion"), request.Goal{Form: request.NewForm()}},
		} {
			if _, err := request.FindUpload(t.Context(), db, try.by, try.g, u.Token); phare.KindOf(err) != phare.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := request.FindUpload(t.Context(), db, access.Anyone("reunion"), request.Goal{Form: form}, u.Token); err != nil {
			t.Errorf("the form that became the request: %v", err)
		}
		if _, err := request.FindUpload(t.Context(), db, nurseAt("reunion"), request.Goal{Request: id}, u.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("by what is kept of the word: %v", err)
		}
		if _, err := request.BeginUpload(t.Context(), db, access.Actor{ID: "d", Platform: "reunion", Role: access.Director, Name: "D"}, request.Goal{Request: id}, announced("a.png", []byte("x"))); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("without the right: %v", err)
		}
		if _, err := request.BeginUpload(t.Context(), db, nurseAt("guyane"), request.Goal{Request: id}, announced("a.png", []byte("x"))); phare.KindOf(err) != phare.NotFound {
			t.Errorf("another desk: %v", err)
		}
	})
}

// Announcing is free and shuts nobody's door: no room goes to what did not come, and
// of announcements without a byte few are kept. What comes must have room all the same.
func TestAnnouncedTakesNoRoom(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		draft := func() request.Goal {
			form := request.NewForm()
			_, err := request.SaveDraft(t.Context(), db, access.Anyone("reunion"), form, func(f *request.Fields) { *f = gp() })
			must(t, err)
			return request.Goal{Form: form}
		}
		const quota = 44 << 20 // 11 MB for all forms that were not sent
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), quota))
		anyone := access.Anyone("reunion")
		var first attachment.Upload
		for i := range 510 {
			g := draft()
			u, err := request.BeginUpload(t.Context(), db, anyone, g, attachment.Announced{Name: "a.png", Size: 10 << 20, Digest: strings.Repeat("ab", 32)})
			if i == 0 {
				first = u
			}
			if err != nil {
				t.Fatalf("announcement %d: %v", i, err)
			}
		}
		if _, err := request.FindUpload(t.Context(), db, anyone, request.Goal{}, first.Token); err != nil && phare.KindOf(err) != phare.NotFound {
			t.Error(err)
		}
		honest := aPicture(t, 7, 300)
		u := onItsWay(t, db, anyone, draft(), "IRM.png", honest)
		if !u.IsWhole() {
			t.Error("an honest file found no room")
		}
		if n := count(t, db, "upload WHERE received = 0"); n > 500 {
			t.Errorf("%d announcements are kept", n)
		}
		// Where the room is gone meanwhile a part is refused, and the file forgotten.
		g := draft()
		u, err := request.BeginUpload(t.Context(), db, anyone, g, announced("IRM.png", honest))
		must(t, err)
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 1000))
		if _, err = request.KeepPart(t.Context(), db, anyone, u, 0, honest[:min(len(honest), attachment.PartSize)]); keyOf(err) != "attachment.refused.quota" {
			t.Errorf("a part without room: %v", err)
		}
		if _, err := request.FindUpload(t.Context(), db, anyone, g, u.Token); phare.KindOf(err) != phare.NotFound {
			t.Errorf("it is still on its way: %v", err)
		}
	})
}
