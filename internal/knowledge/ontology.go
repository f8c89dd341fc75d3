package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"phare/internal/term"
)

// Roots of the HPO branches that annotations use.
const (
	rootSign        = "HP:0000118" // Phenotypic abnormality
	rootOnset       = "HP:0003674" // Onset
	rootInheritance = "HP:0000005" // Mode of inheritance
)

// ontology is the HPO while a build runs.
type ontology struct {
	version string // release date, "2025-05-06"
	terms   []term.Term
	at      map[string]int32  // live ids
	moved   map[string]string // alternative and replaced ids to the live id
	gone    map[string]bool   // obsolete ids that nothing replaces
}

// node is one term as a file has it, before ids become indexes.
type node struct {
	term       term.Term
	parents    []string
	obsolete   bool
	replacedBy string
}

// readOntology reads hp.json or hp.obo.
func (b *builder) readOntology() error {
	f := b.with(roleOntology)[0]
	fr := b.rep.file(f)
	read := readOBOGraph
	if f.obo {
		read = readOBO
	}
	nodes, version, digest, err := read(f)
	if err != nil {
		return err
	}
	fr.Version = version
	b.onto, err = newOntology(f, fr, nodes)
	if err != nil {
		return err
	}
	b.onto.version = version
	b.source(f, fr, digest)
	return nil
}

// newOntology links nodes: sorted, parents as indexes, old ids to new ones.
func newOntology(f *file, fr *FileReport, nodes []node) (*ontology, error) {
	slices.SortFunc(nodes, func(a, b node) int { return strings.Compare(a.term.ID, b.term.ID) })
	o := &ontology{at: map[string]int32{}, moved: map[string]string{}, gone: map[string]bool{}}
	for _, n := range nodes {
		if n.obsolete {
			continue
		}
		if _, twice := o.at[n.term.ID]; twice {
			return nil, bad(f, 0, fetchAgain, "%s is defined twice", n.term.ID)
		}
		o.at[n.term.ID] = int32(len(o.terms))
		o.terms = append(o.terms, n.term)
	}
	if _, ok := o.at[rootSign]; !ok {
		return nil, bad(f, 0, wrongFile, "%s Phenotypic abnormality is not in it", rootSign)
	}
	for _, n := range nodes {
		if n.obsolete {
			fr.skip("obsolete term")
			continue
		}
		fr.Taken++
		if err := o.link(f, n); err != nil {
			return nil, err
		}
	}
	o.replace(nodes, fr)
	o.mark()
	return o, nil
}

// link resolves the parents of a live node.
func (o *ontology) link(f *file, n node) error {
	t := &o.terms[o.at[n.term.ID]]
	for _, p := range n.parents {
		i, ok := o.at[p]
		if !ok {
			return bad(f, 0, fetchAgain, "%s has the parent %s, which is not in the file", t.ID, p)
		}
		t.Parents = append(t.Parents, i)
	}
	slices.Sort(t.Parents)
	t.Parents = slices.Compact(t.Parents)
	return nil
}

// replace fills in which live term each old id means. An id that is live is
// never an alternative of another term, whatever a file says, and an old id
// that two terms claim goes to the first.
func (o *ontology) replace(nodes []node, fr *FileReport) {
	next := map[string]string{}
	for _, n := range nodes {
		if n.obsolete && n.replacedBy != "" {
			next[n.term.ID] = n.replacedBy
		}
		for _, a := range n.term.AltIDs {
			if _, known := next[a]; !known && !n.obsolete {
				next[a] = n.term.ID
			}
		}
	}
	for i := range o.terms {
		o.terms[i].AltIDs = nil
	}
	for old := range next {
		if _, live := o.at[old]; live {
			fr.skip("alternative id of one term that is a term itself")
			continue
		}
		to := next[old]
		for range len(next) {
			if _, live := o.at[to]; live {
				break
			}
			to = next[to]
		}
		if i, live := o.at[to]; live {
			o.moved[old] = to
			o.terms[i].AltIDs = append(o.terms[i].AltIDs, old)
		}
	}
	for i := range o.terms {
		slices.Sort(o.terms[i].AltIDs)
	}
	for _, n := range nodes {
		if n.obsolete && o.moved[n.term.ID] == "" {
			o.gone[n.term.ID] = true
		}
	}
}

// mark sets Phenotype on every term under the root of signs.
func (o *ontology) mark() {
	for i := range o.under(rootSign) {
		o.terms[i].Phenotype = true
	}
}

// under returns the terms at and below root.
func (o *ontology) under(root string) map[int32]bool {
	children := make([][]int32, len(o.terms))
	for i := range o.terms {
		for _, p := range o.terms[i].Parents {
			children[p] = append(children[p], int32(i))
		}
	}
	found := map[int32]bool{}
	start, ok := o.at[root]
	if !ok {
		return found
	}
	for todo := []int32{start}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !found[i] {
			found[i] = true
			todo = append(todo, children[i]...)
		}
	}
	return found
}

// find resolves an id to its live term; replaced says that the id was an old one.
func (o *ontology) find(id string) (i int32, replaced, ok bool) {
	if i, ok := o.at[id]; ok {
		return i, false, true
	}
	if to, ok := o.moved[id]; ok {
		return o.at[to], true, true
	}
	return 0, false, false
}

// look resolves an id for a reader and reports what it could not, or had to, change.
func (o *ontology) look(id, place string, fr *FileReport) (int32, bool) {
	i, replaced, ok := o.find(id)
	if !ok {
		if o.gone[id] {
			place += ", obsolete without replacement"
		}
		fr.unknown(id, place)
		return 0, false
	}
	if replaced {
		fr.Replaced++
	}
	return i, true
}

// hpoID turns an OBO address into an id: "…/HP_0000118" to "HP:0000118". It
// returns "" for what is not an HPO term.
func hpoID(address string) string {
	i := strings.LastIndexByte(address, '/') + 1
	id := strings.Replace(address[i:], "_", ":", 1)
	if len(id) != len(rootSign) || !strings.HasPrefix(id, "HP:") {
		return ""
	}
	return id
}

// place names a line for a report.
func place(n int) string { return fmt.Sprintf("line %d", n) }
