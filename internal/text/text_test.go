package text_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"phare/internal/text"
)

// message is one sentence as its file has it.
type message struct{ file, lang, key, form, text string }

// messages reads the catalogues as files, so that a fault can be told with its file.
func messages(t *testing.T) []message {
	t.Helper()
	names, err := filepath.Glob("catalog/*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	var all []message
	for _, name := range names {
		var raw map[string]any
		if _, err := toml.DecodeFile(name, &raw); err != nil {
			t.Fatal(err)
		}
		lang := strings.Split(filepath.Base(name), ".")[1]
		all = append(all, flatten(message{file: filepath.Base(name), lang: lang}, raw)...)
	}
	return all
}

// flatten takes tables apart: "one" and "other" are the forms of one key.
func flatten(m message, raw map[string]any) (all []message) {
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		next := m
		if name == "one" || name == "other" {
			next.form = name
		} else {
			next.key = strings.TrimPrefix(m.key+"."+name, ".")
		}
		switch v := raw[name].(type) {
		case string:
			next.text = v
			all = append(all, next)
		case map[string]any:
			all = append(all, flatten(next, v)...)
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// placeholders are the names that a message takes, sorted. Count chooses the
// form, so a form need not show it.
func placeholders(s string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if m[1] != "Count" {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Ask 30: both languages say the same things, with the same placeholders.
func TestLanguagesAgree(t *testing.T) {
	if _, err := text.Load(); err != nil {
		t.Fatal(err)
	}
	by := map[string]map[string]message{"fr": {}, "en": {}}
	for _, m := range messages(t) {
		if by[m.lang] == nil {
			t.Fatalf("%s is in a language nobody chose", m.file)
		}
		if strings.TrimSpace(m.text) == "" {
			t.Errorf("%s: %s is empty", m.file, m.key)
		}
		by[m.lang][m.key] = m
	}
	for _, pair := range [][2]string{{"fr", "en"}, {"en", "fr"}} {
		for key, m := range by[pair[0]] {
			other, ok := by[pair[1]][key]
			if !ok {
				t.Errorf("%s: %s is missing in %s", m.file, key, pair[1])
			} else if x, y := placeholders(m.text), placeholders(other.text); !slices.Equal(x, y) {
				t.Errorf("%s: %s takes %v, but %v in %s", m.file, key, x, y, pair[1])
			}
		}
	}
}

// Each kind of message comes out in words, and a key that is nowhere is visible.
func TestGet(t *testing.T) {
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		lang, key string
		args      map[string]any
		want      string
	}{
		{"fr", "app.name", nil, "Phare"},
		{"fr", "sign.demo.enter", map[string]any{"Name": "Nadia Exemple"}, "Se connecter comme Nadia Exemple"},
		{"en", "sign.demo.enter", map[string]any{"Name": "Nadia Exemple"}, "Sign in as Nadia Exemple"},
		{"de", "sign.in.button", nil, "Se connecter"}, // French is the first language
		{"fr", "no.such.key", nil, "[no.such.key]"},
	} {
		if got := c.Get(tt.lang, tt.key, tt.args); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.key, tt.lang, got, tt.want)
		}
	}
}

func TestChoose(t *testing.T) {
	for asked, want := range map[string]string{
		"": "fr", "fr-FR,fr;q=0.9": "fr", "en-GB,en;q=0.8": "en", "de": "fr", "pt-BR,en;q=0.5": "en",
		"fr;q=0.2,en;q=0.9": "en", "fr-RE": "fr", "en": "en", "nonsense;;q=x": "fr",
	} {
		if got := text.Choose(asked); got != want {
			t.Errorf("%q gives %s, want %s", asked, got, want)
		}
	}
}

// ligatures are words that are misspelt without œ, at the beginning of a word.
var ligatures = regexp.MustCompile(`(?i)\b(c?oeur|soeur|oeil|oeuvre|oeuf|voeu|noeud|moeurs|manoeuvre|oedem|oedèm|oesopha|foetus|foetal|boeuf|choeur)`)

// capitals are words that lost the accent of their capital.
var capitals = regexp.MustCompile(`\b(Etat|Etape|Etes|Ecrire|Ecrivez|Equipe|Etablissement|Evalu|Echec|Element|Etranger|Editer|A (bientôt|vérifier|faire|quoi|qui))\b`)

var address = regexp.MustCompile(`https?://\S*|\{\{[^}]*\}\}`)

// typography says what a French typesetter would mark in s.
func typography(s string) (marks []string) {
	s = address.ReplaceAllString(s, "x")
	runes := []rune(s)
	for i, r := range runes {
		var before, after rune
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		near := "…" + string(runes[max(0, i-12):min(len(runes), i+4)]) + "…"
		switch r {
		case ';', ':', '!', '?':
			if before != '\u202f' && !strings.ContainsRune("!?", before) {
				marks = append(marks, "no U+202F before "+string(r)+" in "+near)
			}
		case '«':
			if after != '\u00a0' && after != '\u202f' {
				marks = append(marks, "no no-break space after « in "+near)
			}
		case '»':
			if before != '\u00a0' && before != '\u202f' {
				marks = append(marks, "no no-break space before » in "+near)
			}
		case '\'':
			marks = append(marks, "a straight apostrophe in "+near)
		case '"', '“', '”':
			marks = append(marks, "a quotation mark that is not « » in "+near)
		case ' ':
			if before == ' ' {
				marks = append(marks, "two spaces in "+near)
			}
		}
	}
	if strings.Contains(s, "...") {
		marks = append(marks, "three dots for …")
	}
	if w := ligatures.FindString(s); w != "" {
		marks = append(marks, w+" without œ")
	}
	if w := capitals.FindString(s); w != "" {
		marks = append(marks, w+" without its accent")
	}
	if s != strings.TrimSpace(s) && strings.ContainsFunc(s, unicode.IsLetter) { // a separator may have some
		marks = append(marks, "blanks at an end")
	}
	return marks
}

func TestFrenchTypography(t *testing.T) {
	for _, tt := range []struct {
		text  string
		marks int
	}{
		{"Êtes-vous d’accord\u202f? «\u00a0Oui\u00a0»\u202f: c’est noté…", 0},
		{"Voir https://example.org/a?b=c et {{.Link}}", 0},
		{"Vraiment\u202f?!", 0},
		{"Êtes-vous d'accord ?", 2},
		{"Oui: non", 1},
		{"Oui\u00a0: non", 1},
		{"« Oui\u00a0»", 1},
		{"«\u202fOui\u202f»", 0},
		{"Oui ", 1},
		{"\u202f: ", 0},
		{"un coeur", 1},
		{"ma soeur...", 2},
		{"Etat du dossier", 1},
		{"\"Oui\"", 2},
	} {
		if got := typography(tt.text); len(got) != tt.marks {
			t.Errorf("%q is marked %q, want %d marks", tt.text, got, tt.marks)
		}
	}
	for _, m := range messages(t) {
		if m.lang != "fr" {
			continue
		}
		for _, mark := range typography(m.text) {
			t.Errorf("%s: %s: %s", m.file, m.key, mark)
		}
	}
}

// healthWords must not stand in a message that leaves the house: whoever sees
// a mailbox must not learn that its owner asks about a rare disease. They are
// looked for at the beginning of a word, in folded letters.
var healthWords = regexp.MustCompile(`(?i)\b(malad|diagnos|g[eé]n[eé]ti|g[eè]ne|patient|sympt|sign(e|es|s)\b|rare|diseas|genetic|genes?\b|symptom|orpha|hpo|omim|traitement|treatment|th[eé]rap|handicap|syndrom|m[eé]decin|doctor|docteur|physician|expert|g[eé]n[eé]raliste|sant[eé]|health|naissance|birth|enfant|child)`)

// mailPlaceholders are the only facts that a message may carry.
var mailPlaceholders = []string{"Day", "Desk", "Hours", "Link", "List", "Phone", "Reference", "Say", "Short", "Until", "When"}

// leaving are the beginnings of the keys of all that leaves the house as a
// message, or is said on a telephone that anyone can pick up.
var leaving = regexp.MustCompile(`^(mail\.|sms\.|news\.(say|phone|until|hello|phrase|letter)(\.|$))`)

func TestMailsTellNothingOfHealth(t *testing.T) {
	for _, s := range []string{"votre maladie", "un diagnostic", "conseil génétique", "your disease", "Patient", "des signes"} {
		if !healthWords.MatchString(s) {
			t.Errorf("%q passes", s)
		}
	}
	n := 0
	for _, m := range messages(t) {
		if !leaving.MatchString(m.key) {
			continue
		}
		n++
		if w := healthWords.FindString(placeholder.ReplaceAllString(m.text, "")); w != "" {
			t.Errorf("%s: %s says %q", m.file, m.key, w)
		}
		for _, p := range placeholders(m.text) {
			if !slices.Contains(mailPlaceholders, p) {
				t.Errorf("%s: %s carries {{.%s}}", m.file, m.key, p)
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d messages looked at", n)
	}
}

// Every catalogue is text that a person can edit: UTF-8, one language per file.
func TestFiles(t *testing.T) {
	names, _ := filepath.Glob("catalog/*")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(b) {
			t.Errorf("%s is not UTF-8", name)
		}
		parts := strings.Split(filepath.Base(name), ".")
		if len(parts) != 3 || parts[2] != "toml" || !slices.Contains(text.Langs[:], parts[1]) {
			t.Errorf("%s is not named SUBJECT.LANG.toml", name)
		}
	}
}
