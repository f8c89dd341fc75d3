package expertise

import (
	"strings"
	"testing"
	"time"

	"phare/internal/request"
)

func TestMark(t *testing.T) {
	f := request.Fields{FamilyName: "Hoarau-Inventé", FirstName: "Léa", BirthDate: "2019-03-02", Commune: "Saint-Paul",
		Name: "Dr Œdipe de La Fictive", Doctor: "Pr N’Guyen", Phone: "0262 00 12 34", Mail: "ida@example.org"}
	tests := []struct{ name, text, want string }{
		{"nothing", "Ataxie depuis deux ans.", ""},
		{"empty", "", ""},
		{"case and accents", "LEA tombe, lea aussi", "LEA|lea"},
		{"a part of a compound name", "Mme Hoarau vient", "Hoarau"},
		{"a compound name", "hoarau-invente", "hoarau|invente"},
		{"after an apostrophe", "L’histoire d’Hoarau", "Hoarau"},
		{"a ligature", "vu par Oedipe", "Oedipe"},
		{"the physician of the family", "Le Pr Guyen l’a vu", "Guyen"},
		{"a longer word is another word", "Léandre, Hoarauville", ""},
		{"particles and titles are words of every sentence", "Le docteur de la ville", ""},
		{"the commune, whole", "Vit à saint paul.", "saint paul"},
		{"half the commune", "Saint Denis et Paul", ""},
		{"the date of birth", "né le 02/03/2019 à terme", "02/03/2019"},
		{"the date of birth, bare", "née le 2.3.19", "2.3.19"},
		{"another date", "IRM le 03/02/2019", ""},
		{"the phone", "appeler 0262 00.12.34", "0262 00.12.34"},
		{"the mail", "écrire à ida@example.org", "ida@example.org"},
		{"twice is once", "Léa, puis Léa", "Léa"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pieces := identityOf(f, nil).mark(tt.text)
			if got := strings.Join(hits(pieces), "|"); got != tt.want {
				t.Errorf("hits %q, want %q", got, tt.want)
			}
			var whole strings.Builder
			for _, p := range pieces {
				whole.WriteString(p.Text)
			}
			if whole.String() != tt.text {
				t.Errorf("the text became %q", whole.String())
			}
		})
	}
}

// The desk's own record counts too, and so does another date of birth.
func TestIdentityOfPatient(t *testing.T) {
	id := identityOf(request.Fields{FamilyName: "Payet"}, []string{"Grondin", "Marie Inventée"}, "1980-12-31")
	if got := strings.Join(hits(id.mark("Payet ou Grondin, Marie, 31/12/80")), "|"); got != "Payet|Grondin|Marie|31/12/80" {
		t.Errorf("hits %q", got)
	}
}

func FuzzMark(f *testing.F) {
	f.Add("Léa Hoarau", "née le 2/3/19, L\u00e9a\u0301")
	f.Fuzz(func(t *testing.T, name, text string) {
		var whole strings.Builder
		for _, p := range identityOf(request.Fields{FamilyName: name, Commune: name}, nil).mark(text) {
			whole.WriteString(p.Text)
		}
		if whole.String() != text {
			t.Errorf("%q became %q", text, whole.String())
		}
	})
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		birth        string
		months, year int
	}{
		{"2019-03-02", 84, 0}, {"2019-03-03", 83, 0}, {"2026-02-15", 0, 0}, {"2026-03-03", 0, 0}, {"2024-02-29", 24, 0},
		{"2019", -1, 2019}, {"2019-03", -1, 2019}, {"", -1, 0}, {"19", -1, 0}, {"vers 2019", -1, 0},
	} {
		if months, year := age(tt.birth, now); months != tt.months || year != tt.year {
			t.Errorf("age(%q) = %d, %d; want %d, %d", tt.birth, months, year, tt.months, tt.year)
		}
	}
}

// The figures are those of the rule's own examples.
func TestRPPSDoubt(t *testing.T) {
	for s, doubt := range map[string]bool{"": false, "10000000009": false, "10101234564": false, "10 1012 34564": false,
		"10101234565": true, "1010123456": true, "101012345644": true, "1010123456A": true} {
		if RPPSDoubt(s) != doubt {
			t.Errorf("RPPSDoubt(%q) = %v", s, !doubt)
		}
	}
}

func TestCountAndStanding(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	alive, dead := now.Add(time.Hour), now.Add(-time.Hour)
	q := func(s State, expires time.Time) Question { return Question{State: s, ExpiresAt: expires} }
	for _, tt := range []struct {
		name  string
		all   []Question
		tally Tally
		state request.State
	}{
		{"none", nil, Tally{}, request.Open},
		{"waiting", []Question{q(Sent, alive), q(Opened, alive)}, Tally{2, 0, 0, 2}, request.Asked},
		{"expired", []Question{q(Sent, dead), q(Opened, dead)}, Tally{2, 0, 0, 0}, request.Open},
		{"two of three", []Question{q(Answered, dead), q(Answered, alive), q(Sent, alive)}, Tally{3, 2, 0, 1}, request.Answered},
		{"refused and expired", []Question{q(Refused, alive), q(Sent, dead)}, Tally{2, 0, 1, 0}, request.Open},
		{"withdrawn does not count", []Question{q(Withdrawn, alive), q(Refused, alive)}, Tally{1, 0, 1, 0}, request.Open},
	} {
		if got := Count(tt.all, now); got != tt.tally {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.tally)
		}
		if got := standing(tt.all, now); got != tt.state {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.state)
		}
	}
}

// What came back counts as read once someone says so, or once the answer that
// followed is signed.
func TestReadOr(t *testing.T) {
	early := time.Date(2025, 3, 3, 8, 0, 0, 0, time.UTC)
	back, late := early.Add(time.Hour), early.Add(2*time.Hour)
	for _, tt := range []struct {
		state              State
		read, signed, want time.Time
	}{
		{Answered, time.Time{}, time.Time{}, time.Time{}},
		{Answered, time.Time{}, late, late},
		{Refused, time.Time{}, late, late},
		{Answered, late, late.Add(time.Hour), late},
		{Answered, time.Time{}, early, time.Time{}}, // signed before it came
		{Withdrawn, time.Time{}, late, time.Time{}},
	} {
		q := Question{State: tt.state, EndedAt: back, ReadAt: tt.read}
		if got := q.ReadOr(tt.signed); !got.Equal(tt.want) {
			t.Errorf("%s read at %v, answer signed at %v: read at %v, want %v", tt.state, tt.read, tt.signed, got, tt.want)
		}
	}
}
