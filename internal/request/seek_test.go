package request

import (
	"fmt"
	"slices"
	"testing"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// sought are the references that a search shows, and how many veils.
func (f floor) sought(t *testing.T, by access.Actor, x patient.Traits) (refs []string, veils int) {
	t.Helper()
	all, err := Seek(t.Context(), f.db, by, "", x)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.Veiled {
			veils++
			if m.Patient.ID != "" || m.Told != nil || m.Requests != nil {
				t.Errorf("a veil tells %+v", m)
			}
		}
		for _, r := range m.Requests {
			refs = append(refs, r.Reference)
		}
	}
	slices.Sort(refs)
	return refs, veils
}

// Whom a caller means is found in requests that nobody has identified yet, by a name
// alone too, and in nothing that the reader may not open.
func TestSeekTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		named := func(family, first, born string) Request {
			return f.ask(t, "ici", func(r *Request) { r.Fields.FamilyName, r.Fields.FirstName, r.Fields.BirthDate = family, first, born })
		}
		waits := named("Nouvelle", "Awa", "2018-05-04")
		f.ask(t, "ici", func(r *Request) { r.Fields.Name, r.Fields.BirthDate = "Dr Nouvelle", "2020-01-01" })
		known := named("Ancienne", "Léa", "2011-01-02")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(Identify(t.Context(), db, f.nurse, refOf(known), patient.Patient{Identity: patient.Provisional, BirthName: "Ancienne", FirstNames: "Léa", BirthDate: "2011-01-02", Sex: "female"}))
		for _, tt := range []struct {
			patient.Traits
			want []string
		}{
			{patient.Traits{Family: "Nouvelle"}, []string{waits.Reference}}, // not the physician of that name
			{patient.Traits{Family: "nouv"}, []string{waits.Reference}},
			{patient.Traits{Family: "Nouvelle", First: "Awa"}, []string{waits.Reference}},
			{patient.Traits{Family: "Nouvelle", BirthDate: "2018"}, []string{waits.Reference}},
			{patient.Traits{Family: "Nouvelle", BirthDate: "2017"}, nil},
			{patient.Traits{Family: "Nouvele", First: "Aua", BirthDate: "2018-05-04"}, []string{waits.Reference}},
			{patient.Traits{Family: "Autre", First: "Max", BirthDate: "2018-05-04"}, nil},
			{patient.Traits{Family: "Ancienne"}, []string{known.Reference}},
			{patient.Traits{Family: "Ancienne", First: "Léa", BirthDate: "2011-01-02"}, []string{known.Reference}}, // once
			{patient.Traits{Family: "Absente"}, nil},
		} {
			if got, _ := f.sought(t, f.colleague, tt.Traits); !slices.Equal(got, tt.want) {
				t.Errorf("%+v finds %v, want %v", tt.Traits, got, tt.want)
			}
		}
		shown := f.rowsOf(t, fmt.Sprintf(`SELECT count(*) FROM audit WHERE verb = 'patient.seek' AND subject = '%s'`, waits.ID))
		if shown != 5 {
			t.Errorf("%d looks at the unidentified one are in the trail, want 5", shown)
		}
		must(Take(t.Context(), db, f.nurse, refOf(waits)))
		for guard, does := range map[string]func() error{
			"limited": func() error {
				return db.Write(t.Context(), f.nurse.Act("person.decide", string(waits.ID)), func(tx *store.Tx) error {
					_, err := circle.Limit(tx, f.nurse, waits.ID, true)
					return err
				})
			},
		} {
			must(does())
			if got, veils := f.sought(t, f.colleague, patient.Traits{Family: "Nouvelle", First: "Awa"}); got != nil || veils != 0 {
				t.Errorf("%s: %v, %d veils", guard, got, veils)
			}
		}
	})
}

// Of whoever has a confidential file the names alone show the veil: no date and no
// number puts it on or takes it away, so that none can be found by trying. Each veil
// is written down under the patient.
func TestSeekVeil(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, secret, _ := narrow(t, db)
		in := f.read(t, secret)
		looks := 0
		for _, first := range []string{"Zoé", "", "Zo", "Autre"} {
			for _, date := range []string{"", "2019-03-12", "2019-03", "2019", "2018", "1950-01-01", "2019-12-03", "2019-03-13"} {
				for _, phone := range []string{"", "0262 00 11 22"} {
					_, veils := f.sought(t, f.colleague, patient.Traits{Family: "Essai", First: first, BirthDate: date, Phone: phone})
					want := 0
					if first == "Zoé" {
						want = 1
					}
					looks += want
					if veils != want {
						t.Errorf("Essai %q %q %q: %d veils, want %d whatever the date", first, date, phone, veils, want)
					}
				}
			}
		}
		if n := f.rowsOf(t, fmt.Sprintf(`SELECT count(*) FROM audit WHERE verb = 'patient.seek' AND subject = '%s'`, in.Patient)); n != looks {
			t.Errorf("%d of %d veils are in the trail", n, looks)
		}
	})
}
