package request_test

import (
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// call is what an invented secretary notes of an invented mother's call.
func call() request.Fields {
	return request.Fields{Who: request.Family, Channel: request.Phone, Urgency: request.Soon, Name: "Mme S.", Phone: "0692 00 00 00",
		Story: "« Il tombe, on me dit que c’est rien, j’en peux plus »", Promised: "L’infirmière rappelle demain matin."}
}

var secretary = access.Actor{ID: "sec", Platform: "reunion", Role: access.Secretary, Name: "Secrétaire Inventée"}

// What a call must hold, and what it need not: no name of a patient, no consent.
func TestCallRules(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*request.Fields)
		want  string
	}{
		{"whole", func(*request.Fields) {}, ""},
		{"nothing", func(f *request.Fields) { *f = request.Fields{} }, "urgency channel came who name story"},
		{"no number", func(f *request.Fields) { f.Phone = "" }, "phone"},
		{"really no number", func(f *request.Fields) { f.Phone, f.Unsure = "", "phone" }, ""},
		{"half a number", func(f *request.Fields) { f.Phone = "06" }, "phone"},
		{"a letter without its date", func(f *request.Fields) { f.Channel = request.Letter }, "came"},
		{"a letter", func(f *request.Fields) { f.Channel, f.Came, f.Phone = request.Letter, "27/02/2026", "" }, ""},
		{"a letter to come", func(f *request.Fields) { f.Channel, f.Came = request.Fax, "27/03/2026" }, "came"},
		{"a letter of some month", func(f *request.Fields) { f.Channel, f.Came = request.Fax, "02/2026" }, "came"},
		{"a birth date that is none", func(f *request.Fields) { f.BirthDate = "bientôt" }, "birth_date"},
		{"no channel that there is", func(f *request.Fields) { f.Channel = "web" }, "channel came"},
	} {
		f := call()
		tt.spoil(&f)
		if got := faulty(f.CheckCall(storetest.Noon)); got != tt.want {
			t.Errorf("%s: faults on %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A call is a request at once: owned by the queue, with a reference, its words
// kept as they were said; sent twice it is one.
func TestTakeCall(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, ctx := request.NewForm(), t.Context()
		if _, err := request.TakeCall(ctx, db, key, access.Anyone("reunion"), form, call()); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("anyone notes a call: %v", err)
		}
		_, err := request.SaveDraft(ctx, db, secretary, form, func(f *request.Fields) { *f = call() })
		must(t, err)
		first, err := request.TakeCall(ctx, db, key, secretary, form, call())
		must(t, err)
		again, err := request.TakeCall(ctx, db, key, secretary, form, call())
		if err != nil || again.Reference != first.Reference || !again.Again || count(t, db, "request") != 1 || count(t, db, "draft") != 0 {
			t.Fatalf("sent twice: %+v, %v", again, err)
		}
		director, there := secretary, secretary
		director.Role, there.Platform = access.Director, "guyane"
		for by, want := range map[access.Actor]phare.Kind{director: phare.Forbidden, there: phare.NotFound} {
			if _, _, err := request.CallReceipt(ctx, db, key, by, form); phare.KindOf(err) != want {
				t.Errorf("%s of %s sees the receipt: %v", by.Role, by.Platform, err)
			}
		}
		if got, said, err := request.CallReceipt(ctx, db, key, secretary, form); err != nil || got.Secret != first.Secret || said.Name != "Mme S." {
			t.Errorf("receipt %+v, %v", got, err)
		}
		f, err := request.OpenFile(ctx, db, secretary, first.Request)
		must(t, err)
		if f.Channel != request.Phone || f.State != request.Received || !f.NextAt.Equal(storetest.Noon.Add(3*24*time.Hour)) || f.Fields.Consent != "" || f.Fields.Diagnosis != request.NotKnown {
			t.Errorf("%+v", f.Request)
		}
		told := map[string]string{}
		for _, e := range f.Events {
			told[e.Kind] = e.Text
		}
		if told["said"] != call().Story || told["promised"] != call().Promised {
			t.Errorf("events %v", told)
		}
		// Sent by anyone, the desk's own words are not taken.
		sneak := gp()
		sneak.Channel, sneak.Promised = request.Phone, "tout"
		r, err := request.Submit(ctx, db, key, access.Anyone("reunion"), request.NewForm(), sneak)
		must(t, err)
		if f, err := request.OpenFile(ctx, db, secretary, r.Request); err != nil || f.Channel != "web" || f.Fields.Promised != "" || f.IsNoted() || f.Missing() != nil {
			t.Errorf("a form passed for a call: %+v, %v", f.Request, err)
		}
	})
}

// Ask 23: what was noted is not typed again. The file is completed in place: the
// search finds the new words, the words first said stay, the team sees what was
// changed, and what is still missing shrinks.
func TestComplete(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx := t.Context()
		r, err := request.TakeCall(ctx, db, key, secretary, request.NewForm(), call())
		must(t, err)
		open := func() request.File {
			f, err := request.OpenFile(ctx, db, secretary, r.Request)
			must(t, err)
			return f
		}
		f := open()
		if got := strings.Join(f.Missing(), " "); got != "relation first_name birth_date consent" {
			t.Errorf("missing: %s", got)
		}
		more := f.Fields
		more.FirstName, more.FamilyName, more.BirthDate, more.Relation, more.Urgency, more.Question = "Ivo", "Inventé", "2 mars 2020", "parent", request.Urgent, "Un rendez-vous ?"
		more.Channel, more.Promised = "", "rien" // not the page's to change
		ref := request.Ref{ID: r.Request, Version: f.Version}
		must(t, request.Complete(ctx, db, secretary, ref, more, "Prénom : Non renseigné → Ivo"))
		if err := request.Complete(ctx, db, secretary, ref, more, "x"); phare.KindOf(err) != phare.Conflict {
			t.Errorf("completed on an older state: %v", err)
		}
		f = open()
		if f.Fields.BirthDate != "2020-03-02" || f.Fields.Channel != request.Phone || f.Fields.Promised != call().Promised || f.Fields.Story != call().Story {
			t.Errorf("fields %+v", f.Fields)
		}
		if !f.NextAt.Equal(storetest.Noon.Add(24 * time.Hour)) {
			t.Errorf("an urgent request hears by %v", f.NextAt)
		}
		if got := strings.Join(f.Missing(), " "); got != "consent" {
			t.Errorf("still missing: %s", got)
		}
		said := 0
		for _, e := range f.Events {
			if e.Kind == "said" && e.Text == call().Story || e.Kind == "completed" && strings.Contains(e.Text, "→ Ivo") {
				said++
			}
		}
		if said != 2 {
			t.Errorf("events %+v", f.Events)
		}
		found, err := request.List(ctx, db, secretary, request.Filter{Find: "Inventé 02/03/2020"})
		if err != nil || len(found.Rows) != 1 || found.Rows[0].Urgency != request.Urgent || found.Rows[0].Initials != "I. I." {
			t.Errorf("search: %+v, %v", found.Rows, err)
		}
		bad := f.Fields
		bad.Mail = "pas une adresse"
		if got := faulty(request.Complete(ctx, db, secretary, request.Ref{ID: r.Request, Version: f.Version}, bad, "x")); got != "mail" {
			t.Errorf("a bad address: faults on %q", got)
		}
		// What a requester wrote is theirs.
		own, err := request.Submit(ctx, db, key, access.Anyone("reunion"), request.NewForm(), gp())
		must(t, err)
		if err := request.Complete(ctx, db, secretary, request.Ref{ID: own.Request, Version: 1}, gp(), "x"); phare.KindOf(err) != phare.Conflict {
			t.Errorf("a requester's own words were changed: %v", err)
		}
	})
}

// Section 1.6, and "gentle recognition": who writes again is shown to the desk,
// with a reason, and nothing is merged.
func TestAgain(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		ctx, n := t.Context(), 0
		ask := func(days int, edit func(*request.Fields)) phare.ID {
			f := family()
			f.Platform, f.Phone, f.Place = "reunion", "0692 11 22 33", ""
			edit(&f)
			db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, days).Add(time.Duration(n) * time.Minute) }
			n++
			r, err := request.Submit(ctx, db, key, access.Anyone("reunion"), request.NewForm(), f)
			must(t, err)
			return r.Request
		}
		same := func(*request.Fields) {}
		old := ask(0, same)
		child := ask(25, func(f *request.Fields) { f.Phone = "+262 692 11 22 33" }) // the same number, otherwise written
		ask(26, func(f *request.Fields) { f.FirstName = "Zoé" })                    // a sister
		byMail := ask(27, func(f *request.Fields) { f.Phone, f.Mail = "", "Rosa@Example.org" })
		doctor := ask(27, func(f *request.Fields) { *f = gp(); f.Phone, f.Mail = "0692 11 22 33", "" })
		last := ask(28, func(f *request.Fields) { f.Mail = "rosa@example.org" })
		late := ask(70, same)
		for id, want := range map[phare.ID][]phare.ID{old: nil, child: {old}, last: {byMail, child, old}, doctor: nil, late: nil} {
			f, err := request.OpenFile(ctx, db, secretary, id)
			must(t, err)
			var got []phare.ID
			for _, r := range f.Again {
				got = append(got, r.ID)
			}
			if strings.Join(ids(got), " ") != strings.Join(ids(want), " ") {
				t.Errorf("recognised %v, want %v", got, want)
			}
		}
		if count(t, db, "request") != n {
			t.Errorf("%d requests of %d", count(t, db, "request"), n)
		}
	})
}

func ids(all []phare.ID) (out []string) {
	for _, id := range all {
		out = append(out, string(id))
	}
	return out
}

// The family of a request that someone else made for it hears of it too.
func TestBothFollow(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		f := social()
		f.Mail = "lea@example.org"
		r, err := request.Submit(t.Context(), db, key, access.Anyone("guyane"), request.NewForm(), f)
		must(t, err)
		to := storetest.Clear(t, db, "message.recipient", `request = $1`, r.Request)
		if strings.Join(sorted(to), " ") != "lea@example.org rosa@example.org" {
			t.Errorf("told: %v", to)
		}
	})
}
