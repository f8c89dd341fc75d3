package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"phare/internal/document"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// letter has every kind of block, and the letters that files like to spoil.
func letter() document.Document {
	d := document.Document{
		Lang: "fr", Title: "Réponse à votre demande MR-7K3F-92QX", Author: "Plateforme d’essai",
		At:     time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC),
		Footer: "MR-7K3F-92QX · Phare aide à orienter ; ce n’est pas un diagnostic.",
		Blocks: []document.Block{
			{Kind: document.Sender, Lines: []string{"Plateforme d’essai", "CHU inventé", "0262 00 00 00"}},
			{Kind: document.Address, Lines: []string{"Dr Zoé Exemple", "3 rue de l’Œuvre"}},
			{Kind: document.Dateline, Text: "Le 2 mars 2026"},
			{Kind: document.Heading, Level: 1, Text: "Réponse à votre demande"},
			{Kind: document.Facts, Rows: [][]string{{"Référence", "MR-7K3F-92QX"}, {"Patient", "ESSAI Ève, née le 01/02/2019"}}},
			{Kind: document.Heading, Level: 2, Text: "Ce que nous proposons"},
		},
	}
	d.Blocks = append(d.Blocks, document.Prose("Bonjour,\nl’œdème\u00a0: < 3 mois & stable\u202f?\n\n- cœur\n- naïveté \"entre\" guillemets\n\nÀ bientôt.\u0007")...)
	d.Blocks = append(d.Blocks,
		document.Block{Kind: document.Table, Text: "Demandes par mois", Head: []string{"Mois", "Nombre"},
			Rows: [][]string{{"janvier", "1\u202f204"}, {"février", "< 11"}}, Numbers: true},
		document.Block{Kind: document.Note, Text: "Si cela s’aggrave : appelez le 15 ou le 112."},
		document.Block{Kind: document.Quiet, Text: "Source : essai."},
		document.Block{Kind: document.Signature, Lines: []string{"Dr Inès Inventée", "Signé le 2 mars 2026"}},
	)
	return d
}

func TestProse(t *testing.T) {
	text := func(k document.Kind, s string) document.Block { return document.Block{Kind: k, Text: s} }
	list := func(s ...string) document.Block { return document.Block{Kind: document.List, Lines: s} }
	for in, want := range map[string][]document.Block{
		"":                    nil,
		"  \n\n":              nil,
		"a":                   {text("paragraph", "a")},
		"a\nb\n\nc":           {text("paragraph", "a\nb"), text("paragraph", "c")},
		"a :\n- b\n• c\nd":    {text("paragraph", "a :"), list("b", "c"), text("paragraph", "d")},
		"- b\n\n- c":          {list("b", "c")},
		"-b\n-3 °C":           {text("paragraph", "-b\n-3 °C")},
		"a\n# b\nc\n#d":       {text("paragraph", "a"), {Kind: document.Heading, Level: 2, Text: "b"}, text("paragraph", "c\n#d")},
		"a\r\n\r\nb\x00\x1b[": {text("paragraph", "a"), text("paragraph", "b[")},
	} {
		if got := document.Prose(in); !reflect.DeepEqual(got, want) {
			t.Errorf("Prose(%q) = %v, want %v", in, got, want)
		}
	}
}

func odt(t *testing.T, d document.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := document.ODT(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The type of an ODT is read from its first bytes: "mimetype" first, stored,
// with nothing between its name and its content.
func TestODTIsRecognised(t *testing.T) {
	b := odt(t, letter())
	if got := string(b[30:38]); got != "mimetype" {
		t.Errorf("the first name is %q", got)
	}
	const kind = "application/vnd.oasis.opendocument.text"
	if got := string(b[38 : 38+len(kind)]); got != kind {
		t.Errorf("after it stands %q", got)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if f.Name == "mimetype" {
			if f.Method != zip.Store {
				t.Error("mimetype is packed")
			}
			continue
		}
		wellFormed(t, f.Name, part(t, b, f.Name))
	}
	if want := []string{"mimetype", "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"}; !slices.Equal(names, want) {
		t.Errorf("parts %v, want %v", names, want)
	}
	for _, name := range names[1:4] {
		if manifest := part(t, b, "META-INF/manifest.xml"); !strings.Contains(manifest, `full-path="`+name+`"`) {
			t.Errorf("the manifest lacks %s", name)
		}
	}
	if styles := part(t, b, "styles.xml"); !strings.Contains(styles, `fo:language="fr" fo:country="FR"`) || !strings.Contains(styles, "<text:page-number") {
		t.Error("styles.xml lacks the language or the page number")
	}
}

// Every style that the content names is defined.
func TestODTStylesExist(t *testing.T) {
	b := odt(t, letter())
	content := part(t, b, "content.xml")
	defined := map[string]bool{}
	for _, text := range []string{content, part(t, b, "styles.xml")} {
		walk(t, text, func(e xml.StartElement) {
			if name := attr(e, "name"); e.Name.Local == "style" || e.Name.Local == "list-style" {
				defined[name] = true
			}
		})
	}
	used := 0
	walk(t, content, func(e xml.StartElement) {
		if name := attr(e, "style-name"); name != "" {
			used++
			if !defined[name] {
				t.Errorf("style %q is not defined", name)
			}
		}
	})
	if used < 20 {
		t.Errorf("only %d styles used", used)
	}
}

func TestODTContent(t *testing.T) {
	golden(t, "letter.content.xml", part(t, odt(t, letter()), "content.xml"))
}

func TestSameBytes(t *testing.T) {
	if !bytes.Equal(odt(t, letter()), odt(t, letter())) {
		t.Error("two ODT of one letter differ")
	}
	if !bytes.Equal(pdf(t, letter()), pdf(t, letter())) {
		t.Error("two PDF of one letter differ")
	}
}

func pdf(t *testing.T, d document.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := document.PDF(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pages reads a PDF back as text, page by page.
func pages(t *testing.T, b []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", path, "-").Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("pdftotext is not installed; type: apt-get install poppler-utils")
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

func TestPDFText(t *testing.T) {
	all := pages(t, pdf(t, letter()))
	if len(all) != 1 {
		t.Fatalf("%d pages, want 1", len(all))
	}
	golden(t, "letter.txt", all[0])
}

// A long text and a long table go on on as many pages as they take: nothing is
// lost, each page says which it is, and each has the table's head.
func TestPDFPages(t *testing.T) {
	const rows, words = 200, 3000
	d := document.Document{Lang: "fr", Title: "Long", At: time.Unix(0, 0), Footer: "MR-7K3F-92QX"}
	var text strings.Builder
	for i := range words {
		fmt.Fprintf(&text, "mot%d ", i)
	}
	table := document.Block{Kind: document.Table, Text: "Légende", Head: []string{"Tête", "Nombre"}, Numbers: true}
	for i := range rows {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("ligne%d", i), fmt.Sprint(i)})
	}
	tall := []string{"haute", strings.Repeat("récit ", 2500)}
	d.Blocks = []document.Block{{Kind: document.Paragraph, Text: text.String()}, table,
		{Kind: document.Table, Head: []string{"A", "B"}, Rows: [][]string{tall}},
		{Kind: document.Paragraph, Text: strings.Repeat("x", 500) + "fin"}}
	all := pages(t, pdf(t, d))
	if len(all) < 8 {
		t.Fatalf("%d pages only", len(all))
	}
	whole := strings.Join(all, "\n")
	seen := map[string]int{}
	for _, w := range strings.Fields(whole) {
		seen[w]++
	}
	for i := range words {
		if seen[fmt.Sprintf("mot%d", i)] != 1 {
			t.Fatalf("mot%d stands %d times", i, seen[fmt.Sprintf("mot%d", i)])
		}
	}
	for i := range rows {
		if seen[fmt.Sprintf("ligne%d", i)] != 1 {
			t.Fatalf("ligne%d stands %d times", i, seen[fmt.Sprintf("ligne%d", i)])
		}
	}
	if seen["récit"] != 2500 {
		t.Errorf("a cell of 2500 words shows %d", seen["récit"])
	}
	if n := strings.Count(strings.ReplaceAll(whole, "\n", ""), "x"); n != 500 {
		t.Errorf("a word of 500 letters shows %d", n)
	}
	heads := 0
	for i, page := range all {
		if want := fmt.Sprintf("%d / %d", i+1, len(all)); !strings.Contains(page, want) || !strings.Contains(page, "MR-7K3F-92QX") {
			t.Errorf("page %d lacks its foot %q", i+1, want)
		}
		if strings.Contains(page, "ligne") {
			heads++
			if !strings.Contains(page, "Tête") {
				t.Errorf("page %d has rows without their head", i+1)
			}
		}
	}
	if heads < 3 {
		t.Errorf("the table stands on %d pages", heads)
	}
}

// Words that no one foresaw still give a file.
func TestOddWords(t *testing.T) {
	for _, words := range []string{"", "\x00\xff", "😀 été 漢字 \U00010000", "\u202e", strings.Repeat("é", 5000), " \n \n", "{nb}", "]]>&<"} {
		d := document.Document{Lang: "en", Title: words, Author: words, Footer: words, Blocks: []document.Block{
			{Kind: document.Heading, Text: words}, {Kind: document.Paragraph, Text: words}, {Kind: document.List, Lines: []string{words}},
			{Kind: document.Table, Text: words, Head: []string{words, words}, Rows: [][]string{{words}, {words, words, words}, {}}},
			{Kind: document.Facts, Rows: [][]string{{words, words}}}, {Kind: document.Note, Text: words}, {Kind: document.Signature},
			{Kind: document.Table}, {Kind: document.List}}}
		if b := pdf(t, d); !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Errorf("%q: no PDF", words)
		}
		b := odt(t, d)
		for _, name := range []string{"content.xml", "styles.xml", "meta.xml"} {
			wellFormed(t, name, part(t, b, name))
		}
	}
}

func part(t *testing.T, b []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wellFormed(t *testing.T, name, text string) {
	t.Helper()
	walk(t, text, func(xml.StartElement) {})
}

func walk(t *testing.T, text string, f func(xml.StartElement)) {
	t.Helper()
	x := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := x.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if e, ok := token.(xml.StartElement); ok {
			f(e)
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s\nwant:\n%s", name, got, want)
	}
}
