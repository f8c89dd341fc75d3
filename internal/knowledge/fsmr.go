package knowledge

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"phare/internal/term"
)

// networkNames are the 23 FSMR, for a build without our own knowledge.
var networkNames = []string{
	"AnDDI-Rares", "BRAIN-TEAM", "CARDIOGEN", "DéfiScience", "FAI²R", "FAVA-Multi", "FILFOIE", "FILNEMUS",
	"FilSLAN", "FIMARAD", "FIMATHO", "FIRENDO", "G2M", "MaRIH", "MCGRE", "MHEMO", "MUCO-CFTR", "NeuroSphinx",
	"ORKiD", "OSCAR", "RespiFIL", "SENSGENE", "TETECOU",
}

// networks returns the networks of the Knowledge, sorted by slug.
func (b *builder) networks() []term.Network {
	var list []term.Network
	if s := b.opt.Starter; s != nil && len(s.Networks) > 0 {
		for _, n := range s.Networks {
			n.Signs = b.translate(s, n.Signs)
			list = append(list, n)
		}
	} else {
		for _, name := range networkNames {
			list = append(list, term.Network{Slug: slug(name), Name: name, Source: "list of the 23 networks, from memory"})
		}
	}
	slices.SortFunc(list, func(x, y term.Network) int { return strings.Compare(x.Slug, y.Slug) })
	return list
}

// translate turns indexes into another Knowledge's terms into ours.
func (b *builder) translate(from *term.Knowledge, signs []int32) []int32 {
	var out []int32
	for _, s := range signs {
		if i, _, ok := b.onto.find(from.Terms[s].ID); ok {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// slug makes "DéfiScience" into "defiscience" and "FAI²R" into "fai2r".
func slug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// folded is a slug without hyphens: tables spell the names in several ways.
func folded(name string) string { return strings.ReplaceAll(slug(name), "-", "") }

// readFSMR reads the table ORPHA to FSMR. Its order is the order of choice when
// a code has several lines.
func (b *builder) readFSMR(f *file) error {
	at := map[string]int32{}
	for i, n := range b.networks() {
		at[folded(n.Slug)], at[folded(n.Name)] = int32(i), int32(i)
	}
	ed := newEdition(f, b.rep.file(f))
	var col map[string]int
	digest, err := eachLine(f, func(n int, line string) error {
		cells := strings.Split(line, "\t")
		if col == nil {
			var err error
			col, err = header(f, n, cells, "orpha", "fsmr_proposed", "rule")
			return err
		}
		if line == "" || strings.HasPrefix(line, "#") {
			return nil
		}
		if len(cells) != len(col) {
			return bad(f, n, "repair the line", "%s instead of %d", plural(len(cells), "column"), len(col))
		}
		code, name := clean(cells[col["orpha"]]), clean(cells[col["fsmr_proposed"]])
		if !digits.MatchString(code) {
			return bad(f, n, "repair the line", "%q is not an ORPHA code", code)
		}
		i, ok := at[folded(name)]
		r := ed.record(code) // also when outside the networks: the table has named it
		if !ok {
			ed.fr.skip("no network: " + name)
			return nil
		}
		rule := clean(cells[col["rule"]])
		if i, ok := col["linearisation_head"]; ok && rule == "head" {
			rule += " " + clean(cells[i])
		}
		r.networks = append(r.networks, term.NetworkLink{Network: i, Rule: rule})
		ed.fr.Taken++
		return nil
	})
	if err != nil {
		return err
	}
	b.add(ed, digest)
	return nil
}
