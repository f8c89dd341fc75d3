package starter

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phare/internal/knowledge"
	"phare/internal/term"
)

// The official files that our tables are held against.
const (
	hpoFile    = "hp.v2025-05-06.json.gz"
	orphaFile  = "orphapacket-2025-12.tar.gz"
	minimumIDs = 950 // so that a table that was emptied by mistake does not pass
)

// otherCodes are the OMIM codes of our rows that the Orphanet packet does not
// give for that ORPHA code, each with the reason why the row has it.
var otherCodes = map[string]string{
	"ORPHA:528623 OMIM:106100": "names type 1, for which Orphanet has the subtype ORPHA:100050",
}

// official reads the official files, or skips the test where they are not at hand.
func official(t *testing.T) *term.Knowledge {
	dir := os.Getenv("PHARE_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for root != filepath.Dir(root) {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared")
	}
	two := t.TempDir()
	for _, name := range []string{hpoFile, orphaFile} {
		path, err := filepath.Abs(filepath.Join(dir, "data", name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Skipf("the official file %s is not at hand: set PHARE_SHARED to the folder that holds data/", name)
		}
		if err := os.Symlink(path, filepath.Join(two, name)); err != nil {
			t.Fatal(err)
		}
	}
	k, _, err := knowledge.Build(knowledge.Options{Dir: two})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Every id, label, parent and code of the tables is as HPO and Orphanet have it.
func TestAgainstOfficialFiles(t *testing.T) {
	their := official(t)
	our, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("terms", func(t *testing.T) { checkTerms(t, our, their) })
	t.Run("diseases", func(t *testing.T) { checkDiseases(t, our, their) })
	t.Run("networks", func(t *testing.T) { checkNetworks(t, our, their) })
}

func checkTerms(t *testing.T, our, their *term.Knowledge) {
	if len(our.Terms) < minimumIDs {
		t.Errorf("%d terms", len(our.Terms))
	}
	for i, o := range our.Terms {
		at, status := their.TermByID(o.ID)
		if status != term.IDLive {
			t.Errorf("%s %s is not a live id of HPO", o.ID, o.EN)
			continue
		}
		if h := their.Terms[at]; h.EN != o.EN || !h.Phenotype {
			t.Errorf("%s is %q in HPO (a sign: %v), %q in our table", o.ID, h.EN, h.Phenotype, o.EN)
		}
		if strings.TrimSpace(o.FR) == "" {
			t.Errorf("%s %s has no French label", o.ID, o.EN)
		}
		var have []string
		for _, p := range our.Terms[i].Parents {
			have = append(have, our.Terms[p].ID)
		}
		slices.Sort(have)
		if want := nearest(our, their, at); !slices.Equal(have, want) {
			t.Errorf("%s %s: parents %v, but the nearest terms above it in our tables are %v", o.ID, o.EN, have, want)
		}
	}
}

// nearest returns the ids of our terms that HPO has above the term at, without
// those above another of them, sorted.
func nearest(our, their *term.Knowledge, at int32) (ids []string) {
	var above []int32
	for _, a := range their.Ancestors(at) {
		if _, status := our.TermByID(their.Terms[a].ID); a != at && status == term.IDLive {
			above = append(above, a)
		}
	}
	for _, a := range above {
		farther := slices.ContainsFunc(above, func(b int32) bool { return b != a && their.IsA(b, a) })
		if !farther {
			ids = append(ids, their.Terms[a].ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func checkDiseases(t *testing.T, our, their *term.Knowledge) {
	checked, listed := 0, map[string]bool{}
	for _, o := range our.Diseases {
		if !strings.HasPrefix(o.ID, "ORPHA:") {
			continue
		}
		checked++
		at, ok := their.DiseaseByID(o.ID)
		if !ok || their.Diseases[at].MovedTo != "" {
			t.Errorf("%s %s is not an active code of Orphanet", o.ID, o.EN)
			continue
		}
		h := their.Diseases[at]
		if strings.TrimSpace(o.FR) == "" {
			t.Errorf("%s %s has no French name", o.ID, o.EN)
		}
		for _, l := range o.Links {
			if pair := o.ID + " " + l.ID; otherCodes[pair] != "" {
				listed[pair] = true
			} else if !slices.Contains(h.Links, l) {
				t.Errorf("%s %s: %s with relation %s is not a cross-reference of Orphanet: %v", o.ID, o.EN, l.ID, l.Relation, omim(h.Links))
			}
		}
		for _, g := range o.Genes {
			if len(h.Genes) > 0 && !slices.Contains(h.Genes, g) {
				t.Logf("look again: %s %s: %s is not among the causal genes of Orphanet", o.ID, o.EN, g)
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d diseases checked", checked)
	}
	for pair, why := range otherCodes {
		if !listed[pair] {
			t.Errorf("%s (%s) is listed here but stands in no table", pair, why)
		}
	}
	checkFamilies(t, our, their)
}

// checkFamilies holds that two codes share an entry only where Orphanet says that they name the same disease.
func checkFamilies(t *testing.T, our, their *term.Knowledge) {
	for _, f := range our.Families {
		var orpha []string
		for _, m := range f.Members {
			if id := our.Diseases[m].ID; strings.HasPrefix(id, "ORPHA:") {
				orpha = append(orpha, id)
			}
		}
		if len(orpha) != 1 {
			t.Errorf("the family %s has the ORPHA codes %v, want one", f.ID, orpha)
			continue
		}
		at, ok := their.DiseaseByID(orpha[0])
		if !ok {
			continue // said above
		}
		for _, m := range f.Members {
			id := our.Diseases[m].ID
			if id != orpha[0] && !slices.Contains(their.Diseases[at].Links, term.Link{ID: id, Relation: "E"}) {
				t.Errorf("the family of %s holds %s, which is not exact in Orphanet", orpha[0], id)
			}
		}
	}
}

func omim(links []term.Link) (all []term.Link) {
	for _, l := range links {
		if strings.HasPrefix(l.ID, "OMIM:") {
			all = append(all, l)
		}
	}
	return all
}

// slugs are the 23 networks that the Ministry has labelled.
const slugs = "anddi-rares brain-team cardiogen defiscience fai2r fava-multi filfoie filnemus filslan fimarad fimatho firendo " +
	"g2m marih mcgre mhemo muco-cftr neurosphinx orkid oscar respifil sensgene tetecou"

func checkNetworks(t *testing.T, our, their *term.Knowledge) {
	var have []string
	for _, n := range our.Networks {
		have = append(have, n.Slug)
		if len(n.Signs) == 0 {
			t.Errorf("the network %s has no first-orientation sign", n.Slug)
		}
		for _, s := range n.Signs {
			if at, status := their.TermByID(our.Terms[s].ID); status != term.IDLive || !their.Terms[at].Phenotype {
				t.Errorf("the network %s: %s is not a live sign of HPO", n.Slug, our.Terms[s].ID)
			}
		}
	}
	if got := strings.Join(have, " "); got != slugs {
		t.Errorf("networks %s\nwant %s", got, slugs)
	}
}
