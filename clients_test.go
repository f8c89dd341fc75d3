package phare_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ownWay are the folders that may open connections without internal/outbound,
// and why.
var ownWay = map[string]string{
	"internal/outbound":        "it is the way out",
	"internal/store":           "PostgreSQL, whose one address is a setting",
	"internal/mail":            "SMTP, whose one address is a setting",
	"internal/attachment":      "the virus scanner, whose one socket on this machine is a setting",
	"internal/torture":         "a tool for developers that torments its own site",
	"internal/access/oidctest": "a provider for tests, asked by them",
	"cmd/phare-load":           "a tool for developers that loads its own site",
}

// ways are the names by which Go code opens a connection or makes a client.
var ways = map[string][]string{
	"net/http":   {"Client", "DefaultClient", "Transport", "DefaultTransport", "Get", "Head", "Post", "PostForm"},
	"net":        {"Dial", "DialTimeout", "Dialer", "DialTCP", "DialUDP", "DialUnix", "DialIP"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer", "Client"},
	"net/smtp":   {"Dial", "SendMail"},
	"net/rpc":    {"Dial", "DialHTTP"},
}

// TestOneWayOut holds every program and room to the one client that refuses the
// hospital's own network. A pointer to http.Client as a field or parameter is no
// way out; making one is.
func TestOneWayOut(t *testing.T) {
	set, n := token.NewFileSet(), 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || len(d.Name()) > 1 && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || ownWay[filepath.ToSlash(filepath.Dir(path))] != "" {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		n++
		for _, at := range waysOut(f) {
			t.Errorf("%s: %s: ask through internal/outbound", set.Position(at.Pos()), at.X.(*ast.Ident).Name+"."+at.Sel.Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 150 {
		t.Errorf("only %d files", n)
	}
}

// The test sees what it is for.
func TestOneWayOutSees(t *testing.T) {
	for source, want := range map[string]int{
		`import "net/http"; func f() { http.Get("x") }`:                       1,
		`import web "net/http"; var c = web.Client{}`:                         1,
		`import "net/http"; func f(c *http.Client) { c.Get("x") }`:            0,
		`import "net/http"; type t struct { c *http.Client }`:                 0,
		`import "net/http"; var c = &http.Client{Transport: nil}`:             1,
		`import "net"; func f() { net.Dial("tcp", "x"); net.Listen("", "") }`: 1,
		`import "net/http"; var c = new(http.Client)`:                         1,
		`import "net/http"; func f() { var c http.Client; c.Get("x") }`:       1,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(waysOut(f)); got != want {
			t.Errorf("%s: %d found, want %d", source, got, want)
		}
	}
}

func waysOut(f *ast.File) (found []*ast.SelectorExpr) {
	names := map[string][]string{} // by the name under which a package is imported here
	for _, imp := range f.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		names[name] = ways[path]
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if star, ok := n.(*ast.StarExpr); ok {
			if sel, ok := star.X.(*ast.SelectorExpr); ok && sel.Sel.Name == "Client" {
				return false // somebody else's client
			}
		}
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok {
			for _, bad := range names[pkg.Name] {
				if sel.Sel.Name == bad {
					found = append(found, sel)
				}
			}
		}
		return true
	})
	return found
}

// TestOneSpreadsheet holds every file for spreadsheets to the one writer that
// makes no formulas. Reading is free.
func TestOneSpreadsheet(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, bad := range []string{"csv." + "NewWriter", "text" + "/csv\"", "excel" + "ize", "spreadsheet" + "ml"} {
			if strings.Contains(string(b), bad) {
				t.Errorf("%s holds %s: write through internal/spreadsheet", path, bad)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
