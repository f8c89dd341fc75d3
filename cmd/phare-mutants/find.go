package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A mutant is the program with one check of a right taken away.
type mutant struct {
	kind       string // "check", "can", "who", "platform", "circle", "stand", "route", "fresh", "file", "grant"
	file       string // path in the module
	line       int
	what       string // the words that were exchanged, on one line
	start, end int    // bytes of the file that are exchanged
	with       string // what stands there; zzMe is the number of the mutant
	plain      string // of a condition of a statement: what stands there in the sources of this mutant alone
	id         string // the number, given when all are known
	alone      bool   // it cannot be one of many in one program
}

// name is how a mutant is called in the list: without its line, which moves.
func (m mutant) name() string { return m.kind + " " + m.file + " " + m.what }

// rooms are where rights are asked. Doctor, jobs, store and the commands read
// all platforms by their nature.
var rooms = []string{"access", "answer", "arrival", "attachment", "audit", "casefile", "circle", "consent", "directory", "erasure", "expertise", "history", "instrument", "kin", "merge",
	"need", "news", "patient", "person", "report", "request", "retention", "sender", "staff", "web"}

// find lists the mutants of the module at root.
func find(root string) (all []mutant, err error) {
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join(root, "internal", room, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			some, err := findIn(root, name)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	return all, nil
}

// hunt is the search in one file.
type hunt struct {
	set  *token.FileSet
	file string
	text string
	all  []mutant

	fixed []ast.Node // constants: nothing is called in them
}

func findIn(root, name string) ([]mutant, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	h := &hunt{set: token.NewFileSet(), text: string(b)}
	if h.file, err = filepath.Rel(root, name); err != nil {
		return nil, err
	}
	parsed, err := parser.ParseFile(h.set, name, b, 0)
	if err != nil {
		return nil, err
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			return n.Name.Name != "Check" && n.Name.Name != "Can" // they are tried by what they are asked
		case *ast.CallExpr:
			h.call(n)
		case *ast.BinaryExpr:
			h.compare(n)
		case *ast.GenDecl:
			if n.Tok == token.CONST {
				h.fixed = append(h.fixed, n)
			}
		case *ast.BasicLit:
			h.query(n)
		case *ast.CompositeLit:
			h.literal(n)
		}
		return true
	})
	return h.all, nil
}

func (h *hunt) words(n ast.Node) (string, int, int) {
	start, end := h.set.Position(n.Pos()).Offset, h.set.Position(n.End()).Offset
	return h.text[start:end], start, end
}

func (h *hunt) add(kind string, n ast.Node, with string) {
	words, start, end := h.words(n)
	h.all = append(h.all, mutant{kind: kind, file: h.file, line: h.set.Position(n.Pos()).Line, what: strings.Join(strings.Fields(words), " "), start: start, end: end, with: with})
}

// call finds x.Check(right) and x.Can(right) of an actor, and what the circle
// of a file and a second person are asked.
func (h *hunt) call(c *ast.CallExpr) {
	words, _, _ := h.words(c)
	of, asked := h.callee(c)
	switch {
	case asked == "Check" && len(c.Args) == 1 && isActor(of):
		h.add("check", c, noRefusal(words))
	case asked == "Can" && len(c.Args) == 1 && isActor(of):
		h.add("can", c, "("+words+" || zzIs(zzMe))")
	case of == "access" && asked == "Apart", of == "circle" && guards[asked] == "nil":
		h.add("circle", c, noRefusal(words))
	case of == "access" && (asked == "Near" || asked == "Handled"):
		h.add("circle", c, "func() (bool, error) { is, err := "+words+"; return is && !zzIs(zzMe), err }()")
	case of == "access" && asked == "Settled":
		h.add("circle", c, "func() (bool, error) { is, err := "+words+"; return is || zzIs(zzMe), err }()")
	case of == "circle" && guards[asked] != "":
		room := "circle."
		if strings.HasPrefix(h.file, "internal/circle/") {
			room = ""
		}
		h.add("stand", c, strings.NewReplacer("@", room, "CALL", words).Replace(guards[asked]))
	}
}

// noRefusal is a call that never refuses.
func noRefusal(words string) string {
	return "func() error { err := " + words + "; if zzIs(zzMe) { return nil }; return err }()"
}

// callee is the room or value that is asked, and the verb. A room asks itself
// without saying its name.
func (h *hunt) callee(c *ast.CallExpr) (of, asked string) {
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		of, _, _ = h.words(f.X)
		return of, f.Sel.Name
	case *ast.Ident:
		return filepath.Base(filepath.Dir(h.file)), f.Name
	}
	return "", ""
}

// guards are what the circle of a file is asked, and what it then says to
// everyone: nil is no refusal.
var guards = map[string]string{
	"Check":        "nil",
	"CheckReading": "nil",
	"notBarred":    "nil",
	"Stand":        "func() (@Standing, error) { s, err := CALL; if zzIs(zzMe) { s = @Standing{Verdict: @In} }; return s, err }()",
	"Stands":       "func() (map[phare.ID]@Standing, error) { all, err := CALL; for id := range all { if zzIs(zzMe) { all[id] = @Standing{Verdict: @In} } }; return all, err }()",
	"Hidden":       "func() ([]@Shut, error) { all, err := CALL; if zzIs(zzMe) { all = nil }; return all, err }()",
	"PatientStand": "func() (@Verdict, string, error) { s, who, err := CALL; if zzIs(zzMe) { s, who = @In, \"\" }; return s, who, err }()",
}

// isActor says whether an expression names who acts. The checks of forms have
// other names.
func isActor(x string) bool {
	last := x[strings.LastIndexByte(x, '.')+1:]
	return last == "by" || last == "By" || last == "a" || strings.HasSuffix(x, ".Actor()")
}

// compare finds the refusals of another role or another platform ("this is not
// so" as a reason to stop), and what nobody may do to their own.
func (h *hunt) compare(b *ast.BinaryExpr) {
	words, _, _ := h.words(b)
	left, _, _ := h.words(b.X)
	right, _, _ := h.words(b.Y)
	switch {
	case b.Op == token.NEQ && (left == "by.Role" || strings.HasSuffix(left, ".Platform") && strings.Contains(words, "by.Platform")),
		b.Op == token.EQL && (left == "by.ID" || right == "by.ID"):
		h.add("who", b, "("+words+" && !zzIs(zzMe))")
	}
}

var ofPlatform = regexp.MustCompile(`(\((?:\w+\.)?platform \|\| ''\)|\b(?:\w+\.)?platform) (?:= (\$\d+|\?|\w+\.platform\b)|IN \((?:'[^']*'|\$\d+)(?:, (?:'[^']*'|\$\d+))*\))`)

// query finds the platform among the conditions of a query; not where it is set.
func (h *hunt) query(l *ast.BasicLit) {
	if l.Kind != token.STRING {
		return
	}
	words, start, _ := h.words(l)
	for _, at := range ofPlatform.FindAllStringIndex(words, -1) {
		before := words[:at[0]]
		if strings.LastIndex(before, " SET ") > strings.LastIndex(before, "WHERE ") {
			continue
		}
		condition := words[at[0]:at[1]]
		m := mutant{kind: "platform", file: h.file, line: h.set.Position(l.Pos()).Line, what: oneLine(words) + " · " + condition, start: start + at[0], end: start + at[1]}
		m.plain = "(" + condition + " OR 1 = 1)"
		quote := words[:1]
		m.with = quote + " + zzEither(zzMe, " + quote + condition + quote + ") + " + quote
		if slices.ContainsFunc(h.fixed, func(n ast.Node) bool { return n.Pos() <= l.Pos() && l.End() <= n.End() }) {
			m.alone, m.with = true, m.plain
		}
		h.all = append(h.all, m)
	}
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:60]) + " … " + string(r[len(r)-59:])
	}
	return s
}

// literal finds the routes, each with its policy, and the table of rights.
func (h *hunt) literal(c *ast.CompositeLit) {
	if len(c.Elts) == 3 && h.file[:len("internal/web")] == "internal/web" {
		if l, ok := c.Elts[0].(*ast.BasicLit); ok && route.MatchString(l.Value) {
			h.route(c.Elts[1], l.Value)
		}
		return
	}
	kind, _, _ := h.words(c)
	if strings.HasPrefix(kind, "map[Role][]Right{") {
		h.grants(c)
	}
}

var route = regexp.MustCompile(`^"(GET|POST|PUT|DELETE) /`)

// route makes the policy of a route weaker, in each way there is.
func (h *hunt) route(policy ast.Expr, pattern string) {
	words, start, end := h.words(policy)
	line := h.set.Position(policy.Pos()).Line
	for _, kind := range []string{"route", "fresh", "file"} {
		h.all = append(h.all, mutant{kind: kind, file: h.file, line: line, what: pattern, start: start, end: end, with: "zzWeaker(" + pattern + ", " + words + ")"})
	}
}

// grants gives each role each right that it has not.
func (h *hunt) grants(table *ast.CompositeLit) {
	has := map[string]map[string]bool{}
	var every []string
	seen := map[string]bool{}
	for _, e := range table.Elts {
		kv := e.(*ast.KeyValueExpr)
		role, _, _ := h.words(kv.Key)
		has[role] = map[string]bool{}
		for _, r := range kv.Value.(*ast.CompositeLit).Elts {
			right, _, _ := h.words(r)
			has[role][right] = true
			if !seen[right] {
				seen[right], every = true, append(every, right)
			}
		}
	}
	for _, e := range table.Elts {
		kv := e.(*ast.KeyValueExpr)
		role, _, _ := h.words(kv.Key)
		for _, right := range every {
			if has[role][right] {
				continue
			}
			list := kv.Value.(*ast.CompositeLit)
			open := h.set.Position(list.Lbrace).Offset + 1
			h.all = append(h.all, mutant{kind: "grant", file: h.file, line: h.set.Position(list.Pos()).Line, what: role + " gets " + right, start: open, end: open})
		}
	}
}

// weaker is what the policy of a route loses, by the kind of its mutant: the
// condition under which there is something to lose, and the loss.
var weaker = map[string][2]string{
	"route": {`p.Right != "" && p.Right != access.OwnEntry`, `p.Right = access.OwnEntry`}, // all staff may come
	"fresh": {`p.Fresh`, `p.Fresh = false`},                                               // who proved long ago who they are
	"file":  {`p.File != NoFile`, `p.File = NoFile`},                                      // who is not of the circle of the file
}

// asked is the variable that says to a program of many mutants which one it is.
const asked = "PHARE_MUTANT"

// beside is the file that the mutants of a room need beside the others: all of them
// are one program, which reads which one it is.
func beside(room string, all []mutant) string {
	var b strings.Builder
	fmt.Fprintf(&b, `package %s

import "os"
%s
var zzAsked = os.Getenv(%q)

func zzIs(id string) bool { return id == zzAsked }

func zzEither(id, condition string) string {
	if zzIs(id) {
		return "(" + condition + " OR 1 = 1)"
	}
	return condition
}
`, room, map[string]string{"web": "import \"phare/internal/access\"\n"}[room], asked)
	switch room {
	case "web":
		weakerBeside(&b)
	case "access":
		grantsBeside(&b, all)
	}
	return b.String()
}

// weakerBeside is what makes policies weaker. Where one has nothing to lose there is
// no mutant: the program says so as soon as its routes are listed.
func weakerBeside(b *strings.Builder) {
	b.WriteString("\nfunc zzWeaker(pattern string, p Policy) Policy {\n\tswitch zzAsked {\n")
	for _, kind := range slices.Sorted(maps.Keys(weaker)) {
		fmt.Fprintf(b, "\tcase %q + pattern:\n\t\tif !(%s) {\n\t\t\tpanic(\"zz: the same program\")\n\t\t}\n\t\t%s\n", kind+" ", weaker[kind][0], weaker[kind][1])
	}
	b.WriteString("\t}\n\treturn p\n}\n")
}

// grantsBeside is what gives rights.
func grantsBeside(b *strings.Builder, all []mutant) {
	b.WriteString("\nfunc init() {\n\tswitch zzAsked {\n")
	for _, m := range all {
		if m.kind == "grant" {
			role, right, _ := strings.Cut(m.what, " gets ")
			fmt.Fprintf(b, "\tcase %q:\n\t\trights[%s] = append(rights[%s], %s)\n", m.which(), role, role, right)
		}
	}
	b.WriteString("\t}\n}\n")
}

// which is what asked is set to for this mutant.
func (m mutant) which() string {
	switch m.kind {
	case "route", "fresh", "file":
		plain, _ := strconv.Unquote(m.what)
		return m.kind + " " + plain
	case "grant":
		return m.kind + " " + m.what
	}
	return m.id
}

// number gives each mutant its number, and finds those that must be compiled alone:
// one within which another begins.
func number(all []mutant) {
	for i := range all {
		all[i].id = strconv.Itoa(i)
		for _, o := range all {
			if o.file == all[i].file && o.start >= all[i].start && o.end <= all[i].end && o.end-o.start < all[i].end-all[i].start {
				all[i].alone = true
			}
		}
	}
}

// apply returns the text of the mutant's file.
func (m mutant) apply(text string) string {
	return text[:m.start] + strings.ReplaceAll(m.with, "zzMe", strconv.Quote(m.id)) + text[m.end:]
}

func (m mutant) String() string { return fmt.Sprintf("%s:%d %s: %s", m.file, m.line, m.kind, m.what) }
