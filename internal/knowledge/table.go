package knowledge

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"phare/internal/term"
)

// table says how to read an Orphadata product that somebody turned into CSV.
type table struct {
	columns []string
	take    func(e *edition, r *record, cell func(string) string)
}

// The tables, by what they add to a code's record.
var (
	tableGenes = table{[]string{"gene_symbol", "association_type"}, func(e *edition, r *record, cell func(string) string) {
		e.gene(r, cell("gene_symbol"), cell("association_type"))
	}}
	tableHeads = table{[]string{"target_disorder_code"}, func(e *edition, r *record, cell func(string) string) {
		if head := cell("target_disorder_code"); digits.MatchString(head) {
			fill(&r.head, head)
			return
		}
		e.fr.skip("no target code")
	}}
	tablePrevalence = table{[]string{"prevalence_type", "prevalence_class", "prevalence_geographic"},
		func(e *edition, r *record, cell func(string) string) {
			e.figure(r, term.Prevalence{Kind: cell("prevalence_type"), Class: cell("prevalence_class"), Place: cell("prevalence_geographic")})
		}}
	tableAges = table{[]string{"age_of_onset", "type_of_inheritance"}, func(e *edition, r *record, cell func(string) string) {
		for w := range strings.SplitSeq(cell("age_of_onset"), "|") {
			hpoWords(&r.onsets, onsetWords, w, e.fr)
		}
		for w := range strings.SplitSeq(cell("type_of_inheritance"), "|") {
			hpoWords(&r.inheritance, inheritanceWords, w, e.fr)
		}
	}}
)

// readTable reads one CSV.
func (b *builder) readTable(f *file, t table) error {
	in, err := open(f)
	if err != nil {
		return err
	}
	defer in.close()
	ed := newEdition(f, b.rep.file(f))
	rows := csv.NewReader(in.r)
	rows.ReuseRecord = true
	var col map[string]int
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return tableError(f, err)
		}
		if col == nil {
			if col, err = header(f, 1, cells, append(t.columns, "orpha_code")...); err != nil {
				return err
			}
			continue
		}
		line, _ := rows.FieldPos(0)
		code := cells[col["orpha_code"]]
		if !digits.MatchString(code) {
			return bad(f, line, fetchAgain, "%q is not an ORPHA code", code)
		}
		ed.fr.Taken++
		t.take(ed, ed.record(code), func(name string) string { return clean(cells[col[name]]) })
	}
	digest, err := in.digest(f)
	if err != nil {
		return err
	}
	b.add(ed, digest)
	return nil
}

// tableError gives the line of a CSV fault.
func tableError(f *file, err error) error {
	line := 0
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = e.Line, e.Err
	}
	return &FileError{File: f.name, Line: line, Problem: cut(err), Advice: fetchAgain}
}
