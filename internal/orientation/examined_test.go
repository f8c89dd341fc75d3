package orientation

import (
	"testing"

	"phare/internal/starter"
)

// What a family cannot have seen is asked of who examines.
func TestExamined(t *testing.T) {
	for words, want := range map[string]bool{
		"pas de réflexes": true, "EEG anormal": true, "taches blanches à l'IRM": true, "TSH haute à la prise de sang": true, "plaquettes basses": true, "os fragiles à la radio": true,
		"tombe souvent": false, "grand mal": false, "radoteur": false, "essoufflé à l'effort": false, "sucre trop bas": false,
	} {
		if got := examined.MatchString(words); got != want {
			t.Errorf("%q: %v, want %v", words, got, want)
		}
	}
}

// No sign of the starter whose everyday words name an examination is a family's.
func TestFamilyIsNotAskedForReflexes(t *testing.T) {
	k, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := New(k)
	for _, id := range []string{"HP:0001284", "HP:0001265", "HP:0001347", "HP:0002353"} {
		if s, ok := e.ids[id]; !ok || e.plain(s) {
			t.Errorf("%s: there %v, asked of a family", id, ok)
		}
	}
}
