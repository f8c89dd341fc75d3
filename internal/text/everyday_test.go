package text

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for name, want := range map[string]string{
		"Lou": "de Lou", "Inès": "d’Inès", "Éloïse": "d’Éloïse", "Hélène": "d’Hélène", "Hugo": "d’Hugo", "Hassan": "de Hassan", "Hidaya": "de Hidaya",
		"Yves": "d’Yves", "Yasmine": "de Yasmine", "Oumar": "d’Oumar", "Ouassila": "de Ouassila", "Ian": "de Ian", "Ilan": "d’Ilan", "Œdipe": "d’Œdipe",
		"ANDRÉ Lou": "d’ANDRÉ Lou", "PAYET Inès": "de PAYET Inès", "Y": "d’Y", "I": "d’I", "": "de ",
	} {
		if got := Of("fr", name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := Of("en", "Inès"); got != "of Inès" {
		t.Errorf("in English: %q", got)
	}
	if a, b := That("Inès"), That("Lou"); a != "qu’Inès" || b != "que Lou" {
		t.Errorf("%q, %q", a, b)
	}
}

// Every kind of everyday wording, as a question takes it.
func TestEveryday(t *testing.T) {
	for _, tt := range []struct {
		words, sex, want string
		way              Asking
	}{
		{"tombe souvent", "", "tombe souvent", AskOf},
		{"s'endort dans la journée", "", "s’endort dans la journée", AskOf},
		{"ne marche plus", "", "ne marche plus", AskNot},
		{"n'entend pas", "", "n’entend pas", AskNot},
		{"pas de réflexes", "", "n’a pas de réflexes", AskNot},
		{"pas en forme", "", "pas en forme", AskQuote},
		{"fuites d'urine", "", "a des fuites d’urine", AskOf},
		{"petite tête", "", "a une petite tête", AskOf},
		{"petits yeux", "", "a de petits yeux", AskOf},
		{"gros ventre", "", "a un gros ventre", AskOf},
		{"gros reins", "", "a de gros reins", AskOf},
		{"grand et mince", "", "grand et mince", AskQuote},
		{"petit à la naissance", "male", "petit à la naissance", AskQuote},
		{"tête en tour", "", "a la tête en tour", AskOf},
		{"yeux enfoncés", "", "a les yeux enfoncés", AskOf},
		{"intestin percé", "", "a l’intestin percé", AskOf},
		{"fièvre sans raison", "", "a de la fièvre sans raison", AskOf},
		{"eau dans le ventre", "", "a de l’eau dans le ventre", AskOf},
		{"sucre dans les urines", "", "a du sucre dans les urines", AskOf},
		{"sucre trop bas", "", "a le sucre trop bas", AskOf},
		{"mal au ventre", "", "a mal au ventre", AskOf},
		{"trop de poils", "", "a trop de poils", AskOf},
		{"trop souple", "", "trop souple", AskQuote},
		{"essoufflé à l'effort", "female", "est essoufflée à l’effort", AskOf},
		{"essoufflé à l'effort", "male", "est essoufflé à l’effort", AskOf},
		{"essoufflé à l'effort", "", "essoufflé à l’effort", AskQuote},
		{"bébé mou", "", "est, ou a été, un bébé mou", AskOf},
		{"le foie ne marche plus", "", "que le foie ne marche plus", AskThat},
		{"l'estomac se vide mal", "", "que l’estomac se vide mal", AskThat},
		{"il manque des dents", "", "qu’il manque des dents", AskThat},
		{"une main fait les gestes de l'autre", "", "une main fait les gestes de l’autre", AskQuote},
		{"une jambe plus longue", "", "a une jambe plus longue", AskOf},
		{"os cassé sans choc", "", "a un os cassé sans choc", AskOf}, // a wording that the table has whole
		{"grand mal", "", "a déjà eu une grande crise avec des secousses de tout le corps", AskOf},
		{"zzz", "female", "zzz", AskQuote},
		{"", "", "", AskQuote},
	} {
		if got, way := Everyday(tt.words, tt.sex); got != tt.want || way != tt.way {
			t.Errorf("%q (%s): %q by %s, want %q by %s", tt.words, tt.sex, got, way, tt.want, tt.way)
		}
	}
}

// The table gives each word one kind, and only kinds that are known.
func TestEverydayTable(t *testing.T) {
	known := map[string]bool{"does": true, "is": true, "agrees": true, "le": true, "la": true, "l'": true, "les": true, "un": true, "une": true, "des": true, "du": true,
		"de-la": true, "de-l'": true, "mass": true, "baby": true, "one-m": true, "one-f": true, "many": true, "quote": true}
	if n := len(everyday()); n < 400 {
		t.Fatalf("%d words", n)
	}
	for w, kind := range everyday() {
		if !known[kind] {
			t.Errorf("%s is %q", w, kind)
		}
	}
	for w, n := range everydayCounts() {
		if n > 1 {
			t.Errorf("%s stands %d times", w, n)
		}
	}
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int][2]string{1: {"1re", "1st"}, 2: {"2e", "2nd"}, 3: {"3e", "3rd"}, 4: {"4e", "4th"}, 11: {"11e", "11th"}, 12: {"12e", "12th"}, 13: {"13e", "13th"}, 21: {"21e", "21st"}, 112: {"112e", "112th"}} {
		if fr, en := Ordinal("fr", n), Ordinal("en", n); fr != want[0] || en != want[1] {
			t.Errorf("%d: %s, %s", n, fr, en)
		}
	}
}

// everydayCounts is how often each word stands in the table.
func everydayCounts() map[string]int {
	n := map[string]int{}
	for line := range strings.Lines(everydayTable) {
		if kind, words, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && kind[0] != '#' {
			for w := range strings.FieldsSeq(words) {
				n[w]++
			}
		}
	}
	return n
}
