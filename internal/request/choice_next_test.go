package request

import (
	"testing"

	"phare"
	"phare/internal/orientation"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// What was chosen says what is to be done next, for a request in hand; one that
// nobody has taken must be taken first, and one that was asked waits.
func TestNextAfterChoice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		team := Choice{Kind: ChoseNetwork, Target: "n", Label: "N", Network: "x"}
		other := Choice{Kind: ChoseOther, Label: "Dr Ailleurs", Code: "known"}
		none := Choice{Kind: ChoseNone, Code: "picture"}
		for _, tt := range []struct {
			name   string
			state  State
			before string
			c      Choice
			want   string
		}{
			{"a team", Open, NextStudy, team, NextAsk},
			{"someone outside", Open, NextStudy, other, NextContact},
			{"none", Open, NextAsk, none, NextElse},
			{"not taken", Received, NextTriage, other, NextTriage},
			{"asked already", Asked, "opinion", other, "opinion"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				r := f.ask(t, "ici", func(r *Request) { r.State, r.Next = tt.state, tt.before })
				if err := Choose(t.Context(), db, f.nurse, r.ID, tt.c); err != nil {
					t.Fatal(err)
				}
				file, err := OpenFile(t.Context(), db, f.nurse, r.ID)
				if err != nil || file.Next != tt.want || file.State != tt.state {
					t.Errorf("next %q in %s, want %q; %v", file.Next, file.State, tt.want, err)
				}
				if len(file.Choices) != 1 || file.Choices[0].By != f.nurse.Name {
					t.Errorf("choices: %+v", file.Choices)
				}
			})
		}
	})
}

// A team of a list that the signs have left behind takes a word; another choice,
// or a network that the desk named by itself, does not.
func TestChoiceFromStaleList(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		sign := func(hpo, label string) {
			t.Helper()
			if err := SetSigns(t.Context(), db, f.nurse, r.ID, []Sign{{hpo, Present, label}}); err != nil {
				t.Fatal(err)
			}
		}
		rank := func() Orientation {
			t.Helper()
			o, err := Orient(t.Context(), db, f.nurse, e, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		choose := func(shown phare.ID, reason string) error {
			return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNetwork, Target: "n", Label: "N", Network: "x", Shown: shown, Reason: reason})
		}
		refused := func(what string, err error) {
			t.Helper()
			if all := phare.KindOf(err); err == nil || all != phare.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		sign("HP:0001251", "Ataxie")
		first := rank()
		sign("HP:0001284", "Aréflexie")
		refused("signs have changed", choose(first.ID, ""))
		second := rank()
		refused("a newer result is there", choose(first.ID, ""))
		if n := f.rowsOf(t, `SELECT count(*) FROM choice`); n != 0 {
			t.Errorf("%d choices were kept", n)
		}
		for what, err := range map[string]error{
			"with a word":       choose(first.ID, "Suivi là-bas"),
			"of a list as now":  choose(second.ID, ""),
			"named by the desk": choose("", ""),
		} {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		sign("HP:0001638", "Cardiomyopathie")
		if err := Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNone, Code: "picture", Shown: second.ID}); err != nil {
			t.Errorf("none of an old list: %v", err)
		}
		report, err := OpenResult(t.Context(), db, f.nurse, r.ID, second.ID)
		if err != nil || len(report.Choices) != 4 || report.Initials() != "Z. E." || report.Orientation.Result.Engine != orientation.Version {
			t.Errorf("%d choices, %q, %v", len(report.Choices), report.Initials(), err)
		}
		if first, err := OpenResult(t.Context(), db, f.nurse, r.ID, first.ID); err != nil || len(first.Choices) != 0 {
			t.Errorf("choices under a result that was not the latest: %d, %v", len(first.Choices), err)
		}
	})
}
