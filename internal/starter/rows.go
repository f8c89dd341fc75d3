package starter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"phare/internal/flags"
	"phare/internal/term"
)

var (
	termColumns    = []string{"id", "parents", "en", "fr", "plain_fr", "plain_en", "syn_fr", "syn_en"}
	networkColumns = []string{"slug", "name", "scope_fr", "scope_en", "lead", "site", "verified", "source", "verified_on", "signs"}
	diseaseColumns = []string{"orpha", "omim", "fr", "en", "syn_fr", "syn_en", "networks", "inheritance", "onset", "territories", "genes", "signs", "source"}
)

// Codes of the tables, as HPO names them.
var (
	inheritances = map[string]string{
		"AD": "HP:0000006", "AR": "HP:0000007", "XL": "HP:0001417", "XLD": "HP:0001423", "XLR": "HP:0001419",
		"MT": "HP:0001427", "MULTI": "HP:0001426", "SPOR": "HP:0003745",
	}
	onsets = map[string]string{
		"antenatal": "HP:0030674", "neonatal": "HP:0003623", "infancy": "HP:0003593", "childhood": "HP:0011463",
		"adolescence": "HP:0003621", "adult": "HP:0003581", "elderly": "HP:0003584",
	}
	classes = map[string]term.FreqClass{
		"O": term.FreqObligate, "V": term.FreqVeryFrequent, "F": term.FreqFrequent,
		"C": term.FreqOccasional, "R": term.FreqVeryRare, "X": term.FreqExcluded,
	}
	territories = []string{"971", "972", "973", "974", "976", "OCC"}
	omimNumber  = regexp.MustCompile(`^[1-6]\d{5}$`)
)

// row is one line of a table, with where it stands.
type row struct {
	file string
	line int
	cell map[string]string
}

func (r row) fault(err error) error { return fmt.Errorf("%s:%d: %w", r.file, r.line, err) }

func (r row) faultf(format string, args ...any) error { return r.fault(fmt.Errorf(format, args...)) }

// list splits a cell at its semicolons.
func (r row) list(column string) (all []string) {
	for _, s := range strings.Split(r.cell[column], ";") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func (r row) labels(column, lang string, plain bool) (all []term.Label) {
	for _, s := range r.list(column) {
		all = append(all, term.Label{Text: s, Lang: lang, Plain: plain})
	}
	return all
}

// parse cuts a table into rows; lines that begin with # are comments.
func parse(file, text string, columns []string) (rows []row, err error) {
	var head bool
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if !head {
			if !slices.Equal(cells, columns) {
				return nil, fmt.Errorf("%s:%d: the columns must be %s", file, n, strings.Join(columns, " "))
			}
			head = true
			continue
		}
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("%s:%d: %d cells, want %d", file, n, len(cells), len(columns))
		}
		r := row{file, n, map[string]string{}}
		for i, c := range cells {
			r.cell[columns[i]] = strings.TrimSpace(c)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (b *builder) term(r row) error {
	id := r.cell["id"]
	if other, ok := b.where[id]; ok {
		return fmt.Errorf("%s stands already at %s:%d", id, other.file, other.line)
	}
	if r.cell["en"] == "" || r.cell["fr"] == "" {
		return fmt.Errorf("%s needs a French and an English label", id)
	}
	b.where[id], b.parents[id] = r, r.list("parents")
	t := term.Term{ID: id, EN: r.cell["en"], FR: r.cell["fr"], Phenotype: true}
	t.Synonyms = slices.Concat(r.labels("syn_fr", "fr", false), r.labels("syn_en", "en", false),
		r.labels("plain_fr", "fr", true), r.labels("plain_en", "en", true))
	b.k.Terms = append(b.k.Terms, t)
	return nil
}

func (b *builder) network(r row) error {
	n := term.Network{Slug: r.cell["slug"], Name: r.cell["name"], ScopeFR: r.cell["scope_fr"], ScopeEN: r.cell["scope_en"],
		Lead: r.cell["lead"], Site: r.cell["site"], Verified: r.cell["verified"] == "yes", Source: r.cell["source"], VerifiedOn: r.cell["verified_on"]}
	if n.Site != "" && !strings.HasPrefix(n.Site, "https://") {
		n.Site = "https://" + n.Site
	}
	for _, id := range r.list("signs") {
		t, ok := b.terms[id]
		if !ok {
			return fmt.Errorf("sign %s is in no table", id)
		}
		n.Signs = append(n.Signs, t)
	}
	slices.Sort(n.Signs)
	b.k.Networks = append(b.k.Networks, n)
	return nil
}

func (b *builder) disease(r row) error {
	d := term.Disease{ID: "ORPHA:" + r.cell["orpha"], EN: r.cell["en"], FR: r.cell["fr"], Genes: r.list("genes")}
	if b.diseases[d.ID] {
		return fmt.Errorf("%s stands twice", d.ID)
	}
	d.Synonyms = append(r.labels("syn_fr", "fr", false), r.labels("syn_en", "en", false)...)
	slices.Sort(d.Genes)
	var err error
	if d.Inheritance, err = coded(r.list("inheritance"), inheritances); err != nil {
		return err
	}
	if d.Onsets, err = coded(r.list("onset"), onsets); err != nil {
		return err
	}
	for _, t := range r.list("territories") {
		if !slices.Contains(territories, t) {
			return fmt.Errorf("territory %q is not one of %v", t, territories)
		}
		d.Territories = append(d.Territories, t)
	}
	for _, slug := range r.list("networks") {
		n, ok := b.networks[slug]
		if !ok {
			return fmt.Errorf("network %q is in no table", slug)
		}
		d.Networks = append(d.Networks, term.NetworkLink{Network: n, Rule: "starter"})
	}
	if err := b.signs(&d, r.list("signs")); err != nil {
		return err
	}
	return b.family(d, r.list("omim"))
}

// family adds a disease and the OMIM codes that name exactly it. A cell holds
// "162200" for a code that Orphanet maps exactly, and "162200:BTNT" (the ORPHA
// code is the broader one) or "162200:NTBT" (the narrower one) for a neighbour:
// a link, never a member, so that no two diseases are ranked as one.
func (b *builder) family(d term.Disease, omim []string) error {
	ids, twins := []string{d.ID}, []term.Disease(nil)
	for _, code := range omim {
		number, relation, marked := strings.Cut(code, ":")
		id := "OMIM:" + number
		switch {
		case !omimNumber.MatchString(number):
			return fmt.Errorf("%q is no OMIM number", number)
		case marked && relation != "BTNT" && relation != "NTBT":
			return fmt.Errorf("relation %q of %s is not one of BTNT NTBT", relation, id)
		case !marked && b.owners[id] != "":
			return fmt.Errorf("%s names %s already", id, b.owners[id])
		case !marked:
			relation = "E"
			b.owners[id] = d.ID
			ids = append(ids, id)
			twins = append(twins, term.Disease{ID: id, EN: d.EN, FR: d.FR, Networks: d.Networks})
		}
		d.Links = append(d.Links, term.Link{ID: id, Relation: relation})
	}
	for _, x := range append([]term.Disease{d}, twins...) {
		b.diseases[x.ID] = true
		b.k.Diseases = append(b.k.Diseases, x)
	}
	b.families = append(b.families, ids)
	return nil
}

func (b *builder) signs(d *term.Disease, list []string) error {
	for _, s := range list {
		i := strings.LastIndex(s, ":")
		if i < 0 {
			return fmt.Errorf("sign %q has no frequency", s)
		}
		class, ok := classes[s[i+1:]]
		if !ok {
			return fmt.Errorf("frequency %q of %s is not one of O V F C R X", s[i+1:], s[:i])
		}
		t, ok := b.terms[s[:i]]
		if !ok {
			return fmt.Errorf("sign %s is in no table", s[:i])
		}
		if class == term.FreqExcluded {
			d.Absent = append(d.Absent, t)
			continue
		}
		d.Signs = append(d.Signs, term.Sign{Term: t, Freq: term.Freq{Class: class, Percent: -1}, Sources: []string{"starter"}})
	}
	slices.Sort(d.Absent)
	slices.SortFunc(d.Signs, func(x, y term.Sign) int { return int(x.Term - y.Term) })
	return nil
}

// redFlags takes the red flags from their own table, which the self-check reads
// too: one list, one place to correct it.
func (b *builder) redFlags() error {
	all, err := flags.Builtin()
	if err != nil {
		return err
	}
	for _, i := range all.Items {
		b.k.RedFlags = append(b.k.RedFlags, term.RedFlag{ID: i.ID, FR: strings.TrimSpace(i.FR + " " + i.DoFR), EN: strings.TrimSpace(i.EN + " " + i.DoEN),
			Urgent: i.Kind == flags.Urgent, Source: i.Source})
	}
	b.k.Meta.Sources[0].Rows += len(all.Items)
	return nil
}

// coded turns our short words into HPO ids, sorted.
func coded(words []string, codes map[string]string) (ids []string, err error) {
	for _, w := range words {
		id, ok := codes[w]
		if !ok {
			return nil, fmt.Errorf("%q is not a known word here", w)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
