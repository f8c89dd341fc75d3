package extract_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"phare/internal/extract"
	"phare/internal/starter"
	"phare/internal/term"
)

// small is an Extractor of the starter, made once.
var small = sync.OnceValue(func() *extract.Extractor {
	k, err := starter.Load()
	if err != nil {
		panic(err)
	}
	return extract.New(k)
})

// told writes what Find gives as "words=HP:… status", for tables.
func told(x *extract.Extractor, lang, text string) string {
	var all []string
	for _, m := range x.Find(lang, text) {
		all = append(all, fmt.Sprintf("%s=%s %s", m.Text, m.Sign, m.Status))
	}
	return strings.Join(all, "; ")
}

// TestWords is what names a sign: each rule of the dictionary and of the lists.
func TestWords(t *testing.T) {
	for _, c := range []struct{ rule, lang, text, want string }{
		{"preferred name", "fr", "Scoliose depuis l'enfance.", "Scoliose=HP:0002650 present"},
		{"preferred name", "en", "She has ptosis.", "ptosis=HP:0000508 present"},
		{"no accents, capitals", "fr", "HEPATOMEGALIE", "HEPATOMEGALIE=HP:0002240 present"},
		{"ligature", "fr", "des oedèmes", "oedèmes=HP:0000969 present"},
		{"decomposed letters", "fr", "une e\u0301pilepsie", "e\u0301pilepsie=HP:0001250 present"},
		{"elision, typographic", "fr", "l’ataxie", "ataxie=HP:0001251 present"},
		{"plural, feminine", "fr", "Elle est hypotonique.", "hypotonique=HP:0001252 present"},
		{"adjective of the noun", "fr", "un enfant microcéphale", "microcéphale=HP:0000252 present"},
		{"one letter wrong", "fr", "une splenomegallie et une scolyose", "splenomegallie=HP:0001744 present; scolyose=HP:0002650 present"},
		{"short words are not mended", "fr", "le toit, la roux", ""},
		{"other order", "fr", "musculaire, faiblesse musculaire proximale", "faiblesse musculaire proximale=HP:0003701 present"},
		{"small words inside", "fr", "retard important du langage", "retard important du langage=HP:0000750 present"},
		{"a sentence ends a name", "fr", "Petite. Taille normale.", ""},
		{"longest wins", "fr", "une hypotonie axiale", "hypotonie axiale=HP:0008936 present"},
		{"English in a French letter", "fr", "MRI : cerebellar atrophy", "cerebellar atrophy=HP:0001272 present"},
		{"abbreviation", "fr", "HTA, RGO, RCIU.", "HTA=HP:0000822 present; RGO=HP:0002020 present; RCIU=HP:0001511 present"},
		{"abbreviation in small letters means nothing", "fr", "di, ep, pc", ""},
		{"PC is a measure", "fr", "PC à -3 DS", "PC à -3 DS=HP:0000252 present"},
		{"PC is normal", "fr", "PC 51 cm (0 DS)", ""},
		{"PC is a loss of consciousness", "fr", "PC à l'effort", "PC=HP:0001279 present"},
		{"plain French", "fr", "il tombe souvent, les yeux qui bougent tout seuls", "tombe souvent=HP:0002359 present; yeux qui bougent tout seuls=HP:0000639 present"},
		{"a phrase that denies is a sign", "fr", "il ne marche pas encore à 20 mois", "ne marche pas encore=HP:0031936 present"},
		{"tenses", "fr", "il tombait souvent", "tombait souvent=HP:0002359 present"},
		{"text message", "fr", "il tombe tt le tps", "tombe tt le tps=HP:0002359 present"},
		{"plain English", "en", "he falls a lot and his eyes wobble", "falls a lot=HP:0002359 present; eyes wobble=HP:0000639 present"},
		{"no French small words in English", "en", "a day-case note", ""},
		{"names of exams hide", "fr", "service de neurologie, test de la sueur", ""},
		{"déjà vu by a doctor", "fr", "déjà vu par le pédiatre", ""},
		{"absence of", "fr", "absence de son père", ""},
		{"a name of a person", "fr", "la petite Bulle Exemple va bien", ""},
		{"nothing", "fr", "Merci de votre avis.", ""},
		{"empty", "fr", "", ""},
	} {
		if got := told(small(), c.lang, c.text); got != c.want {
			t.Errorf("%s: %q\n got %s\nwant %s", c.rule, c.text, got, c.want)
		}
	}
}

// TestLists is lists that share a head or an end. The starter has two of the
// names only; what it does not have is not found.
func TestLists(t *testing.T) {
	k := made(t, map[string]string{
		"HP:0008936": "Hypotonie axiale", "HP:0012389": "Hypotonie périphérique",
		"HP:0001324": "Faiblesse musculaire", "HP:0003202": "Atrophie musculaire", "HP:0001252": "Hypotonie",
	})
	x := extract.New(k)
	for text, want := range map[string]string{
		"une hypotonie axiale et périphérique":   "hypotonie axiale=HP:0008936 present; périphérique=HP:0012389 present",
		"faiblesse et atrophie musculaires":      "faiblesse=HP:0001324 present; atrophie musculaires=HP:0003202 present",
		"hypotonie axiale, douleur périphérique": "hypotonie axiale=HP:0008936 present",
		"pas d'hypotonie axiale ni périphérique": "hypotonie axiale=HP:0008936 absent; périphérique=HP:0012389 absent",
	} {
		if got := told(x, "fr", text); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

// made is a small Knowledge with these French names.
func made(t *testing.T, names map[string]string) *term.Knowledge {
	t.Helper()
	k := &term.Knowledge{Terms: []term.Term{{ID: "HP:0000001", EN: "All"}, {ID: "HP:0000118", EN: "Phenotypic abnormality", Parents: []int32{0}, Phenotype: true}}}
	for n := range 9999999 {
		id := fmt.Sprintf("HP:%07d", n)
		if fr := names[id]; fr != "" {
			k.Terms = append(k.Terms, term.Term{ID: id, EN: "Invented " + id, FR: fr, Parents: []int32{1}, Phenotype: true})
		}
		if len(k.Terms) == len(names)+2 {
			break
		}
	}
	if err := term.Seal(k); err != nil {
		t.Fatal(err)
	}
	return k
}

// TestStatus is what a text says of a sign, cue by cue. F fever, V vomiting.
func TestStatus(t *testing.T) {
	for _, c := range []struct{ rule, lang, text, want string }{
		{"plain", "fr", "Fièvre et vomissements.", "present present"},
		{"pas de", "fr", "Pas de fièvre.", "absent"},
		{"pas de … ni de", "fr", "Pas de fièvre ni de vomissements.", "absent absent"},
		{"pas de …, de", "fr", "Pas de fièvre, de vomissements.", "absent absent"},
		{"ni, ni", "fr", "Ni fièvre, ni vomissements.", "absent absent"},
		{"sans … ni", "fr", "Sans fièvre, vomissements ni diarrhée.", "absent absent absent"},
		{"a new item after a comma", "fr", "Pas de fièvre, vomissements depuis hier.", "absent present"},
		{"mais", "fr", "Pas de fièvre mais des vomissements.", "absent present"},
		{"en revanche", "fr", "Pas de fièvre, en revanche vomissements.", "absent present"},
		{"the sentence ends", "fr", "Pas de fièvre. Vomissements.", "absent present"},
		{"jamais", "fr", "Il n'a jamais eu de fièvre.", "absent"},
		{"aucun", "fr", "Aucune fièvre.", "absent"},
		{"absence de", "fr", "Absence de fièvre.", "absent"},
		{"nie", "fr", "Nie toute fièvre.", "absent"},
		{": non", "fr", "Fièvre : non. Vomissements : oui.", "absent present"},
		{"absente", "fr", "Fièvre absente.", "absent"},
		{"a été éliminée", "fr", "Une ataxie a été éliminée.", "absent"},
		{"non traité is no denial", "fr", "Ictère non traité.", "present"},
		{"pas seulement is no denial", "fr", "Il a de la fièvre, pas seulement le soir.", "present"},
		{"double denial", "fr", "On ne peut exclure une ataxie.", "uncertain"},
		{"n'exclut pas", "fr", "L'examen n'exclut pas une ataxie.", "uncertain"},
		{"family", "fr", "Sa mère a une surdité.", "family"},
		{"family, then the patient", "fr", "Sa mère a une surdité, et il a de la fièvre.", "family present"},
		{"tante maternelle", "fr", "Tante maternelle : épilepsie.", "family"},
		{"chez sa mère", "fr", "Surdité chez sa mère.", "family"},
		{"chez son fils", "fr", "Retard de croissance intra-utérin chez son fils.", "family"},
		{"the patient, then chez sa fille", "fr", "Scoliose. Surdité chez sa fille.", "present family"},
		{"chez ses enfants", "fr", "Surdité chez ses enfants.", "family"},
		{"chez leur fils", "fr", "Surdité chez leur fils.", "family"},
		{"chez leur fille", "fr", "Surdité chez leur fille.", "family"},
		{"chez son enfant", "fr", "Surdité chez son enfant.", "family"},
		{"chez un de ses enfants", "fr", "Surdité chez un de ses enfants.", "family"},
		{"the patient is the child", "fr", "Surdité chez cet enfant.", "present"},
		{"the patient is the child, told by a parent", "fr", "Surdité chez mon fils.", "present"},
		{"the patient is the child, for a colleague", "fr", "Surdité chez l’enfant de 3 ans.", "present"},
		{"heading", "fr", "Antécédents familiaux : épilepsie, surdité.\nExamen : scoliose.", "family family present"},
		{"the mother speaks", "fr", "Sa mère signale une fièvre.", "present"},
		{"the one who writes", "fr", "Mon fils vomit, moi je suis diabétique.", "present family"},
		{"about one's mother", "fr", "Ma mère a 70 ans. Ma mère a des vertiges.", "present"},
		{"fratrie indemne", "fr", "Fratrie indemne.", ""},
		{"denied in the family is nobody's", "fr", "Pas d'antécédent familial de surdité.", ""},
		{"possible", "fr", "Ataxie possible.", "uncertain"},
		{"suspicion de", "fr", "Suspicion de scoliose.", "uncertain"},
		{"à éliminer, a list", "fr", "À éliminer : ataxie, scoliose.", "uncertain uncertain"},
		{"question mark", "fr", "Surdité ? Audiogramme demandé.", "uncertain"},
		{"? non", "fr", "Surdité ? Non.", "absent"},
		{"a question about something known", "fr", "Que pensez-vous de cette surdité, et d'un bilan ?", "present"},
		{"condition", "fr", "Rappeler en cas de fièvre ou de vomissements.", ""},
		{"if", "fr", "Consulter si fièvre.", ""},
		{"search", "fr", "IRM à la recherche d'une scoliose.", ""},
		{"normal findings", "fr", "Tonus normal, audition normale.", ""},
		{"no", "en", "No fever, vomiting or diarrhoea.", "absent absent absent"},
		{"denies … but", "en", "Denies fever but has vomiting.", "absent present"},
		{"without", "en", "Vomiting without fever.", "present absent"},
		{"have never occurred", "en", "Seizures have never occurred.", "absent"},
		{"not only", "en", "Fever, not only at night.", "present"},
		{"mother", "en", "His mother has deafness.", "family"},
		{"mother reports", "en", "His mother reports fever.", "present"},
		{"family history", "en", "Family history: epilepsy.", "family"},
		{"no family history", "en", "No family history of deafness.", ""},
		{"possible", "en", "Possible scoliosis.", "uncertain"},
		{"cannot be excluded", "en", "Scoliosis cannot be excluded.", "uncertain"},
		{"leading question mark", "en", "?scoliosis", "uncertain"},
		{"condition", "en", "Return if fever.", ""},
	} {
		var got []string
		for _, m := range small().Find(c.lang, c.text) {
			got = append(got, string(m.Status))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q gives %s, not %q", c.rule, c.text, told(small(), c.lang, c.text), c.want)
		}
	}
}

// TestFigures is quantities beyond a bound; on the bound and inside it there is
// no sign.
func TestFigures(t *testing.T) {
	for text, want := range map[string]string{
		"taille 82 cm (-3 DS)":              "taille 82 cm (-3 DS)=HP:0004322 present",
		"taille 82 cm (- 2,5 DS)":           "taille 82 cm (- 2,5 DS)=HP:0004322 present",
		"taille à -2 DS":                    "",
		"taille +1 DS":                      "",
		"taille < 3e percentile":            "taille < 3e percentile=HP:0004322 present",
		"PC +3,5 DS":                        "PC +3,5 DS=HP:0000256 present",
		"head circumference -3 SD":          "head circumference -3 SD=HP:0000252 present",
		"CPK à 4200":                        "CPK à 4200=HP:0003236 present",
		"CPK 1 200 UI/L":                    "CPK 1 200 UI/L=HP:0003236 present",
		"CPK 120":                           "",
		"plaquettes 90 000/mm3":             "plaquettes 90 000/mm3=HP:0001873 present",
		"plaquettes 250 G/L":                "",
		"K 2,6 mmol/L":                      "K 2,6 mmol/L=HP:0002900 present",
		"TA 178/110":                        "TA 178/110=HP:0000822 present",
		"TA 16/10":                          "TA 16/10=HP:0000822 present",
		"TA 12/8":                           "",
		"marche acquise à 22 mois":          "marche acquise à 22 mois=HP:0031936 present",
		"marche acquise à 13 mois":          "",
		"né à 32 SA":                        "né à 32 SA=HP:0001622 present",
		"né à 39 SA":                        "",
		"Hb 8,1 : anémie":                   "anémie=HP:0001903 present",
		"Le 12/03, taille normale, 15 ans.": "",
	} {
		if got := told(small(), "fr", text); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestCue holds that the words that decided are given, where they stand.
func TestCue(t *testing.T) {
	text := "Pas d’ataxie. Tante : épilepsie."
	all := small().Find("fr", text)
	if len(all) != 2 {
		t.Fatal(all)
	}
	for i, want := range []string{"Pas d", "Tante"} {
		c := all[i].Cue
		if c.Text != want || text[c.Start:c.End] != want {
			t.Errorf("cue %d is %+v, not %q", i, c, want)
		}
	}
	if c := small().Find("fr", "Ataxie.")[0].Cue; c != (extract.Cue{}) {
		t.Errorf("a plain statement has the cue %+v", c)
	}
}

// TestGuess reads a text whose language is not told.
func TestGuess(t *testing.T) {
	if got := told(small(), "", "The boy has no fever and is floppy"); !strings.Contains(got, "fever=HP:0001945 absent") {
		t.Error(got)
	}
	if got := told(small(), "", "Le garçon n'a pas de fièvre"); got != "fièvre=HP:0001945 absent" {
		t.Error(got)
	}
}

// TestLong holds that a text beyond the limit is cut, at a letter.
func TestLong(t *testing.T) {
	text := strings.Repeat("é", extract.MaxText/2) + " scoliose"
	if got := small().Find("fr", text); len(got) != 0 {
		t.Error(got)
	}
	text = "scoliose a" + strings.Repeat("é", extract.MaxText/2)
	if got := small().Find("fr", text); len(got) != 1 || !utf8.ValidString(got[0].Text) {
		t.Error(got)
	}
}

// TestMany reads at once from many sides: the same text gives the same answer.
func TestMany(t *testing.T) {
	texts := []string{"Il tombe souvent.", "Pas de fièvre ni de scoliose.", letter()}
	want := make([]string, len(texts))
	for i, s := range texts {
		want[i] = told(small(), "fr", s)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				for i, s := range texts {
					if got := told(small(), "fr", s); got != want[i] {
						t.Errorf("%q gives another answer the second time", s[:12])
					}
				}
			}
		})
	}
	wg.Wait()
}
