package request

import (
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// What is put to the desk: five at most; of weak ones three; none without a
// score, none when the engine abstained.
func TestProposed(t *testing.T) {
	result := func(abstain, supports string) (r orientation.Result) {
		r.Abstain = abstain
		for i, c := range supports {
			n := orientation.NetworkScore{Slug: string(rune('a' + i)), Score: int64(100 - i)}
			switch c {
			case 's':
				n.Support = orientation.Strong
			case 'm':
				n.Support = orientation.Medium
			case 'w':
				n.Support = orientation.Weak
			case '0':
				n.Support, n.Score = orientation.Weak, 0
			}
			r.Networks = append(r.Networks, n)
		}
		return r
	}
	for _, tt := range []struct{ abstain, supports, want string }{
		{"", "smw", "abc"}, {"", "smmmmm", "abcde"}, {"", "wwww", "abc"}, {"", "smmmw", "abcd"}, {"", "s0", "a"}, {"", "", ""}, {"few", "sss", ""},
	} {
		var got string
		for _, n := range Proposed(result(tt.abstain, tt.supports)) {
			got += n.Slug
		}
		if got != tt.want {
			t.Errorf("%q of %q gives %s, want %s", tt.abstain, tt.supports, got, tt.want)
		}
	}
	list := result("", "smm")
	for _, tt := range []struct {
		c    Choice
		in   orientation.Result
		want string
	}{
		{Choice{Kind: ChoseNetwork, Network: "a"}, list, StoodFirst},
		{Choice{Kind: ChosePerson, Network: "c"}, list, StoodProposed},
		{Choice{Kind: ChoseOrganisation, Network: "z"}, list, StoodOther},
		{Choice{Kind: ChoseOrganisation, Network: "z b"}, list, StoodProposed}, // a centre of two networks
		{Choice{Kind: ChoseOrganisation, Network: "z c a"}, list, StoodFirst},
		{Choice{Kind: ChoseOrganisation}, list, StoodOther}, // a centre of no network
		{Choice{Kind: ChoseOther}, list, StoodOther},
		{Choice{Kind: ChoseNone}, list, StoodNone},
		{Choice{Kind: ChoseNetwork, Network: "a"}, orientation.Result{}, StoodUnlisted},
		{Choice{Kind: ChoseOther}, result("few", "s"), StoodUnlisted},
		{Choice{Kind: ChoseNone}, orientation.Result{}, StoodNone},
	} {
		if got := tt.c.stands(tt.in); got != tt.want {
			t.Errorf("%+v stands %q, want %q", tt.c, got, tt.want)
		}
	}
}

// With the module off nothing is ranked, what was ranked stays readable, and
// each choice says where it stood in it.
func TestOffAndChosen(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		signs := []Sign{{"HP:0001251", Present, "Ataxie"}, {"HP:0001638", Present, "Cardiomyopathie"}, {"HP:0001284", Present, "Aréflexie"}}
		if err := SetSigns(t.Context(), db, f.nurse, r.ID, signs); err != nil {
			t.Fatal(err)
		}
		made, err := Orient(t.Context(), db, f.nurse, e, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := access.Switch(t.Context(), db, f.doctor, access.Switching{Reason: "Doute sur la liste", After: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := Orient(t.Context(), db, f.nurse, e, r.ID); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("ranked with the module off: %v", err)
		}
		_, all, on, err := OpenOrientation(t.Context(), db, f.nurse, r.ID)
		if err != nil || on || len(all) != 1 {
			t.Fatalf("on %t, %d results, %v", on, len(all), err)
		}
		for by, kind := range map[access.Actor]phare.Kind{f.director: phare.Forbidden, f.elsewhere: phare.NotFound} {
			if _, err := OpenResult(t.Context(), db, by, r.ID, made.ID); err == nil || phare.KindOf(err) != kind {
				t.Errorf("%s of %s opens the result: %v", by.Role, by.Platform, err)
			}
		}
		other := f.ask(t, "ici", nil)
		if _, err := OpenResult(t.Context(), db, f.nurse, other.ID, made.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("the result of another request: %v", err)
		}
		looks := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'orientation.open'`)
		report, err := OpenResult(t.Context(), db, f.nurse, r.ID, made.ID)
		o := report.Orientation
		if err != nil || e.Replay(o.Result) != nil {
			t.Errorf("the result reads %v, replays %v", err, e.Replay(o.Result))
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'orientation.open'`); n != looks+1 {
			t.Error("the look is not written down")
		}
		one, err := made.Print()
		two, err2 := o.Print()
		if one != two || len(one) != 64 || err != nil || err2 != nil {
			t.Errorf("fingerprints %q and %q", one, two)
		}
		first := Proposed(o.Result)[0].Slug
		for _, c := range []Choice{
			{Kind: ChoseNetwork, Target: "n", Label: "N", Network: first},
			{Kind: ChoseOther, Label: " Dr  Ailleurs ", Target: "ignored", Code: "known", Reason: "Suivi depuis l’enfance"},
			{Kind: ChoseNone, Reason: "Rien ne convient"},
		} {
			if err := Choose(t.Context(), db, f.nurse, r.ID, c); err != nil {
				t.Fatalf("%+v: %v", c, err)
			}
		}
		if err := Choose(t.Context(), db, f.nurse, other.ID, Choice{Kind: ChoseNetwork, Target: "n", Label: "N", Network: first}); err != nil {
			t.Fatal(err)
		}
		got := f.rowsOf(t, `SELECT count(*) FROM choice WHERE stood = 'first' AND orientation = '`+string(made.ID)+`' AND code = ''`) +
			10*f.rowsOf(t, `SELECT count(*) FROM choice WHERE kind = 'other' AND stood = 'other' AND label = 'Dr Ailleurs' AND target = '' AND code = 'known'`) +
			100*f.rowsOf(t, `SELECT count(*) FROM choice WHERE stood = 'none' AND code = 'else'`) +
			1000*f.rowsOf(t, `SELECT count(*) FROM choice WHERE stood = '' AND orientation = ''`)
		if got != 1111 {
			t.Errorf("the choices are kept as %d", got)
		}
		file, err := OpenFile(t.Context(), db, f.nurse, r.ID)
		if err != nil || len(file.Choices) != 3 || !strings.Contains(file.Events[0].Kind, "choose.") {
			t.Errorf("%d choices on the file, %v", len(file.Choices), err)
		}
	})
}
