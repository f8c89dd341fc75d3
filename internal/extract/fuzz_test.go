package extract_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"phare/internal/extract"
	"phare/internal/starter"
)

// FuzzFind holds on any text: no panic, mentions in order and apart, offsets at
// the edges of letters, cues inside the text.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"Pas de fièvre, il tombe souvent.", "PC à -3 DS ?", "?scoliose", "e\u0301pilepsie", "\xff\xfe", "0", "taille < 3e", "non", "A : B ; C\n\nD", "sa mère : TA 178/110", letter()} {
		f.Add("fr", s)
		f.Add("", s)
	}
	x := small()
	f.Fuzz(func(t *testing.T, lang, text string) {
		last := 0
		for _, m := range x.Find(lang, text) {
			if m.Start < last || m.End <= m.Start || m.End > len(text) || text[m.Start:m.End] != m.Text {
				t.Fatalf("%d-%d after %d in %q", m.Start, m.End, last, text)
			}
			for _, at := range []int{m.Start, m.End, m.Cue.Start, m.Cue.End} {
				if at < len(text) && !utf8.RuneStart(text[at]) && utf8.ValidString(text) {
					t.Fatalf("byte %d of %q is inside a letter", at, text)
				}
			}
			if m.Cue.Text != text[m.Cue.Start:m.Cue.End] {
				t.Fatalf("cue %+v", m.Cue)
			}
			last = m.End
		}
	})
}

// FuzzLists holds that no word list breaks the reader: it is taken, or refused
// with the name of the list and the line.
func FuzzLists(f *testing.F) {
	for _, s := range []string{"sign\tfr\tHP:0002359\ttombe … souvent", "abbr\tfr\tHP:0002359\tAB\tif a unless b*", "measure\t*\tHP:0004322\ttaille\tds <= -2", "cue\tfr\tabsent>\tpas de|d;", "a|b?*", "# x\n\n\tfr", "same\tfr\trein\trénal", "stop\tfr\tsmall\tle", "sign\tfr\tHP:0002359\t*|?;|;…"} {
		f.Add(s)
	}
	k, err := starter.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, list string) {
		x, err := extract.NewWith(k, extract.Options{Extra: strings.NewReader(list), Name: "own.tsv"})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "own.tsv:") {
				t.Fatalf("%v does not name the list", err)
			}
			return
		}
		x.Find("fr", list)
	})
}

// FuzzFile holds on any file of letters and any gold file: an error, or figures.
func FuzzFile(f *testing.F) {
	f.Add(`{"id":"a","lang":"fr","text":"fièvre","signs":[{"hpo":"HP:0001945","status":"present","start":0,"end":7,"text":"fièvre"}]}`)
	f.Add("{}\n[]\n\"\"")
	x := small()
	f.Fuzz(func(t *testing.T, file string) {
		var out strings.Builder
		if _, err := x.CodeFile("in", strings.NewReader(file), &out); err != nil && !strings.HasPrefix(err.Error(), "in:") {
			t.Fatal(err)
		}
		if _, err := extract.Eval(x, "gold", strings.NewReader(file), extract.EvalOptions{Rounds: 3}); err != nil && !strings.HasPrefix(err.Error(), "gold:") {
			t.Fatal(err)
		}
	})
}
