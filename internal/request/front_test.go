package request_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// eachDesk runs f on each engine, with two desks.
func eachDesk(t *testing.T, f func(t *testing.T, db *store.DB, key access.Key)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, p := range []access.Platform{
			{ID: "reunion", Name: "La Réunion et Mayotte", Zone: "Indian/Reunion"},
			{ID: "guyane", Name: "Guyane", Zone: "America/Cayenne"},
		} {
			must(t, access.AddPlatform(t.Context(), db, p))
		}
		f(t, db, access.NewKey())
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *store.DB, query string, args ...any) (n int) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], "SELECT count(*) FROM "+query, args...)
		return err
	}))
	return n
}

// gp is a complete request of an invented physician, family that of an invented mother.
func gp() request.Fields {
	return request.Fields{Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis,
		FamilyName: "Payet-Inventé", FirstName: "Lou", BirthDate: "2019-03-12", Sex: "female",
		Question: "Quel centre ?", Urgency: request.Soon, Name: "Dr Ida Fictive", Mail: "ida@example.org", Consent: "yes"}
}

func family() request.Fields {
	return request.Fields{Who: request.Family, Platform: "guyane", Diagnosis: request.NotKnown, Relation: "parent",
		FirstName: "Ana", Unsure: "birth_date question", Sex: "unknown", Story: "Elle tombe souvent.",
		Urgency: request.Routine, Name: "Rosa Inventée", Place: "Centre de santé inventé, Maripasoula", Consent: "yes"}
}

// social is the request of an invented social worker, who knows nothing of health.
func social() request.Fields {
	return request.Fields{Who: request.Social, Platform: "guyane", Diagnosis: request.NotKnown, FirstName: "Ana", Unsure: "birth_date",
		Question: "Un dossier à la maison du handicap", Urgency: request.Routine, Name: "Léa Inventée", Job: "assistante sociale", Phone: "0594 00 00 00",
		CloseName: "Rosa Inventée", CloseMail: "rosa@example.org", Consent: "yes", ConsentBy: "parent"}
}

// faulty lists the fields that Check finds wrong.
func faulty(err error) string {
	var names []string
	if e, ok := err.(*phare.Error); ok {
		for _, one := range e.All() {
			names = append(names, one.Field)
		}
	}
	return strings.Join(names, " ")
}

func TestRules(t *testing.T) {
	tests := []struct {
		name  string
		from  request.Fields
		spoil func(*request.Fields)
		want  string
	}{
		{"gp", gp(), func(f *request.Fields) {}, ""},
		{"family", family(), func(f *request.Fields) {}, ""},
		{"nobody", gp(), func(f *request.Fields) { f.Who = "" }, "who"},
		{"nothing", request.Fields{Who: request.GP}, func(f *request.Fields) {},
			"diagnosis platform first_name family_name birth_date question urgency name phone consent"},
		{"family nothing", request.Fields{Who: request.Family}, func(f *request.Fields) {},
			"diagnosis platform relation first_name birth_date story urgency name phone consent"},
		{"gp is sure of the birth date", gp(), func(f *request.Fields) { f.BirthDate, f.Unsure = "", "birth_date" }, "birth_date"},
		{"gp needs both names", gp(), func(f *request.Fields) { f.FirstName = " " }, "first_name"},
		{"one name of a family", family(), func(f *request.Fields) { f.FirstName, f.FamilyName = "", "Silva" }, ""},
		{"for oneself, no second name", family(), func(f *request.Fields) { f.Relation, f.Name = "self", "" }, ""},
		{"a family need not know what to ask", family(), func(f *request.Fields) { f.Unsure = "birth_date" }, ""},
		{"a family sure of the birth date", family(), func(f *request.Fields) { f.Unsure = "" }, "birth_date"},
		{"a sex that no page offers", gp(), func(f *request.Fields) { f.Sex = "x" }, "sex"},
		{"a social worker without health facts", social(), func(f *request.Fields) {}, ""},
		{"who agreed is wanted of a social worker", social(), func(f *request.Fields) { f.ConsentBy = "" }, "consent_by"},
		{"the family’s mail is checked", social(), func(f *request.Fields) { f.CloseMail = "ana" }, "close_mail"},
		{"the family’s phone is checked", social(), func(f *request.Fields) { f.ClosePhone = "06" }, "close_phone"},
		{"one name for a nurse", gp(), func(f *request.Fields) { f.Who, f.FirstName, f.ConsentBy = request.Nurse, "", "self" }, ""},
		{"birth to come", gp(), func(f *request.Fields) { f.BirthDate = "04/03/2026" }, "birth_date"},
		{"born tomorrow over there", gp(), func(f *request.Fields) { f.BirthDate = "03/03/2026" }, ""},
		{"no such day", gp(), func(f *request.Fields) { f.BirthDate = "30/02/2019" }, "birth_date"},
		{"too old", gp(), func(f *request.Fields) { f.BirthDate = "12/03/1899" }, "birth_date"},
		{"words for a date", gp(), func(f *request.Fields) { f.BirthDate = "au printemps" }, "birth_date"},
		{"year alone", gp(), func(f *request.Fields) { f.BirthDate = "1950" }, ""},
		{"phone alone", gp(), func(f *request.Fields) { f.Mail, f.Phone = "", "+262 692 00 00 00" }, ""},
		{"short phone", gp(), func(f *request.Fields) { f.Phone = "0262" }, "phone"},
		{"mail without domain", gp(), func(f *request.Fields) { f.Mail = "ida@example" }, "mail"},
		{"mail with a name", gp(), func(f *request.Fields) { f.Mail = "Ida <ida@example.org>" }, "mail"},
		{"mail that names more", gp(), func(f *request.Fields) { f.Mail = "ida?cc=x%40evil.example@example.org" }, "mail"},
		{"news by a mail not given", gp(), func(f *request.Fields) { f.Mail, f.Phone, f.News = "", "0262 00 00 00", "mail" }, "mail"},
		{"news by a phone not given", gp(), func(f *request.Fields) { f.News = "phone" }, "phone"},
		{"news by post to nowhere", gp(), func(f *request.Fields) { f.News = "post" }, "place"},
		{"address of a gp is not a contact", gp(), func(f *request.Fields) { f.Mail, f.Place = "", "Cabinet" }, "phone"},
		{"long line", gp(), func(f *request.Fields) { f.Commune = strings.Repeat("é", 201) }, "commune"},
		{"full line", gp(), func(f *request.Fields) { f.Commune = strings.Repeat("é", 200) }, ""},
		{"long story", gp(), func(f *request.Fields) { f.Story = strings.Repeat("é", 8001) }, "story"},
		{"no consent", gp(), func(f *request.Fields) { f.Consent = "no" }, "consent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tt.from
			tt.spoil(&f)
			if got := faulty(f.Check(storetest.Noon)); got != tt.want {
				t.Errorf("faults on %q, want %q", got, tt.want)
			}
		})
	}
}

// A page asks about its own fields only.
func TestCheckSome(t *testing.T) {
	if got := faulty(request.Fields{Who: request.Family}.Check(storetest.Noon, "relation", "birth_date")); got != "relation birth_date" {
		t.Errorf("faults on %q", got)
	}
}

func TestTidy(t *testing.T) {
	tests := []struct {
		typed, birth string
	}{
		{"12/03/2019", "2019-03-12"}, {"12.3.2019", "2019-03-12"}, {" 12 03 2019 ", "2019-03-12"}, {"12-03-2019", "2019-03-12"},
		{"12032019", "2019-03-12"}, {"20190312", "2019-03-12"}, {"19031987", "1987-03-19"}, {"2019-03-12", "2019-03-12"},
		{"12 mars 2019", "2019-03-12"}, {"1er août 2019", "2019-08-01"}, {"12 juil. 2019", "2019-07-12"}, {"3 juin 1950", "1950-06-03"},
		{"5 December 1950", "1950-12-05"}, {"03/2019", "2019-03"}, {"mars 2019", "2019-03"}, {"2019-03", "2019-03"}, {"1950", "1950"},
		{"13/13/2019", "13/13/2019"}, {"00/00/1950", "00/00/1950"}, {"12 jui 2019", "12 jui 2019"}, {"vers 1950", "vers 1950"}, {"", ""},
	}
	for _, tt := range tests {
		if got := (request.Fields{BirthDate: tt.typed}).Tidy().BirthDate; got != tt.birth {
			t.Errorf("%q reads as %q, want %q", tt.typed, got, tt.birth)
		}
	}
	got := request.Fields{Question: " Deux\r\nlignes \x00\xff ", Name: " Ida \n Fictive ", Done: "fait", Unsure: "done doctor nonsense"}.Tidy()
	if got.Question != "Deux\nlignes" || got.Name != "Ida Fictive" || got.Unsure != "doctor" {
		t.Errorf("Tidy = %q", got)
	}
	if twice := got.Tidy(); twice != got {
		t.Errorf("Tidy of tidy fields changes them: %q", twice)
	}
	self := request.Fields{Who: request.Family, Relation: "self", FirstName: "Ana", FamilyName: "Silva"}.Tidy()
	if self.Name != "Ana Silva" {
		t.Errorf("a patient who asks is called %q", self.Name)
	}
	if self.Set("relation", "parent"); self.Name != "" {
		t.Errorf("the patient's name stays the parent's: %q", self.Name)
	}
}

func TestSubmitRefuses(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		nowhere := gp()
		nowhere.Platform = "paris"
		tests := []struct {
			name string
			by   access.Actor
			form string
			f    request.Fields
			kind phare.Kind
		}{
			{"no right", access.Actor{ID: "d", Platform: "reunion", Role: access.Director}, request.NewForm(), gp(), phare.Forbidden},
			{"other desk", access.Anyone("guyane"), request.NewForm(), gp(), phare.Forbidden},
			{"no such desk", access.Anyone("paris"), request.NewForm(), nowhere, phare.Invalid},
			{"incomplete", access.Anyone("reunion"), request.NewForm(), request.Fields{Who: request.GP, Platform: "reunion"}, phare.Invalid},
			{"guessable form", access.Anyone("reunion"), "1", gp(), phare.Invalid},
		}
		before := count(t, db, "audit")
		for _, tt := range tests {
			_, err := request.Submit(t.Context(), db, key, tt.by, tt.form, tt.f)
			if phare.KindOf(err) != tt.kind || err == nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if n := count(t, db, "request") + count(t, db, "event") + count(t, db, "message") + count(t, db, "job") + count(t, db, "audit") - before; n != 0 {
			t.Errorf("refused forms left %d rows", n)
		}
	})
}

// What Submit promised is there, whole: row, event, audit entry, message.
func TestSubmitWhole(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form := request.NewForm()
		_, err := request.SaveDraft(t.Context(), db, access.Anyone("reunion"), form, func(f *request.Fields) { *f = gp() })
		must(t, err)
		got, err := request.Submit(t.Context(), db, key, access.Anyone("reunion"), form, gp())
		must(t, err)
		if got.Again || !got.Mail || len(got.Secret) != 10 || !got.StoredAt.Equal(storetest.Noon) || !got.NextAt.Equal(storetest.Noon.Add(72*time.Hour)) {
			t.Errorf("receipt %+v", got)
		}
		for query, want := range map[string]int{
			"request WHERE id = $1 AND state = 'received' AND next_action = 'triage' AND owner = ''": 1,
			"event WHERE request = $1 AND kind = 'received' AND shown_to = 'requester'":              1,
			"audit WHERE subject = $1 AND verb = 'request.submit' AND actor = 'public'":              1,
			"message WHERE request = $1 AND kind = 'received'":                                       1,
			"job WHERE kind = 'mail.send' AND platform = 'reunion' AND $1 <> ''":                     1,
			"draft WHERE form <> $1": 0,
		} {
			if n := count(t, db, query, got.Request); n != want {
				t.Errorf("%s: %d, want %d", query, n, want)
			}
		}
		if to := storetest.Clear(t, db, "message.recipient", `request = $1`, got.Request); len(to) != 1 || to[0] != "ida@example.org" {
			t.Errorf("the receipt goes to %q", to)
		}
		quiet := family()
		none, err := request.Submit(t.Context(), db, key, access.Anyone("guyane"), request.NewForm(), quiet)
		must(t, err)
		if none.Mail || count(t, db, "message") != 1 {
			t.Errorf("a requester without address is sent mail: %+v", none)
		}
	})
}

// Twenty clicks at once are one request, with one reference and one secret.
func TestDoubleClick(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, by := request.NewForm(), access.Anyone("reunion")
		receipts := make([]request.Receipt, 20)
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				var err error
				if receipts[i], err = request.Submit(context.Background(), db, key, by, form, gp()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		first := 0
		for _, r := range receipts {
			if r.Reference != receipts[0].Reference || r.Secret != receipts[0].Secret || r.Request != receipts[0].Request {
				t.Errorf("two receipts: %v and %v", r, receipts[0])
			}
			if !r.Again {
				first++
			}
		}
		if n := count(t, db, "request"); n != 1 || first != 1 || count(t, db, "message") != 1 || count(t, db, "audit WHERE verb = 'request.submit'") != 1 {
			t.Errorf("%d requests, %d of the clicks were told they were the first", n, first)
		}
	})
}

// The same form again: the same answer; the secret only for a while. Edited: a
// conflict, with the changes kept and ready to go as a complement.
func TestReplay(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, by := request.NewForm(), access.Anyone("reunion")
		first, err := request.Submit(t.Context(), db, key, by, form, gp())
		must(t, err)
		english := gp()
		english.Lang = "en"
		again, err := request.Submit(t.Context(), db, key, by, form, english)
		if err != nil || !again.Again || again.Reference != first.Reference || again.Secret != first.Secret {
			t.Errorf("replay %+v, %v", again, err)
		}
		edited := gp()
		edited.Question, edited.Commune = "Une autre question", "Saint-Paul"
		conflict, err := request.Submit(t.Context(), db, key, by, form, edited)
		if phare.KindOf(err) != phare.Conflict || conflict.Reference != first.Reference {
			t.Errorf("edited replay %+v, %v", conflict, err)
		}
		_, err = request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { f.Question, f.Commune = edited.Question, edited.Commune })
		must(t, err)
		if _, err := request.GetDraft(t.Context(), db, form); phare.KindOf(err) != phare.NotFound {
			t.Errorf("the draft of a form that was sent can be read: %v", err)
		}
		changes, err := request.Changes(t.Context(), db, access.Anyone("reunion"), form)
		must(t, err)
		if len(changes) != 2 || changes[0] != (request.Change{Name: "commune", Value: "Saint-Paul"}) || changes[1].Value != edited.Question {
			t.Errorf("changes %v", changes)
		}
		// Put back as it was, nothing is left to send.
		_, err = request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { *f = gp() })
		must(t, err)
		if changes, err = request.Changes(t.Context(), db, access.Anyone("reunion"), form); err != nil || len(changes) != 0 || count(t, db, "draft") != 0 {
			t.Errorf("changes %v, %v", changes, err)
		}
		db.Now = func() time.Time { return storetest.Noon.Add(request.SecretWindow) }
		late, err := request.Submit(t.Context(), db, key, by, form, gp())
		if err != nil || late.Reference != first.Reference || late.Secret != "" {
			t.Errorf("late replay %+v, %v", late, err)
		}
	})
}

func TestComplement(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, by := request.NewForm(), access.Anyone("reunion")
		if err := request.Complement(t.Context(), db, by, form, "x"); phare.KindOf(err) != phare.NotFound {
			t.Errorf("complement to nothing: %v", err)
		}
		r, err := request.Submit(t.Context(), db, key, by, form, gp())
		must(t, err)
		if err := request.Complement(t.Context(), db, by, form, " \n"); phare.KindOf(err) != phare.Invalid {
			t.Errorf("empty complement: %v", err)
		}
		for range 2 {
			must(t, request.Complement(t.Context(), db, by, form, "Nouveau numéro"))
		}
		if n := count(t, db, "event WHERE request = $1 AND kind = 'complement'", r.Request); n != 1 {
			t.Errorf("%d complements, want 1", n)
		}
		state(t, db, r.Request, request.Awaiting, "")
		must(t, request.Complement(t.Context(), db, by, form, "Le compte rendu"))
		if n := count(t, db, "request WHERE id = $1 AND state = 'open' AND next_action = 'complement' AND awaited = ''", r.Request); n != 1 {
			t.Error("a complement did not bring the request back to the desk")
		}
		state(t, db, r.Request, request.Signed, "")
		db.Now = func() time.Time { return storetest.Noon.Add(time.Hour) }
		must(t, request.Complement(t.Context(), db, by, form, "Après la signature"))
		if n := count(t, db, "request WHERE id = $1 AND state = 'signed' AND signed_at = $2", r.Request, storetest.Noon); n != 1 {
			t.Error("a complement moved the date of the signature")
		}
		state(t, db, r.Request, request.Closed, request.Withdrawn)
		if err := request.Complement(t.Context(), db, by, form, "Trop tard"); phare.KindOf(err) != phare.Invalid {
			t.Errorf("complement to a closed request: %v", err)
		}
	})
}

// state moves a request on, as the desk would.
func state(t *testing.T, db *store.DB, id phare.ID, next request.State, why string) {
	t.Helper()
	by := access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}
	must(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "n", Verb: "test", Subject: string(id)}, func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		r.CloseReason = why
		if next == request.Awaiting {
			r.Awaited, r.NextAt = "la famille", tx.Now.Add(100*time.Hour)
		}
		return request.Advance(tx, r, next)
	}))
}

func TestDrafts(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		form, by := request.NewForm(), access.Anyone("reunion")
		if _, err := request.GetDraft(t.Context(), db, form); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a draft nobody began: %v", err)
		}
		for _, edit := range []func(*request.Fields){
			func(f *request.Fields) { f.Story = " à moitié" },
			func(f *request.Fields) { f.BirthDate = "pas une date" },
		} {
			_, err := request.SaveDraft(t.Context(), db, by, form, edit)
			must(t, err)
		}
		d, err := request.GetDraft(t.Context(), db, form)
		if err != nil || d.Fields.Story != "à moitié" || d.Fields.BirthDate != "pas une date" || d.Fields.Platform != "reunion" {
			t.Errorf("draft %+v, %v", d, err)
		}
		if _, err := request.SaveDraft(t.Context(), db, by, "short", func(*request.Fields) {}); phare.KindOf(err) != phare.Invalid {
			t.Errorf("a guessable form was kept: %v", err)
		}
		if _, err := request.SaveDraft(t.Context(), db, access.Anyone("paris"), request.NewForm(), func(*request.Fields) {}); phare.KindOf(err) != phare.Invalid {
			t.Errorf("a draft for no desk was kept: %v", err)
		}
		if n := count(t, db, "audit WHERE subject = $1", form); n != 0 {
			t.Error("the trail gives the form's id away")
		}
		for _, tt := range []struct {
			desk  string
			after time.Duration
			left  int
		}{{"reunion", request.DraftLife, 1}, {"guyane", request.DraftLife + time.Hour, 1}, {"reunion", request.DraftLife + time.Hour, 0}} {
			db.Now = func() time.Time { return storetest.Noon.Add(tt.after) }
			_, err := request.PurgeDrafts(t.Context(), db, access.Machine(tt.desk))
			must(t, err)
			if n := count(t, db, "draft"); n != tt.left {
				t.Errorf("purge of %s after %v leaves %d", tt.desk, tt.after, n)
			}
		}
	})
}

func TestTwins(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		submit := func(at time.Duration, edit func(*request.Fields)) phare.ID {
			f := gp()
			edit(&f)
			db.Now = func() time.Time { return storetest.Noon.Add(at) }
			r, err := request.Submit(t.Context(), db, key, access.Anyone(f.Platform), request.NewForm(), f)
			must(t, err)
			return r.Request
		}
		first := submit(0, func(*request.Fields) {})
		want := map[phare.ID]bool{
			submit(time.Hour, func(f *request.Fields) { f.FamilyName = "PAYET INVENTE" }):                         true,
			submit(48*time.Hour, func(f *request.Fields) { f.FamilyName, f.FirstName = "Lou", "Payet-Inventée" }): true,
			submit(2*time.Hour, func(f *request.Fields) { f.FamilyName = "Payet" }):                               true,
			submit(49*time.Hour, func(*request.Fields) {}):                                                        false,
			submit(time.Hour, func(f *request.Fields) { f.BirthDate = "2019-03-13" }):                             false,
			submit(time.Hour, func(f *request.Fields) { f.FamilyName = "Hoarau-Inventé" }):                        false,
			submit(time.Hour, func(f *request.Fields) { f.Platform = "guyane" }):                                  false,
		}
		must(t, db.Read(t.Context(), func(v *store.View) error {
			r, err := request.Find(v, access.Actor{Platform: "reunion"}, first)
			must(t, err)
			twins, err := request.Twins(v, r)
			for _, x := range twins {
				if !want[x.ID] {
					t.Errorf("%+v is no twin", x.Fields)
				}
				delete(want, x.ID)
			}
			for id, twin := range want {
				if twin {
					t.Errorf("%s is a twin and was not found", id)
				}
			}
			return err
		}))
	})
}

// What the desk types for someone on the telephone is written down as theirs.
func TestSubmitByPhone(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		by := access.Actor{ID: "n1", Platform: "guyane", Role: access.Nurse, Name: "Infirmière inventée"}
		r, err := request.Submit(t.Context(), db, key, by, request.NewForm(), family())
		must(t, err)
		if n := count(t, db, "request WHERE id = $1 AND channel = 'phone'", r.Request); n != 1 {
			t.Error("the channel is not the telephone")
		}
		if n := count(t, db, "audit WHERE subject = $1 AND actor = 'n1' AND platform = 'guyane'", r.Request); n != 1 {
			t.Error("the trail does not name who typed")
		}
	})
}

// Whatever is typed, tidying ends, changes nothing the second time, and leaves
// texts that both engines store.
func FuzzTidy(f *testing.F) {
	for _, s := range []string{"", "12/03/2019", "1er août 2019", "\x00\xff", "a\r\nb", "０１/０２/２０２０", "9999999999999999999", "--", "٣/٣/٢٠٢٠"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, line, words string) {
		x := request.Fields{Who: request.Family, Relation: line, FirstName: line, BirthDate: line, Phone: line, Mail: line, Story: words, Unsure: words}.Tidy()
		if x.Tidy() != x {
			t.Errorf("tidy twice: %q", x)
		}
		if all := x.FirstName + x.BirthDate + x.Story + x.Unsure; !utf8.ValidString(all) || strings.ContainsRune(all, 0) {
			t.Errorf("cannot be stored: %q", all)
		}
		x.Check(storetest.Noon)
		if ref, ok := request.ParseReference(line); ok {
			if again, ok := request.ParseReference(ref); !ok || again != ref {
				t.Errorf("%q reads as %q, then %q", line, ref, again)
			}
		}
	})
}
