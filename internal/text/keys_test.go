package text_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"phare/internal/text"
)

// uses is what the program asks of the catalogues.
type uses struct {
	exact   map[string]string   // key → a place that shows it: it must exist
	pattern map[string]string   // "mail.*.subject" → a place: at least one key must fit
	soft    map[string]bool     // sums that begin like a key but may be something else
	either  map[string]string   // key or key.label → a place: a field of a form, a heading
	seen    map[string]bool     // any text that could be a key: enough to be in use
	args    map[string][]string // "place\x00key" → the placeholders given in a template
}

// keyLike is the shape of a key: "request.birth_date.missing".
var keyLike = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+$`)

// stemLike is the fixed beginning of a key that is put together: "mail.".
var stemLike = regexp.MustCompile(`^[a-z][a-z0-9_-]*\.([a-z0-9_.-]*\.)?$`)

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("no go.mod above this folder")
	return ""
}

// Every key that the program shows is in the catalogues, and every key of the
// catalogues is shown somewhere.
func TestKeys(t *testing.T) {
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys := slices.Sorted(maps.Keys(c.Keys("fr")))
	u := gather(t, root(t))
	if len(u.exact) < 50 {
		t.Fatalf("only %d uses found: the readers of code no longer find them", len(u.exact))
	}
	for _, key := range slices.Sorted(maps.Keys(u.exact)) {
		if !c.Has(key) {
			t.Errorf("%s: the catalogues lack %s", u.exact[key], key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(u.either)) {
		if !c.Has(key) && !c.Has(key+".label") {
			t.Errorf("%s: the catalogues lack %s and %s.label", u.either[key], key, key)
		}
	}
	var fit []*regexp.Regexp
	for _, p := range slices.Sorted(maps.Keys(u.pattern)) {
		re := like(p)
		fit = append(fit, re)
		if !slices.ContainsFunc(keys, re.MatchString) {
			t.Errorf("%s: no key of the catalogues is like %s", u.pattern[p], p)
		}
	}
	for p := range u.soft {
		fit = append(fit, like(p))
	}
	for _, key := range keys {
		field := strings.TrimSuffix(strings.TrimSuffix(key, ".label"), ".hint")
		if u.exact[key] != "" || u.seen[key] || u.either[field] != "" || u.seen[field] {
			continue
		}
		if !slices.ContainsFunc(fit, func(re *regexp.Regexp) bool { return re.MatchString(key) || re.MatchString(field) }) {
			t.Errorf("nothing shows %s", key)
		}
	}
	checkArguments(t, u)
}

// like is a pattern as an expression; a part may be empty ("desk.empty.").
func like(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
}

// checkArguments holds that a template gives a message the placeholders it takes.
func checkArguments(t *testing.T, u *uses) {
	takes := map[string][]string{}
	for _, m := range messages(t) {
		takes[m.key] = append(takes[m.key], placeholders(m.text)...)
	}
	for place, given := range u.args {
		where, key, _ := strings.Cut(place, "\x00")
		for _, name := range takes[key] {
			if !slices.Contains(given, name) {
				t.Errorf("%s: %s takes {{.%s}}, which is not given", where, key, name)
			}
		}
	}
}

// gather reads the code and the templates of the whole program.
func gather(t *testing.T, dir string) *uses {
	u := &uses{exact: map[string]string{}, pattern: map[string]string{}, soft: map[string]bool{}, either: map[string]string{}, seen: map[string]bool{}, args: map[string][]string{}}
	packages := map[string][]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != dir && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		rel, _ := filepath.Rel(dir, path)
		switch {
		case strings.HasSuffix(name, ".html"):
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			u.template(filepath.ToSlash(rel), string(b))
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range packages {
		g := &goUses{uses: u, set: set, root: dir, makers: map[string]maker{}}
		for range 3 { // a maker may call a maker
			for _, f := range files {
				g.file(f)
			}
		}
	}
	return u
}

// goUses reads one package.
type goUses struct {
	*uses
	set    *token.FileSet
	root   string
	makers map[string]maker // by the name of the function
}

// maker is a function that puts one of its parameters into a key, as in
// given(name, value) → "request."+name+".missing": its callers name the key.
type maker struct {
	param   int
	pattern string
}

func (g *goUses) place(n ast.Node) string {
	p := g.set.Position(n.Pos())
	rel, _ := filepath.Rel(g.root, p.Filename)
	return fmt.Sprintf("%s:%d", filepath.ToSlash(rel), p.Line)
}

func (g *goUses) file(f *ast.File) {
	for _, d := range f.Decls {
		fn, _ := d.(*ast.FuncDecl)
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, ok := literal(n); ok && keyLike.MatchString(s) {
					g.seen[s] = true
				}
			case *ast.BinaryExpr:
				if p, ok := patternOf(n); ok {
					g.soft[p] = true
				}
			case *ast.KeyValueExpr:
				switch name(n.Key) {
				case "Key":
					g.heading(n.Value)
				case "Next":
					g.word(n.Value, nextPattern)
				}
			case *ast.CompositeLit:
				g.composite(n)
			case *ast.ValueSpec:
				if len(n.Values) == len(n.Names) && nextName.MatchString(n.Names[0].Name) {
					g.word(n.Values[0], nextPattern)
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if name(to) == "Next" && len(n.Rhs) == len(n.Lhs) {
						g.word(n.Rhs[i], nextPattern)
					}
				}
			case *ast.CallExpr:
				g.call(n, fn)
			}
			return true
		})
	}
}

// kinds are the records whose Kind is part of a key, and of which.
var kinds = map[string][]string{
	"Event":   {"event.*"},
	"Message": {"mail.*.subject", "mail.*.body"},
}

// nextPattern is the key of a request's next action, which constants and
// assignments called Next name.
const nextPattern = "next.*"

var nextName = regexp.MustCompile(`^Next[A-Z]`)

// composite notes the kind of an event or a message.
func (g *goUses) composite(c *ast.CompositeLit) {
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok || name(kv.Key) != "Kind" {
			continue
		}
		for _, p := range kinds[name(c.Type)] {
			g.word(kv.Value, p)
		}
	}
}

// word notes the key, or the keys, that a word is a part of.
func (g *goUses) word(e ast.Expr, pattern string) {
	if s, ok := literal(e); ok {
		if s != "" {
			g.exact[strings.Replace(pattern, "*", s, 1)] = g.place(e)
		}
	} else if b, ok := e.(*ast.BinaryExpr); ok {
		if p, ok := patternOf(b); ok {
			g.pattern[strings.Replace(pattern, "*", p, 1)] = g.place(e)
		}
	}
}

// name is the last word of an identifier, or "".
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// heading notes a literal that a struct holds as Key; a template shows it as it
// is or as the label of a field.
func (g *goUses) heading(e ast.Expr) {
	if s, ok := literal(e); ok && keyLike.MatchString(s) {
		g.either[s] = g.place(e)
	}
}

// call notes the key that a call shows.
func (g *goUses) call(c *ast.CallExpr, in *ast.FuncDecl) {
	called := name(c.Fun)
	if m, ok := g.makers[called]; ok && m.param < len(c.Args) && !asksNothing(c) {
		g.made(c.Args[m.param], m.pattern, in)
	}
	if called != "Field" && called != "Fault" && called != "Get" || len(c.Args) < 2 || name(c.Args[0]) == "Internal" {
		return // an internal fault is never shown
	}
	e := c.Args[1]
	if s, ok := literal(e); ok && keyLike.MatchString(s) {
		g.exact[s] = g.place(e)
	} else if b, ok := e.(*ast.BinaryExpr); ok {
		if p, ok := patternOf(b); ok {
			g.pattern[p] = g.place(e)
			g.learn(b, p, in)
		}
	}
}

// asksNothing says that a call makes a field optional: it passes 0 or false, so
// that the message about a missing answer never comes.
func asksNothing(c *ast.CallExpr) bool {
	return slices.ContainsFunc(c.Args, func(e ast.Expr) bool {
		b, ok := e.(*ast.BasicLit)
		return name(e) == "false" || ok && b.Value == "0"
	})
}

// learn remembers in as a maker if the key is made with one of its parameters.
func (g *goUses) learn(b *ast.BinaryExpr, p string, in *ast.FuncDecl) {
	if in == nil || strings.Count(p, "*") != 1 {
		return
	}
	for _, part := range parts(b) {
		if id, ok := part.(*ast.Ident); ok {
			if i := param(in, id.Name); i >= 0 {
				g.makers[in.Name.Name] = maker{i, p}
			}
		}
	}
}

// made notes the key that a maker makes of an argument, or that its caller is a maker too.
func (g *goUses) made(arg ast.Expr, pattern string, in *ast.FuncDecl) {
	if s, ok := literal(arg); ok {
		g.exact[strings.Replace(pattern, "*", s, 1)] = g.place(arg)
	} else if id, ok := arg.(*ast.Ident); ok && in != nil {
		if i := param(in, id.Name); i >= 0 {
			g.makers[in.Name.Name] = maker{i, pattern}
		}
	}
}

// param is the place of a parameter of f, or -1.
func param(f *ast.FuncDecl, name string) int {
	i := 0
	for _, field := range f.Type.Params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

func literal(e ast.Expr) (string, bool) {
	b, ok := e.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(b.Value)
	return s, err == nil
}

// parts takes a sum of texts apart.
func parts(e ast.Expr) []ast.Expr {
	if b, ok := e.(*ast.BinaryExpr); ok && b.Op == token.ADD {
		return append(parts(b.X), parts(b.Y)...)
	}
	return []ast.Expr{e}
}

// patternOf writes a sum that begins like a key with * for what is not literal.
func patternOf(b *ast.BinaryExpr) (string, bool) {
	if b.Op != token.ADD {
		return "", false
	}
	all := parts(b)
	if first, ok := literal(all[0]); !ok || !stemLike.MatchString(first) {
		return "", false
	}
	p := ""
	for _, e := range all {
		s, ok := literal(e)
		if !ok {
			s = "*"
		}
		p += s
	}
	return p, true
}

var (
	action     = regexp.MustCompile(`\{\{[^}]*\}\}`)
	quoted     = regexp.MustCompile(`"([^"]*)"`)
	shown      = regexp.MustCompile(`(?:^|[\s(|{])t\s+"([^"]+)"((?:\s+"[A-Za-z]+"\s+(?:\([^)]*\)|[^\s(){}]+))*)`)
	fieldOf    = regexp.MustCompile(`\bfield\s+\S+\s+"[^"]+"\s+"([^"]+)"`)
	printed    = regexp.MustCompile(`\bprint((?:\s+(?:"[^"]*"|[$.\w]+))+)`)
	printParts = regexp.MustCompile(`"[^"]*"|[$.\w]+`)
	argument   = regexp.MustCompile(`\s"([A-Z][A-Za-z]*)"`)
)

// template notes what the actions of a page show.
func (u *uses) template(name, page string) {
	for i, line := range strings.Split(page, "\n") {
		place := fmt.Sprintf("%s:%d", name, i+1)
		for _, act := range action.FindAllString(line, -1) {
			u.action(place, act)
		}
	}
}

func (u *uses) action(place, act string) {
	for _, m := range quoted.FindAllStringSubmatch(act, -1) {
		if keyLike.MatchString(m[1]) {
			u.seen[m[1]] = true
		}
	}
	for _, m := range shown.FindAllStringSubmatch(act, -1) {
		u.exact[m[1]] = place
		given := []string{}
		for _, a := range argument.FindAllStringSubmatch(m[2], -1) {
			given = append(given, a[1])
		}
		u.args[place+"\x00"+m[1]] = given
	}
	for _, m := range fieldOf.FindAllStringSubmatch(act, -1) {
		u.either[m[1]] = place
	}
	for _, m := range printed.FindAllStringSubmatch(act, -1) {
		p, first := "", ""
		for i, part := range printParts.FindAllString(m[1], -1) {
			s := "*"
			if part[0] == '"' {
				s = strings.Trim(part, `"`)
			}
			if i == 0 {
				first = s
			}
			p += s
		}
		// A hint need not exist; what t shows must.
		if stemLike.MatchString(first) && !strings.Contains(act, "hint (print") {
			u.pattern[p] = place
		}
	}
}

// The readers see each way in which the program names a key.
func TestReaders(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module sample\n")
	write("sample.go", `package sample

const NextCall = "call"

var steps = []step{{Key: "ask.block.you"}}

func given(name, value string) error {
	return phare.Field(name, "request."+name+".missing")
}

func must(name string) error { return given(name, "") }

func all() {
	given("story", "x")
	must("question")
	long("commune", 0)
	phare.Fault(phare.Conflict, "error.conflict")
	phare.Fault(phare.Internal, "store.broken")
	words.Get(lang, "mail."+kind+".body", nil)
	header.Get("Accept.Language")
	Tell(Event{Kind: "close." + reason})
	Queue(mail.Message{Kind: "news"})
	r.Next = "triage"
	may("request.read")
}

func long(name string, least int) error {
	return phare.Field(name, "patient."+name+".missing")
}
`)
	write("page.html", `{{t "layout.skip"}} {{t "ask.check.to" "Team" .Desk.Team "Day" (day .Zone .At)}}
{{template "input" (field $f "login" "sign.login" "text" "auto=username")}} {{t (print "access.role." .Role)}}
{{with hint (print "ask.step." .Slug)}}{{.}}{{end}} {{template "part" (list "ask.loose")}} {{if eq .X "t"}}{{end}}
`)
	u := gather(t, dir)
	for what, tt := range map[string]struct{ got, want []string }{
		"exact": {slices.Sorted(maps.Keys(u.exact)), []string{"ask.check.to", "error.conflict", "layout.skip", "mail.news.body", "mail.news.subject",
			"next.call", "next.triage", "request.question.missing", "request.story.missing"}},
		"pattern": {slices.Sorted(maps.Keys(u.pattern)), []string{"access.role.*", "event.close.*", "mail.*.body", "patient.*.missing", "request.*.missing"}},
		"either":  {slices.Sorted(maps.Keys(u.either)), []string{"ask.block.you", "sign.login"}},
		"args":    {u.args["page.html:1\x00ask.check.to"], []string{"Team", "Day"}},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %q\nwant %q", what, tt.got, tt.want)
		}
	}
	if !u.seen["request.read"] || !u.seen["ask.loose"] || u.seen["Accept.Language"] {
		t.Errorf("seen: %v", u.seen)
	}
}
