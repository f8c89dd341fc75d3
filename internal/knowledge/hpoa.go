package knowledge

import (
	"fmt"
	"regexp"
	"strings"
)

// entry is one disease while a build runs.
type entry struct {
	id          string
	name        string // as phenotype.hpoa has it
	signs       map[int32]*tally
	onsets      map[string]bool
	inheritance map[string]bool
	rec         record // what Orphanet says of it; empty for others
}

// disease returns the entry of an id, new if need be.
func (b *builder) disease(id string) *entry {
	e := b.diseases[id]
	if e == nil {
		e = &entry{id: id, signs: map[int32]*tally{}, onsets: map[string]bool{}, inheritance: map[string]bool{}}
		b.diseases[id] = e
	}
	return e
}

// tally returns the lines about one sign, new if need be.
func (e *entry) tally(t int32) *tally {
	s := e.signs[t]
	if s == nil {
		s = &tally{}
		e.signs[t] = s
	}
	return s
}

// annotations reads phenotype.hpoa line by line.
type annotations struct {
	b        *builder
	f        *file
	fr       *FileReport
	col      map[string]int
	width    int
	hpo      string // release of the ontology that the file was made with
	data     int    // lines of data
	rejected int    // rows that could not be understood

	onset, inheritance map[int32]bool
}

var diseaseID = regexp.MustCompile(`^(OMIM|ORPHA|DECIPHER|MONDO):[A-Za-z0-9]+$`)

// readAnnotations reads phenotype.hpoa if there is one.
func (b *builder) readAnnotations() error {
	for _, f := range b.with(roleHPOA) {
		a := &annotations{b: b, f: f, fr: b.rep.file(f),
			onset: b.onto.under(rootOnset), inheritance: b.onto.under(rootInheritance)}
		digest, err := eachLine(f, a.line)
		if err != nil {
			return err
		}
		if a.data == 0 {
			return bad(f, 0, fetchAgain, "no annotation in it")
		}
		if a.fr.Missing*10 > a.data {
			return bad(f, 0, "use an ontology of the same release", "%d of %d lines use HPO ids that the ontology does not have", a.fr.Missing, a.data)
		}
		b.hpoa = a.fr
		a.reportConflicts()
		b.source(f, a.fr, digest)
		if err := checkRelease(f, b.rep, a.hpo, b.onto.version); err != nil {
			return err
		}
	}
	return nil
}

// line takes one line: comment, header or annotation.
func (a *annotations) line(n int, line string) error {
	if a.col == nil {
		return a.head(n, line)
	}
	if line == "" {
		return nil
	}
	cells := strings.Split(line, "\t")
	if len(cells) != a.width {
		return bad(a.f, n, fetchAgain, "%s instead of %d", plural(len(cells), "column"), a.width)
	}
	a.data++
	if err := a.row(n, cells); err != nil {
		a.rejected++
		a.fr.skip("row not understood")
		if a.rejected <= shown {
			a.fr.Faults = append(a.fr.Faults, fmt.Sprintf("line %d: %v", n, err))
		}
	}
	return nil
}

// head takes the lines before the data: versions, then the column names.
func (a *annotations) head(n int, line string) error {
	plain := strings.TrimPrefix(line, "#")
	key, value, _ := strings.Cut(plain, ":")
	switch {
	case strings.HasPrefix(plain, "database_id\t"), strings.HasPrefix(plain, "DatabaseID\t"):
		cells := strings.Split(strings.ToLower(plain), "\t")
		cells[0] = "database_id"
		col, err := header(a.f, n, cells, "database_id", "qualifier", "hpo_id", "frequency", "aspect")
		a.col, a.width = col, len(cells)
		return err
	case !strings.HasPrefix(line, "#"):
		return bad(a.f, n, wrongFile, "data before the line of column names")
	case key == "version" || key == "date":
		a.fr.Version = strings.TrimSpace(value)
	case key == "hpo-version":
		a.hpo = releaseDate(value)
	}
	return nil
}

// cell is one column of a row, "" when the file has no such column.
func (a *annotations) cell(cells []string, name string) string {
	if i, ok := a.col[name]; ok {
		return strings.TrimSpace(cells[i])
	}
	return ""
}

// row takes one annotation. An error means that the row cannot be understood;
// rows left out on purpose are counted by reason.
func (a *annotations) row(n int, cells []string) error {
	id := a.cell(cells, "database_id")
	if !diseaseID.MatchString(id) {
		return fmt.Errorf("disease id %q", id)
	}
	aspect := a.cell(cells, "aspect")
	switch aspect {
	case "P", "C", "I":
	case "H", "M":
		a.fr.skip("aspect " + aspect + " (past history or modifier)")
		return nil
	default:
		return fmt.Errorf("aspect %q", aspect)
	}
	t, ok := a.b.onto.look(a.cell(cells, "hpo_id"), place(n), a.fr)
	if !ok {
		return nil
	}
	e := a.b.disease(id)
	if e.name == "" {
		e.name = a.cell(cells, "disease_name")
	}
	if a.cell(cells, "sex") != "" {
		a.fr.note("lines with a sex, read as for both")
	}
	var line tally
	if err := line.add(a.cell(cells, "frequency")); err != nil {
		return err
	}
	not := strings.EqualFold(a.cell(cells, "qualifier"), "NOT")
	if aspect == "P" {
		return a.sign(e, t, not, cells)
	}
	a.course(e, t, aspect, not || !line.positive())
	return nil
}

// sign adds a row of aspect P to its disease.
func (a *annotations) sign(e *entry, t int32, not bool, cells []string) error {
	if !a.b.onto.terms[t].Phenotype {
		a.fr.skip("aspect P, but not a term under Phenotypic abnormality")
		return nil
	}
	s := e.tally(t)
	s.hpoa = true
	a.fr.Taken++
	if not { // whatever its frequency says
		s.absent = true
		a.fr.note("lines with NOT, read as absent")
		return nil
	}
	return s.add(a.cell(cells, "frequency"))
}

// course adds a row of aspect C or I: only onset and inheritance are kept.
func (a *annotations) course(e *entry, t int32, aspect string, absent bool) {
	id := a.b.onto.terms[t].ID
	switch {
	case absent:
		a.fr.skip("onset, course or inheritance recorded as absent")
	case aspect == "C" && a.onset[t]:
		e.onsets[id] = true
		a.fr.Taken++
	case aspect == "I" && a.inheritance[t]:
		e.inheritance[id] = true
		a.fr.Taken++
	default:
		a.fr.skip("aspect " + aspect + ", but neither onset nor mode of inheritance")
	}
}

// reportConflicts counts the signs that lines both assert and deny.
func (a *annotations) reportConflicts() {
	n := 0
	for _, e := range a.b.diseases {
		for _, s := range e.signs {
			if s.conflict() {
				n++
			}
		}
	}
	if n > 0 {
		a.b.rep.note("%s: %s recorded both as seen and as absent: kept as seen", a.f.name, plural(n, "sign"))
	}
}
