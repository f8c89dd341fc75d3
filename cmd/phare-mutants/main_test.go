package main

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// made lists the mutants of one file of a room.
func made(t *testing.T, room, text string) []mutant {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "internal", room)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := find(root)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const sample = `package x

func F(by access.Actor) error {
	if err := by.Check(access.ReadRequest); err != nil {
		return err
	}
	if err := fields.Check(now); err != nil {
		return err
	}
	if by.Role != access.System || n.Platform != by.Platform {
		return errNo
	}
	store.One(v, scan, "SELECT id FROM request WHERE id = $1 AND platform = $2", id)
	tx.Exec("UPDATE account SET platform = $1 WHERE id = $2 AND a.platform = $3", id)
	tx.Exec("SELECT id FROM a JOIN b ON (b.platform || '') = a.platform WHERE a.platform IN ('', $1) AND a.platform <> $2", id)
	if access.Apart(v, by, e.AskedBy, now) != nil || a == b || e.AskedBy == by.ID {
		return errNo
	}
	verdict, holder, err := circle.PatientStand(v, by, id)
	return circle.Check(v, by, id)
}
`

// Each check of a right in a file is found, and nothing else; a program without
// it differs in that place only.
func TestFind(t *testing.T) {
	var got []string
	for _, m := range made(t, "request", sample) {
		got = append(got, m.kind+" "+sample[m.start:m.end])
		changed := m.apply(sample)
		if !strings.HasPrefix(changed, sample[:m.start]) || !strings.HasSuffix(changed, sample[m.end:]) || changed == sample {
			t.Errorf("%s changes more, or nothing", m)
		}
	}
	want := []string{
		"check by.Check(access.ReadRequest)",
		"who by.Role != access.System", "who n.Platform != by.Platform",
		"platform platform = $2", "platform a.platform = $3",
		"platform (b.platform || '') = a.platform", "platform a.platform IN ('', $1)",
		"circle access.Apart(v, by, e.AskedBy, now)", "who e.AskedBy == by.ID",
		"stand circle.PatientStand(v, by, id)",
		"circle circle.Check(v, by, id)",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The room that answers asks itself without its name, and its own answer stays
// what the others are exchanged for.
func TestFindInItsOwnRoom(t *testing.T) {
	all := made(t, "circle", "package circle\n\nfunc Check() error { return Stand(v, by, id) }\n\nfunc Break() error {\n\ts, err := Stand(v, by, id)\n\treturn notBarred(v)\n}\n")
	if len(all) != 2 || all[0].kind != "stand" || all[0].with != "func() (Standing, error) { s, err := Stand(v, by, id); if zzIs(zzMe) { s = Standing{Verdict: In} }; return s, err }()" || all[1].kind != "circle" {
		t.Errorf("%+v", all)
	}
}

// A route loses its right and its fresh proof; a role gets what it has not.
func TestFindRoutesAndGrants(t *testing.T) {
	routes := made(t, "web", "package web\n\nvar r = []Route{{\"GET /bureau\", read, s.desk}, {\"not a route\", 1, 2}}\n")
	if len(routes) != 3 || routes[0].kind != "route" || routes[0].what != `"GET /bureau"` || !strings.Contains(routes[0].with, `zzWeaker("GET /bureau", read)`) {
		t.Errorf("routes %v", routes)
	}
	grants := made(t, "access", "package access\n\nvar rights = map[Role][]Right{Nurse: {Read, Write}, Public: {Write}}\n")
	if len(grants) != 1 || grants[0].what != "Public gets Read" {
		t.Errorf("grants %v", grants)
	}
	web, door := beside("web", routes), beside("access", grants)
	for _, text := range []string{web, door} {
		if _, err := parser.ParseFile(token.NewFileSet(), "zz.go", text, 0); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
	}
	if routes[0].which() != "route GET /bureau" || !strings.Contains(web, `case "route " + pattern:`) || !strings.Contains(door, strconv.Quote(grants[0].which())) {
		t.Errorf("%q and %q are asked for otherwise than told", routes[0].which(), grants[0].which())
	}
}

// What is many mutants in one is the program itself until it is told which one it
// is; a mutant within another, or within a constant, is compiled alone.
func TestManyInOne(t *testing.T) {
	text := "package request\n\nconst q = `WHERE platform = $1`\n\nfunc F() {\n\tone(`a WHERE platform = $1 AND x`)\n\tcircle.Stand(v, by, is(by.ID == x))\n\tby.Check(access.A)\n}\n"
	all := made(t, "request", text)
	number(all)
	var alone []string
	for _, m := range all {
		if m.alone {
			alone = append(alone, m.kind)
		}
	}
	if strings.Join(alone, " ") != "platform stand" {
		t.Errorf("alone: %v of %v", alone, all)
	}
	for _, m := range all {
		if _, err := parser.ParseFile(token.NewFileSet(), "x.go", m.apply(text), 0); err != nil {
			t.Errorf("%s: %v in\n%s", m, err, m.apply(text))
		}
		if !m.alone && !strings.Contains(m.apply(text), strconv.Quote(m.id)) {
			t.Errorf("%s does not ask which one it is", m)
		}
	}
}

// The test of the statements reads a mutant's file with its condition always so, and
// nothing else changed; for another mutant there is no such file.
func TestAlone(t *testing.T) {
	text := "package request\n\nfunc F() {\n\tone(`a WHERE platform = $1 AND x`)\n\tone(`b WHERE platform = $1`)\n\tby.Check(access.A)\n}\n"
	all := made(t, "request", text)
	number(all)
	b := &bench{root: t.TempDir()}
	name := filepath.Join(b.root, all[0].file)
	os.MkdirAll(filepath.Dir(name), 0o755)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	list, err := b.alone(all[0], t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var is struct{ Replace map[string]string }
	if raw, err := os.ReadFile(list); err != nil || json.Unmarshal(raw, &is) != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(is.Replace[name])
	if want := strings.Replace(text, "platform = $1 AND x", "(platform = $1 OR 1 = 1) AND x", 1); err != nil || string(got) != want {
		t.Errorf("%v, %s", err, got)
	}
	if all[0].suites()[0] != statements || all[2].suites()[0] == statements {
		t.Error("the test of the statements does not come first, or for what is none")
	}
	if list, err := b.alone(all[2], t.TempDir()); err != nil || list != "" {
		t.Errorf("%q, %v", list, err)
	}
}

// An excuse needs a reason, and is not given for what a test notices.
func TestVerdicts(t *testing.T) {
	name := filepath.Join(t.TempDir(), "excused")
	os.WriteFile(name, []byte("check a.go x\n"), 0o644)
	if _, err := readExcused(name); err == nil {
		t.Error("an excuse without a reason was taken")
	}
	seen, unseen := mutant{kind: "check", file: "a.go", what: "x"}, mutant{kind: "check", file: "b.go", what: "y"}
	if tell([]verdict{{seen, "TestX", nil}}, nil) != nil {
		t.Error("what was noticed is a fault")
	}
	if tell([]verdict{{unseen, "", nil}}, nil) == nil {
		t.Error("what nobody noticed is no fault")
	}
	if tell([]verdict{{unseen, "", nil}}, map[string]string{unseen.name(): "why"}) != nil {
		t.Error("an excuse does not count")
	}
	if tell([]verdict{{seen, "TestX", nil}}, map[string]string{seen.name(): "why"}) == nil {
		t.Error("what was noticed is excused")
	}
}

// Each verb that find looks for by name is there: one that moved or was renamed
// would be looked for in vain.
func TestNamesAreThere(t *testing.T) {
	all, err := find(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(slices.Collect(maps.Keys(guards)), "access.Apart", "access.Near", "Near", "Handled", "access.Settled") {
		if !slices.ContainsFunc(all, func(m mutant) bool { return strings.Contains(m.what, name+"(") }) {
			t.Errorf("nobody asks %s", name)
		}
	}
}
