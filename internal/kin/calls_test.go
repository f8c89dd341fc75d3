package kin

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// One truth for calls: what the file notes of when its family is called is what the
// lists of calls read, by those in its circle and nobody else (ask 24), on the clock
// where the telephone rings (ask 29).
func TestManners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFamily(t, db)
		ctx := t.Context()
		must(t, AddRule(ctx, db, f.nurse, f.sister, Rule{NotBefore: "17 h"}))
		must(t, AddRule(ctx, db, f.nurse, f.sister, Rule{Number: "0262000002", NotAfter: "12 h"}))
		must(t, SaveContact(ctx, db, f.nurse, f.sister, Contact{Zone: "Europe/Paris"}))
		both := []phare.ID{f.sister, f.brother, phare.NewID()}
		if _, err := Manners(ctx, db, access.Actor{ID: "d", Platform: "ici", Role: access.Director}, both); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("without the right: %v", err)
		}
		if all, err := Manners(ctx, db, access.Actor{ID: "x", Platform: "ailleurs", Role: access.Nurse}, both); len(all) != 0 {
			t.Errorf("another desk: %v %v", all, err)
		}
		all, err := Manners(ctx, db, f.out, both)
		must(t, err)
		m := all[f.sister]
		if len(m.Rules) != 2 || m.Zone != "Europe/Paris" || len(all[f.brother].Rules) != 0 || len(all) != 2 {
			t.Errorf("%+v", all)
		}
		noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // 13:00 in Paris, 16:00 at the desk
		if c := m.At("0692 99 99 99", true, "Indian/Reunion", noon); !c.Not || len(c.Rules) != 1 {
			t.Errorf("the family's number: %+v", c)
		}
		if c := m.At("0692 99 99 99", false, "Indian/Reunion", noon); c.Not || len(c.Rules) != 0 {
			t.Errorf("a number that is not the family's: %+v", c)
		}
		if c := m.At("+262 262 00 00 02", false, "Indian/Reunion", noon); !c.Not || len(c.Rules) != 1 {
			t.Errorf("a number that a rule names: %+v", c)
		}
		file, err := request.OpenFile(ctx, db, f.nurse, f.sister)
		must(t, err)
		must(t, request.Take(ctx, db, f.nurse, request.Ref{ID: f.sister, Version: file.Version}))
		must(t, circle.Confide(ctx, db, f.nurse, f.sister, "un dossier d’une collègue"))
		if all, err = Manners(ctx, db, f.out, both); err != nil || len(all) != 1 || len(all[f.sister].Rules) != 0 {
			t.Errorf("outside the circle: %+v %v", all, err)
		}
	})
}

// Who is offered as having given a consent follows from authority, age and dates.
func TestGivers(t *testing.T) {
	mother := Related{ID: "m", Kind: Mother, Authority: Parental, Name: "Mère"}
	all := []Related{mother, {ID: "f", Kind: Father, Authority: Withdrawn, Name: "Père"}, {ID: "g", Kind: Guardian, Authority: Tutelle, Until: "2025-01-01"},
		{ID: "t", Kind: Trusted}, {ID: "u", Kind: Relative}, {ID: "c", Kind: Guardian, Authority: Curatelle}}
	for name, tt := range map[string]struct {
		c    Consent
		want string
	}{
		"a minor": {Consent{Minor: true, Key: "one"}, "m parent t trusted c guardian "}, "of age": {Consent{Key: "self"}, "t trusted c guardian "},
		"age not known": {Consent{Key: "unknown"}, "m parent t trusted c guardian "},
	} {
		got := ""
		for _, g := range (People{Related: all, Consent: tt.c, Today: "2026-03-02"}).Givers() {
			got += string(g.ID) + " " + g.Code + " "
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
