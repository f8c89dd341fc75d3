package request_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func sorted(all []string) []string { slices.Sort(all); return all }

// begin keeps a draft of the family and says its form and its code.
func begin(t *testing.T, db *store.DB, by access.Actor, edit func(*request.Fields)) (form, code string) {
	t.Helper()
	form = request.NewForm()
	_, err := request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { *f = family(); edit(f) })
	must(t, err)
	d, err := request.GetDraft(t.Context(), db, form)
	must(t, err)
	return form, d.Code
}

func untouched(*request.Fields) {}

// A draft is gone on with by its code, typed in any way, at whatever desk it is;
// every code that opens nothing is answered alike.
func TestResume(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx, by := t.Context(), access.Anyone("guyane")
		form, code := begin(t, db, by, untouched)
		if len(code) != 10 || request.ShowCode(code)[5] != '-' {
			t.Fatalf("code %q", code)
		}
		for _, typed := range []string{code, strings.ToLower(request.ShowCode(code)), " " + code[:3] + " " + code[3:] + " ", strings.ReplaceAll(strings.ReplaceAll(code, "0", "o"), "1", "l")} {
			if d, err := request.Resume(ctx, db, typed); err != nil || d.Form != form || d.Fields.Story != family().Story {
				t.Errorf("%q opens %v, %v", typed, d.Form, err)
			}
		}
		// Kept from the first page to the last, and to another desk.
		_, err := request.SaveDraft(ctx, db, access.Anyone("reunion"), form, func(f *request.Fields) { f.Platform, f.Commune = "reunion", "Cilaos" })
		must(t, err)
		if d, err := request.Resume(ctx, db, code); err != nil || d.Fields.Commune != "Cilaos" || d.Code != code {
			t.Errorf("after moving: %+v, %v", d, err)
		}
		_, gone := begin(t, db, by, untouched)
		sent, ofSent := begin(t, db, by, untouched)
		_, err = request.Submit(ctx, db, key, by, sent, family())
		must(t, err)
		db.Now = func() time.Time { return storetest.Noon.Add(request.DraftLife + time.Hour) }
		_, err = request.PurgeDrafts(ctx, db, access.Machine("guyane"))
		must(t, err)
		for what, typed := range map[string]string{"purged": gone, "sent": ofSent, "never was": "7777777777"} {
			_, err := request.Resume(ctx, db, typed)
			if e, ok := err.(*phare.Error); !ok || e.Key != "resume.refused" || e.Field != "code" {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, typed := range []string{"", "123", "12345-6789U", "12345-67890-1"} {
			if e, ok := errorOf(request.Resume(ctx, db, typed)).(*phare.Error); !ok || e.Key != "resume.code.bad" {
				t.Errorf("%q: %v", typed, e)
			}
		}
		if n := count(t, db, "audit WHERE verb = 'draft.resume' AND subject <> 'draft'"); n != 0 {
			t.Errorf("%d entries name what was typed", n)
		}
	})
}

func errorOf(_ request.Draft, err error) error { return err }

// Neither the code nor the address of a form stands readable in the database.
func TestCodeIsSealed(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, code := begin(t, db, access.Anyone("guyane"), untouched)
		for _, column := range []string{"code", "code_index", "open_form", "form", "fields"} {
			var kept string
			must(t, db.Read(t.Context(), func(v *store.View) (err error) {
				kept, err = store.One(v, store.Value[string], "SELECT "+column+" FROM draft")
				return err
			}))
			if kept == "" || strings.Contains(kept, code) || strings.Contains(kept, form) {
				t.Errorf("%s holds %q", column, kept)
			}
		}
	})
}

// Codes do not repeat and are spread over their letters.
func TestCodesAreDrawn(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		seen, letters := map[string]bool{}, map[rune]bool{}
		for range 40 {
			_, code := begin(t, db, access.Anyone("guyane"), untouched)
			seen[code] = true
			for _, c := range code {
				letters[c] = true
			}
		}
		if len(seen) != 40 || len(letters) < 28 { // of 32; 400 draws miss five of them once in ten million
			t.Errorf("%d codes of 40, %d letters", len(seen), len(letters))
		}
	})
}

// Ask 8: the day after, one reminder goes to who began a form, did not send it and
// gave an address; never a second one, whatever is typed or run again, and none to
// an address that had one today.
func TestRemindOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx, by, machine := t.Context(), access.Anyone("guyane"), access.Machine("guyane")
		at := func(after time.Duration) { db.Now = func() time.Time { return storetest.Noon.Add(after) } }
		mail := func(address string) func(*request.Fields) { return func(f *request.Fields) { f.Mail = address } }
		run := func(want int) {
			t.Helper()
			if n, err := request.RemindDrafts(ctx, db, machine); err != nil || n != want {
				t.Errorf("%d reminders, %v; want %d", n, err, want)
			}
		}
		form, _ := begin(t, db, by, mail("rosa@example.org"))
		begin(t, db, by, mail("rosa@example.org"))
		silent, _ := begin(t, db, by, mail(""))
		begin(t, db, by, mail("pas une adresse"))
		begin(t, db, access.Actor{ID: "s", Platform: "guyane", Role: access.Secretary}, mail("appel@example.org"))
		begin(t, db, access.Anyone("reunion"), func(f *request.Fields) { f.Platform, f.Mail = "reunion", "autre@example.org" })
		done, _ := begin(t, db, by, mail("fini@example.org"))
		whole := family()
		whole.Mail = "fini@example.org"
		_, err := request.Submit(ctx, db, key, by, done, whole)
		must(t, err)
		run(0)
		at(23 * time.Hour)
		run(0)
		at(25 * time.Hour)
		run(1)
		run(0)
		if got := storetest.Clear(t, db, "message.recipient", `kind = $1`, "draft"); len(got) != 1 || got[0] != "rosa@example.org" {
			t.Errorf("reminded: %v", got)
		}
		if got := storetest.Clear(t, db, "message.link", `kind = $1`, "draft"); len(got) != 1 || got[0] != "/reprendre" {
			t.Errorf("the reminder leads to %v", got)
		}
		// Touched again and left again: not a second one. One that had no address has its first.
		_, err = request.SaveDraft(ctx, db, by, form, func(f *request.Fields) { f.Story = "encore" })
		must(t, err)
		_, err = request.SaveDraft(ctx, db, by, silent, mail("tard@example.org"))
		must(t, err)
		at(72 * time.Hour)
		run(1)
		at(100 * time.Hour)
		run(0)
		if got := sorted(storetest.Clear(t, db, "message.recipient", `kind = $1`, "draft")); strings.Join(got, " ") != "rosa@example.org tard@example.org" {
			t.Errorf("reminded: %v", got)
		}
		// With the drafts go the addresses.
		at(request.DraftLife + 101*time.Hour)
		_, err = request.PurgeDrafts(ctx, db, machine)
		must(t, err)
		if n := count(t, db, "message WHERE kind = 'draft'"); n != 0 || count(t, db, "draft WHERE platform = 'guyane'") != 0 {
			t.Errorf("%d messages about drafts are kept", n)
		}
	})
}

// The code is sent where it is asked for, twice at most, and the message holds
// nothing else.
func TestSendCode(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx, by := t.Context(), access.Anyone("guyane")
		form, code := begin(t, db, by, untouched)
		if got := faulty(request.SendCode(ctx, db, by, form, "nulle part")); got != "code_mail" {
			t.Errorf("faults on %q", got)
		}
		must(t, request.SendCode(ctx, db, by, form, "rosa@example.org"))
		must(t, request.SendCode(ctx, db, by, form, "ana@example.org"))
		if got := faulty(request.SendCode(ctx, db, by, form, "x@example.org")); got != "code_mail" {
			t.Errorf("a third time: %q", got)
		}
		if got := storetest.Clear(t, db, "message.link", `kind = $1`, "code"); len(got) != 2 || got[0] != request.ShowCode(code) || count(t, db, "message WHERE link = $1 OR reference <> ''", got[0]) != 0 {
			t.Errorf("messages with %v", got)
		}
		if err := request.SendCode(ctx, db, by, request.NewForm(), "x@example.org"); phare.KindOf(err) != phare.NotFound {
			t.Errorf("of no form: %v", err)
		}
	})
}

// Ask 8: who gave a mobile telephone and no mail address is reminded by SMS, once, and
// can have the code there; other numbers are not written to.
func TestDraftsBySMS(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx, by, machine := t.Context(), access.Anyone("guyane"), access.Machine("guyane")
		at := func(after time.Duration) { db.Now = func() time.Time { return storetest.Noon.Add(after) } }
		phone := func(number string) func(*request.Fields) { return func(f *request.Fields) { f.Phone = number } }
		form, code := begin(t, db, by, phone("0694 00 11 22"))
		begin(t, db, by, phone("+594 694 00 11 22")) // the same telephone
		begin(t, db, by, phone("0594 00 11 22"))     // rings on a wall
		begin(t, db, by, phone("+597 8 123 456"))    // across the river: dear, and anyone could type it
		begin(t, db, by, func(f *request.Fields) { f.Phone, f.Mail = "0694 33 44 55", "pas une adresse" })
		at(25 * time.Hour)
		for _, want := range []int{1, 0} {
			if n, err := request.RemindDrafts(ctx, db, machine); err != nil || n != want {
				t.Errorf("%d reminders, %v; want %d", n, err, want)
			}
		}
		if got := storetest.Clear(t, db, "message.recipient", `kind = $1 AND way = 'sms'`, "draft"); len(got) != 1 || got[0] != "+594694001122" {
			t.Errorf("reminded: %v", got)
		}
		if got := faulty(request.SendCode(ctx, db, by, form, "0594 00 11 22")); got != "code_mail" {
			t.Errorf("a code to a telephone on a wall: %q", got)
		}
		must(t, request.SendCode(ctx, db, by, form, "0694 00 11 22"))
		if got := storetest.Clear(t, db, "message.link", `kind = $1 AND way = 'sms'`, "code"); len(got) != 1 || got[0] != request.ShowCode(code) {
			t.Errorf("codes by SMS: %v", got)
		}
		at(request.DraftLife + 26*time.Hour)
		_, err := request.PurgeDrafts(ctx, db, machine)
		must(t, err)
		if n := count(t, db, "message WHERE kind IN ('draft', 'code')"); n != 0 {
			t.Errorf("%d numbers are kept", n)
		}
	})
}

// Who of the desk noted a call finds the note again, and nobody else does.
func TestOwnDrafts(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx := t.Context()
		form := request.NewForm()
		_, err := request.SaveDraft(ctx, db, secretary, form, func(f *request.Fields) { *f = call() })
		must(t, err)
		begin(t, db, access.Anyone("reunion"), func(f *request.Fields) { f.Platform = "reunion" })
		other, there := secretary, secretary
		other.ID, there.Platform = "autre", "guyane"
		for _, tt := range []struct {
			by   access.Actor
			want int
		}{{secretary, 1}, {other, 0}, {there, 0}} {
			all, err := request.OwnDrafts(ctx, db, tt.by)
			if err != nil || len(all) != tt.want || tt.want == 1 && all[0].Form != form {
				t.Errorf("%s of %s finds %d drafts, %v", tt.by.ID, tt.by.Platform, len(all), err)
			}
			_, err = request.OwnDraft(ctx, db, tt.by, form)
			if (err == nil) != (tt.want == 1) {
				t.Errorf("%s of %s opens it: %v", tt.by.ID, tt.by.Platform, err)
			}
			if tt.want == 0 {
				if err := request.ForgetOwnDraft(ctx, db, tt.by, form); phare.KindOf(err) != phare.NotFound {
					t.Errorf("%s of %s forgets it: %v", tt.by.ID, tt.by.Platform, err)
				}
			}
		}
		director := access.Actor{ID: "sec", Platform: "reunion", Role: access.Director} // the same account, without the right
		_, listed := request.OwnDrafts(ctx, db, director)
		_, opened := request.OwnDraft(ctx, db, director, form)
		forgot := request.ForgetOwnDraft(ctx, db, director, form)
		for what, err := range map[string]error{"lists": listed, "opens": opened, "forgets": forgot} {
			if phare.KindOf(err) != phare.Forbidden {
				t.Errorf("who may not triage %s drafts: %v", what, err)
			}
		}
		// A colleague who goes on with a family's draft does not become its author.
		family, _ := begin(t, db, access.Anyone("reunion"), func(f *request.Fields) { f.Platform = "reunion" })
		_, err = request.SaveDraft(ctx, db, secretary, family, func(f *request.Fields) { f.Story = "dicté au téléphone" })
		must(t, err)
		if all, err := request.OwnDrafts(ctx, db, secretary); err != nil || len(all) != 1 {
			t.Errorf("%d drafts, %v", len(all), err)
		}
		must(t, request.ForgetOwnDraft(ctx, db, secretary, form))
		if all, err := request.OwnDrafts(ctx, db, secretary); err != nil || len(all) != 0 {
			t.Errorf("%d drafts after forgetting, %v", len(all), err)
		}
	})
}
