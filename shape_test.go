package phare_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Budgets that make one think before a thing grows; an exception stands in
// larger, with its reason.
const (
	maxFileLines = 400
	maxFuncLines = 60
	maxParams    = 5
)

// larger are the exceptions: file or file:function → why it is one thing.
var larger = map[string]string{}

// TestShape holds files, functions and comments to the budgets.
func TestShape(t *testing.T) {
	set := token.NewFileSet()
	packages := map[string]bool{} // folder → has a package comment
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || len(d.Name()) > 1 && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "zz_") {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		packages[dir] = packages[dir] || f.Doc != nil
		checkFile(t, set, path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, commented := range packages {
		if !commented {
			t.Errorf("%s: no package comment says what it is", dir)
		}
	}
}

func checkFile(t *testing.T, set *token.FileSet, path string, f *ast.File) {
	if n := set.File(f.Pos()).LineCount(); n > maxFileLines && larger[path] == "" {
		t.Errorf("%s has %d lines, more than %d", path, n, maxFileLines)
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := path + ":" + d.Name.Name
			if d.Recv == nil && d.Name.Name == "init" {
				t.Errorf("%s has an init: nothing is set up behind one's back", path)
			}
			if d.Body != nil {
				if n := set.Position(d.End()).Line - set.Position(d.Pos()).Line + 1; n > maxFuncLines && larger[name] == "" {
					t.Errorf("%s has %d lines, more than %d", name, n, maxFuncLines)
				}
			}
			if n := params(d.Type); n > maxParams && larger[name] == "" {
				t.Errorf("%s takes %d parameters, more than %d", name, n, maxParams)
			}
			if d.Name.IsExported() && d.Doc == nil && f.Name.Name != "main" {
				t.Errorf("%s is exported and has no comment", name)
			}
		case *ast.GenDecl:
			checkDecl(t, path, d)
		}
	}
}

// params counts what a caller must think of: a context is passed on without.
func params(f *ast.FuncType) int {
	n := f.Params.NumFields()
	if n > 0 {
		if sel, ok := f.Params.List[0].Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			n--
		}
	}
	return n
}

func checkDecl(t *testing.T, path string, d *ast.GenDecl) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				t.Errorf("%s: type %s is exported and has no comment", path, s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					t.Errorf("%s: %s is exported and has no comment", path, n.Name)
				}
			}
		}
	}
}
