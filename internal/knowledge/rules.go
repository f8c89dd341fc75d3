package knowledge

import (
	_ "embed"
	"maps"
	"slices"
	"strings"

	"phare/internal/term"
)

// rulesTable holds our rules for the networks of codes that no table names.
//
//go:embed fsmr_rules.tsv
var rulesTable string

// headRules are the rules of one preferential parent.
type headRules struct {
	base    string      // network of what no refinement catches
	refined [][2]string // ancestor and network, the first choice first
}

// rules reads the table that is part of the program.
func rules() map[string]*headRules {
	out := map[string]*headRules{}
	for line := range strings.Lines(rulesTable) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 4 || !digits.MatchString(cells[0]) {
			continue // comments and the line of column names
		}
		h := out[cells[0]]
		if h == nil {
			h = &headRules{}
			out[cells[0]] = h
		}
		if cells[1] == "" {
			h.base = cells[2]
		} else {
			h.refined = append(h.refined, [2]string{cells[1], cells[2]})
		}
	}
	return out
}

// applyRules gives networks by rule to the ORPHA codes in use that the table
// ORPHA to FSMR does not name. It needs the linearisation (product 7).
func (b *builder) applyRules() {
	named := map[string]bool{}
	for _, f := range b.records {
		if f.f.role == roleFSMR {
			for code := range f.index {
				named[code] = true
			}
		}
	}
	at := map[string]int32{}
	for i, n := range b.networks() {
		at[n.Slug] = int32(i)
	}
	table, given := rules(), 0
	for _, id := range slices.Sorted(maps.Keys(b.diseases)) {
		r := &b.diseases[id].rec
		h := table[r.head]
		if h == nil || named[r.code] || r.movedTo != "" || len(r.networks) > 0 {
			continue
		}
		r.networks = b.byRule(r, h, at)
		given += min(1, len(r.networks))
	}
	if given > 0 {
		b.rep.note("%s got their network by rule (preferential parent and ancestors), to be reviewed by people", plural(given, "ORPHA code"))
	}
}

// byRule are the networks of one code: those of its refining ancestors, or
// that of its head.
func (b *builder) byRule(r *record, h *headRules, at map[string]int32) []term.NetworkLink {
	above := b.ancestors(r.code)
	var out []term.NetworkLink
	for _, rule := range h.refined {
		if i, ok := at[rule[1]]; ok && above[rule[0]] {
			out = addNetwork(out, term.NetworkLink{Network: i, Rule: "ancestor " + rule[0]})
		}
	}
	if i, ok := at[h.base]; ok && len(out) == 0 {
		out = append(out, term.NetworkLink{Network: i, Rule: "head " + r.head})
	}
	return out
}

// ancestors are the codes above a code in the classifications, itself included.
func (b *builder) ancestors(code string) map[string]bool {
	found := map[string]bool{}
	for todo := []string{code}; len(todo) > 0; {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if found[c] {
			continue
		}
		found[c] = true
		if e := b.diseases["ORPHA:"+c]; e != nil {
			todo = append(todo, e.rec.parents...)
		}
	}
	return found
}
