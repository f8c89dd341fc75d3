package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/store/storetest"
	"phare/internal/text"
	"phare/internal/web"
)

const rightsHead = `# Qui peut quoi au bureau, tel que le programme l’applique.
# Relu comme le ferait un médecin : quelqu’un peut-il ici ce qu’il ne devrait pas ?
# Fait et vérifié par TestRights ; après un changement voulu :
# go test ./internal/web -run TestRights -update
#
# Quelles pages chaque droit ouvre : policy.txt, à côté.

`

// tableOf is the table that a server shows.
func tableOf(t *testing.T, words *text.Catalog) web.RightsTable {
	t.Helper()
	s, err := web.New(web.Config{DB: storetest.Open(t, "sqlite"), Key: access.NewKey(), Text: words, Base: "http://phare.example"})
	must(t, err)
	return s.RightsTable()
}

// The table of rights is the one that was read and agreed, word for word; every
// right has a line, and stands there once.
func TestRights(t *testing.T) {
	words, err := text.Load()
	must(t, err)
	table := tableOf(t, words)
	var got strings.Builder
	got.WriteString(rightsHead)
	line := func(first string, cells []string) {
		row := fmt.Sprintf("%-72s", first)
		for _, c := range cells {
			row += fmt.Sprintf("%-13s", c)
		}
		got.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	var names []string
	for i, r := range table.Roles {
		names = append(names, string(r))
		fmt.Fprintf(&got, "# %-10s %s\n", r, words.Get("fr", table.RoleKey(r), nil))
		if slices.Contains(table.Roles[:i], r) {
			t.Errorf("%s twice", r)
		}
	}
	got.WriteString("\n")
	line("", names)
	for _, row := range table.Rows {
		var cells []string
		for _, has := range row.Has {
			cells = append(cells, map[bool]string{true: "oui", false: "–"}[has])
		}
		line(words.Get("fr", "rights.of."+row.Key, nil), cells)
	}
	golden := filepath.Join("testdata", "rights.txt")
	if *update {
		must(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if got.String() != string(want) {
		t.Errorf("the table is\n%s\nand was agreed as\n%s", got.String(), want)
	}
}

// Each right that a role of the program has is in the table, and none is there
// for nobody.
func TestRightsAreListed(t *testing.T) {
	words, err := text.Load()
	must(t, err)
	listed := access.Rights()
	slices.Sort(listed)
	if len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Errorf("a right stands twice: %v", listed)
	}
	for _, role := range access.Roles() {
		for _, right := range access.RightsOf(role) {
			if !slices.Contains(listed, right) {
				t.Errorf("%s has %s, which the table does not show", role, right)
			}
		}
	}
	for _, row := range tableOf(t, words).Rows {
		if !slices.Contains(row.Has, true) {
			t.Errorf("nobody has %s", row.Key)
		}
	}
}
