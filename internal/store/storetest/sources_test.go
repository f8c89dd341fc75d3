package storetest

import (
	"cmp"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var begins = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s`)

// written is a statement as it stands in the sources.
type written struct {
	at, text string
	whole    bool // nothing of it is made while the program runs
}

const gap = " … "

// sources are the program's statements, with the constants that they are made of put
// in, and a gap for what is made while the program runs. PHARE_SOURCES names files
// that are read in the place of others, as go build -overlay does.
func sources(t *testing.T) (all []written) {
	t.Helper()
	var instead struct{ Replace map[string]string }
	if name := os.Getenv("PHARE_SOURCES"); name != "" {
		b, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(b, &instead)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	rooms := map[string][]*ast.File{}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "storetest") {
			return err
		}
		text, err := os.ReadFile(cmp.Or(instead.Replace[name], name))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, name, text, 0)
		rooms[filepath.Dir(name)] = append(rooms[filepath.Dir(name)], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range rooms {
		known := map[string]string{}
		for range 3 { // one may name another
			for _, f := range files {
				for _, d := range f.Decls {
					constants(d, known)
				}
			}
		}
		for _, f := range files {
			for _, d := range f.Decls {
				near := maps.Clone(known)
				if _, ok := d.(*ast.FuncDecl); ok {
					ast.Inspect(d, func(n ast.Node) bool { constants(n, near); return true })
				}
				all = append(all, statements(d, near, func(p token.Pos) string {
					at := set.Position(p)
					return strings.TrimPrefix(filepath.ToSlash(at.Filename), filepath.ToSlash(root)+"/") + ":" + strconv.Itoa(at.Line)
				})...)
			}
		}
	}
	return all
}

func statements(in ast.Node, known map[string]string, at func(token.Pos) string) (all []written) {
	ast.Inspect(in, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, whole := fold(x, known)
		if begins.MatchString(text) {
			all = append(all, written{at(x.Pos()), text, whole && !strings.Contains(text, "%s")})
			return false
		}
		return true
	})
	return all
}

// constants adds the texts that a declaration gives a name.
func constants(n ast.Node, known map[string]string) {
	g, ok := n.(*ast.GenDecl)
	if !ok || g.Tok != token.CONST {
		return
	}
	for _, s := range g.Specs {
		v := s.(*ast.ValueSpec)
		for i := range v.Values {
			if text, ok := fold(v.Values[i], known); ok {
				known[v.Names[i].Name] = text
			}
		}
	}
}

// fold is the text of an expression, and whether that is all of it.
func fold(x ast.Expr, known map[string]string) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(x.Value); err == nil && x.Kind == token.STRING {
			return text, true
		}
	case *ast.Ident:
		if text, ok := known[x.Name]; ok {
			return text, true
		}
	case *ast.BinaryExpr:
		a, whole := fold(x.X, known)
		b, also := fold(x.Y, known)
		return a + b, whole && also && x.Op == token.ADD
	}
	return gap, false
}

// madeWhileRunning are the files of the statements whose conditions are put together
// while the program runs: only the tests that run them see whether they are bound.
var madeWhileRunning = []string{"request/list.go", "request/tally.go"} // the work lists: each filter adds its own

// Every statement that stands in the sources is looked at, whether or not any test
// runs it; where a part is made while the program runs, only if the rest binds it:
// else what it is in the end is seen by the tests that run it.
func TestStatementsOfTheSources(t *testing.T) {
	all := sources(t)
	listed, err := watching.listed()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var open []string
	for _, w := range all {
		file, _, _ := strings.Cut(w.at, ":")
		used[file+" "+Normal(w.text)], used["file "+file], used["room "+path.Dir(file)] = true, true, true
		fault, err := watching.fault(w.text, func() string { return file })
		if err != nil {
			fault = err.Error()
		}
		switch {
		case fault == "":
		case w.whole || !slices.Contains(madeWhileRunning, file):
			t.Errorf("%s: %s", w.at, fault)
		default:
			open = append(open, w.at)
		}
	}
	t.Logf("%d statements; %d are bound, or not, by what is made while the program runs: %s", len(all), len(open), strings.Join(open, " "))
	if len(all) < 500 {
		t.Errorf("only %d statements were found", len(all))
	}
	for line := range listed {
		if !used[line] {
			t.Errorf("unbound.txt lists what is nowhere: %s", line)
		}
	}
}

var condition = regexp.MustCompile(`(AND )?\(?[\w.]*platform( \|\| '')?\)? = (\$\d+|\?|[\w.]+platform)( AND)?`)

// What is left of a statement when a condition of the platform is taken away is never
// one that the list lets pass.
func TestListHidesNoCondition(t *testing.T) {
	listed, err := watching.listed()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, w := range sources(t) {
		file, _, _ := strings.Cut(w.at, ":")
		for _, at := range condition.FindAllStringSubmatchIndex(w.text, -1) {
			left := w.text[:at[0]] + w.text[at[1]:]
			if at[2] >= 0 && at[8] >= 0 {
				left = w.text[:at[0]] + "AND" + w.text[at[1]:]
			}
			left = strings.TrimSuffix(strings.TrimSpace(left), "WHERE")
			tried++
			if listed[file+" "+Normal(left)] != "" {
				t.Errorf("%s: without %q it is a statement that unbound.txt lets pass: %s", w.at, w.text[at[0]:at[1]], Normal(left))
			}
		}
	}
	t.Logf("%d conditions", tried)
	if tried < 400 {
		t.Errorf("only %d conditions were found", tried)
	}
}
