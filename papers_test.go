package phare_test

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tests are the names of every test and fuzz target of the tree.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	name, all := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]*)\(`), map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range name.FindAllStringSubmatch(string(b), -1) {
			all[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	specs, err := filepath.Glob("browser/*.spec.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range specs {
		all[filepath.Base(s)] = true
	}
	return all
}

// paper reads a table of doc as rows by column name. No cell may be empty.
func paper(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(filepath.Join("doc", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for n, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			if strings.TrimSpace(cell) == "" {
				t.Errorf("%s line %d: %s is empty", name, n+2, all[0][i])
			}
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// TestHazards holds the hazard log against the tests: each hazard has one, each
// that is named exists, no residual risk is too high, and each of 3 is argued.
func TestHazards(t *testing.T) {
	have := tests(t)
	rows := paper(t, "hazards.csv")
	for i, row := range rows {
		id := row["id"]
		if id != fmt.Sprintf("H%d", i+1) {
			t.Errorf("line %d is %s", i+2, id)
		}
		for _, name := range strings.Fields(row["tests"]) {
			if !have[name] {
				t.Errorf("%s names %s, which is no test", id, name)
			}
		}
		level := map[string]int{}
		for _, column := range []string{"severity", "likelihood", "residual"} {
			n, err := strconv.Atoi(row[column])
			if err != nil || n < 1 || n > 5 {
				t.Errorf("%s: %s is %q", id, column, row[column])
			}
			level[column] = n
		}
		if level["residual"] >= 4 {
			t.Errorf("%s: residual %d stops a release", id, level["residual"])
		}
		if level["residual"] == 3 && !strings.Contains(row["controls"], "Argued: ") {
			t.Errorf("%s: residual 3 is not argued", id)
		}
	}
	if len(rows) < 18 {
		t.Errorf("only %d hazards", len(rows))
	}
}

// asvsCounts are the requirements of ASVS 5.0.0, by chapter: level 1, level 2.
var asvsCounts = [17][2]int{{8, 19}, {4, 7}, {8, 11}, {2, 8}, {4, 5}, {13, 22}, {6, 12}, {4, 3}, {4, 3}, {5, 24}, {3, 11}, {3, 6}, {1, 12}, {2, 7}, {3, 10}, {0, 16}, {0, 7}}

// TestASVS holds the list of requirements: all of levels 1 and 2, each filled
// in; what holds by a test names tests that exist, what holds by reading says
// when, and what does not hold yet names the gap.
func TestASVS(t *testing.T) {
	have, seen, counts, states := tests(t), map[string]bool{}, [17][2]int{}, map[string]int{}
	tested := 0
	for _, row := range paper(t, "asvs.csv") {
		id := row["id"]
		var chapter, section, number int
		if _, err := fmt.Sscanf(id, "V%d.%d.%d", &chapter, &section, &number); err != nil || chapter < 1 || chapter > 17 || seen[id] {
			t.Errorf("%s: no id, or twice", id)
			continue
		}
		seen[id] = true
		level, err := strconv.Atoi(row["level"])
		if err != nil || level < 1 || level > 2 {
			t.Errorf("%s: level %q", id, row["level"])
			continue
		}
		counts[chapter-1][level-1]++
		state, proof := row["applies"], strings.Fields(row["test"])
		states[state]++
		switch state {
		case "yes":
			if !strings.HasPrefix(row["test"], "read 20") {
				tested++
			}
			if !slices.ContainsFunc(proof, func(s string) bool { return have[s] }) && !strings.HasPrefix(row["test"], "read 20") {
				t.Errorf("%s: neither a test nor a dated reading: %q", id, row["test"])
			}
		case "not yet", "no", "operator":
			if len(row["where"]) < 12 {
				t.Errorf("%s: does not say what is missing or why not", id)
			}
		default:
			t.Errorf("%s: applies %q", id, state)
		}
		for _, name := range proof {
			if (strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasSuffix(name, ".mjs")) && !have[name] {
				t.Errorf("%s names %s, which is no test", id, name)
			}
		}
	}
	if counts != asvsCounts {
		t.Errorf("requirements by chapter and level %v, want %v", counts, asvsCounts)
	}
	for name, words := range map[string]string{
		"security-edges.md": "%d requirements: %d hold here, %d not yet, %d are the operator's, %d do not apply",
		"capabilities.md":   "a line for each of %d | [asvs](asvs.csv) | `TestASVS` | %d hold, %d not yet, %d the operator's, %d do not apply",
	} {
		told := fmt.Sprintf(words, len(seen), states["yes"], states["not yet"], states["operator"], states["no"])
		if b, err := os.ReadFile(filepath.Join("doc", name)); err != nil || !strings.Contains(string(b), told) {
			t.Errorf("doc/%s does not say %q (%v)", name, told, err)
		}
	}
	t.Logf("%d requirements: %v; %d of those that hold name a test", len(seen), states, tested)
}

// TestPapersNameTests: a test that a paper of security names in its proof exists.
func TestPapersNameTests(t *testing.T) {
	have, named := tests(t), 0
	for _, paper := range []string{"aipd.md", "security-edges.md", "security-operator.md", "security-rights.md", "security-ways-in.md", "security.md", "reliability.md", "capabilities.md"} {
		b, err := os.ReadFile(filepath.Join("doc", paper))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`").FindAllStringSubmatch(string(b), -1) {
			named++
			if !have[m[1]] {
				t.Errorf("doc/%s names %s, which is no test", paper, m[1])
			}
		}
	}
	if named < 100 {
		t.Errorf("only %d tests are named", named)
	}
}
