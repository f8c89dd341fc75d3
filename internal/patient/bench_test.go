package patient

import (
	"testing"

	"phare/internal/access"
	"phare/internal/patient/corpus"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// BenchmarkCandidates is one search among 50,000 made people, in a real database
// whose columns are sealed: the same searches as in doc/patients.md.
func BenchmarkCandidates(b *testing.B) {
	c := corpus.Make(1, 50_000, 2_000, 0)
	for _, engine := range storetest.Engines() {
		b.Run(engine, func(b *testing.B) {
			db := storetest.Open(b, engine)
			by := access.Actor{ID: "nurse", Platform: "ici", Role: access.Nurse, Name: "Infirmière"}
			if err := access.AddPlatform(b.Context(), db, access.Platform{ID: by.Platform, Name: "Ici", Zone: "Indian/Reunion"}); err != nil {
				b.Fatal(err)
			}
			for from := 0; from < len(c.People); from += 250 {
				err := db.Write(b.Context(), by.Act("patient.identify", "made"), func(tx *store.Tx) error {
					for _, p := range c.People[from : from+250] {
						_, err := Load(tx, by, Patient{Identity: Provisional, BirthName: p.BirthName, UsedName: p.UsedName, FirstNames: p.First, BirthDate: p.BirthDate, Sex: p.Sex})
						if err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			i := 0
			for b.Loop() {
				s := c.Searches[i%len(c.Searches)]
				i++
				err := db.Read(b.Context(), func(v *store.View) error {
					_, err := Candidates(v, by, Traits{Family: s.BirthName, First: s.First, BirthDate: s.BirthDate})
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
