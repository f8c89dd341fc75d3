package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are cells that someone may type into a form to make the colleague who
// opens the file compute, call or run something.
var hostile = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(1;2)", "\t=1+1", "\r=1+1", "\n=1+1", "\x00=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "﹦1+1", "﹢1", "﹣1", "﹫x",
	"=HYPERLINK(\"http://example.org\";\"x\")", "=cmd|'/C calc'!A0", "@SUM(1+1)*cmd|'/C calc'!A0", "=WEBSERVICE(\"http://example.org\")", "=IMPORTXML(\"http://example.org\";\"//a\")",
	" =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "\"=1+1", "\"\"=1+1\"", "a;=1+1", "a,=1+1", "a\t=1+1", "a|=1+1", "a\n=1+1", "a\r\n=1+1", "a\";=1+1;\"", "a\",=1+1,\"",
	"a; =1+1", "a\";\"=1+1", "x;\"=1+1\"", "';=1+1", ";=1+1", ",,,=1+1", "\";;\"=1+1", "%0A=1+1", "=\u202e1+1", "\u202e=1+1", "DDE(\"a\";\"b\";\"c\")",
}

// mild are cells that must arrive as they were typed.
var mild = []string{"", "3", "12,5", "Filière d’ici", "a=b", "1-2", "x@phare.example", "0262 00 00 00", "« guillemets »", "a \"b\" c", "deux\nlignes", "l’œil", "'déjà", "'\n'=1+1"}

// cellsAt reads a file as a program may that takes any of seps for separators.
func cellsAt(s, seps string) (cells []string) {
	var cell strings.Builder
	begun, quoted := false, false
	all := []rune(s)
	end := func() { cells = append(cells, cell.String()); cell.Reset(); begun, quoted = false, false }
	for i := 0; i < len(all); i++ {
		c := all[i]
		switch {
		case quoted && c == '"' && i+1 < len(all) && all[i+1] == '"':
			cell.WriteRune('"')
			i++
		case c == '"' && quoted:
			quoted = false
		case c == '"' && !begun:
			quoted, begun = true, true
		case !quoted && strings.ContainsRune(seps, c):
			end()
		default:
			begun = true
			cell.WriteRune(c)
		}
	}
	end()
	return cells
}

// isFormula is the reading of a spreadsheet that is as eager as any: blanks,
// quotes and what cannot be seen are passed over first. At the front of a real
// cell, a tab or a line's end is a fault too.
func isFormula(cell string, front bool) bool {
	blank := "\" \u00a0"
	if !front {
		blank += "\t\r\n"
	}
	cell = strings.TrimLeftFunc(cell, func(c rune) bool { return strings.ContainsRune(blank, c) || unicode.Is(unicode.Cf, c) })
	c, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠﹦﹢﹣﹫", c)
}

func file(t testing.TB, lang string, rows ...[]string) string {
	t.Helper()
	var b bytes.Buffer
	w := New(&b, lang)
	for _, r := range rows {
		w.Row(r...)
	}
	if w.Err() != nil {
		t.Fatal(w.Err())
	}
	return strings.TrimPrefix(b.String(), "\ufeff")
}

// harmless holds one cell, beside others, against every reading.
func harmless(t *testing.T, cell string) {
	for _, lang := range []string{"fr", "en"} {
		s := file(t, lang, []string{"tête", "b", "c"}, []string{"avant", cell, "après"})
		r := csv.NewReader(strings.NewReader(s))
		r.Comma = map[string]rune{"fr": ';', "en": ','}[lang]
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 3 || rows[1][0] != "avant" || rows[1][2] != "après" {
			t.Fatalf("%q broke the table: %q %v", cell, s, err)
		}
		if isFormula(rows[1][1], true) {
			t.Errorf("%q is the cell %q", cell, rows[1][1])
		}
		for _, seps := range []string{",\r\n", ";\r\n", "\t\r\n", "|\r\n", ",;\t|\r\n"} {
			for _, c := range cellsAt(s, seps) {
				if c != "" && isFormula(c, false) {
					t.Errorf("%q, read with %q, is the cell %q of %q", cell, seps, c, s)
				}
			}
		}
		bare := strings.NewReplacer("'", "", "\r", "", "\x00", "")
		if utf8.ValidString(cell) && bare.Replace(rows[1][1]) != bare.Replace(cell) {
			t.Errorf("%q became %q", cell, rows[1][1])
		}
	}
}

func TestHostileCells(t *testing.T) {
	for _, cell := range hostile {
		harmless(t, cell)
		if Harmless(cell) == cell && cell != "%0A=1+1" && !strings.HasPrefix(cell, "DDE") {
			t.Errorf("%q was left as it is", cell)
		}
	}
	for _, cell := range mild {
		if got := Harmless(cell); got != cell {
			t.Errorf("%q became %q", cell, got)
		}
	}
}

func FuzzCells(f *testing.F) {
	for _, cell := range append(hostile, mild...) {
		f.Add(cell)
	}
	f.Fuzz(harmless)
}

func TestWriterKeepsItsError(t *testing.T) {
	var b bytes.Buffer
	w := New(&b, "fr")
	w.Row("a", "b")
	w.Row("a")
	w.Row("c", "d")
	if !errors.Is(w.Err(), ErrWidth) || strings.Contains(b.String(), "c") {
		t.Errorf("%v, %q", w.Err(), b.String())
	}
}

// LibreOffice opens the hostile cells with every separator, formulas switched
// on, and finds none; it finds the one that a careless file holds.
func TestLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: the file is not opened with it")
	}
	if testing.Short() {
		t.Skip("-short: LibreOffice is slow to start")
	}
	dir := t.TempDir()
	var rows [][]string
	for _, cell := range hostile {
		rows = append(rows, []string{cell, "3", cell})
	}
	write := func(name, s string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("fr.csv", "\ufeff"+file(t, "fr", rows...))
	write("en.csv", "\ufeff"+file(t, "en", rows...))
	write("careless.csv", "a;=1+1;b\r\n")
	for i, separator := range []string{"59", "44", "59/44/9"} {
		out := filepath.Join(dir, string(rune('0'+i)))
		// separator, quote, UTF-8, first line, …, numbers detected, …, formulas evaluated
		filter := "CSV:" + separator + ",34,76,1,,0,false,true,false,false,false,,true"
		cmd := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--infilter="+filter, "--convert-to", "fods", "--outdir", out,
			filepath.Join(dir, "fr.csv"), filepath.Join(dir, "en.csv"), filepath.Join(dir, "careless.csv"))
		said, err := cmd.CombinedOutput()
		if bytes.Contains(said, []byte("could not be loaded")) {
			t.Skip("this LibreOffice has no Calc (libreoffice-calc): the file is not opened with it")
		}
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		for name, want := range map[string]bool{"fr": false, "en": false, "careless": separator != "44"} {
			b, err := os.ReadFile(filepath.Join(out, name+".fods"))
			if err != nil {
				t.Fatal(err)
			}
			n := bytes.Count(b, []byte("table:formula="))
			if (n > 0) != want {
				t.Errorf("%s.csv read with separator %s: %d formulas", name, separator, n)
			}
			if name != "careless" && !bytes.Contains(b, []byte("1+1")) {
				t.Errorf("%s.csv read with separator %s holds nothing of what was written", name, separator)
			}
		}
	}
}
