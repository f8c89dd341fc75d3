package knowledge

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"strings"

	"phare/internal/term"
)

// shown is how many examples a report keeps of each kind of fault.
const shown = 20

// Report says what a build took, what it left out and why.
type Report struct {
	Files   []*FileReport
	Ignored []string // files of the folder that no reader knows
	Notes   []string // warnings a person should read
	Totals  []Total  // what the Knowledge holds
}

// Total is one count of the built Knowledge.
type Total struct {
	What string
	N    int
}

// FileReport is the part of a Report about one file.
type FileReport struct {
	File     string
	Title    string
	Version  string // as its owner names it; empty when the file does not say
	Licence  string
	Taken    int            // rows, terms or records used
	Skipped  map[string]int // rows left out, by reason
	Remarks  map[string]int // rows used, but with something to know, by remark
	Faults   []string       // first rows that could not be understood
	Unknown  []string       // first ids that the ontology does not know, "HP:0000001 (line 12)"
	Missing  int            // how many unknown ids there were
	Replaced int            // old ids read as the term that replaced them
}

// skip counts a row left out for a reason.
func (r *FileReport) skip(reason string) {
	if r.Skipped == nil {
		r.Skipped = map[string]int{}
	}
	r.Skipped[reason]++
}

// note counts a row that was used with something to know about it.
func (r *FileReport) note(remark string) {
	if r.Remarks == nil {
		r.Remarks = map[string]int{}
	}
	r.Remarks[remark]++
}

// skips is the number of rows left out.
func (r *FileReport) skips() int {
	n := 0
	for _, c := range r.Skipped {
		n += c
	}
	return n
}

// unknown counts an id that the ontology does not have, seen at a place.
func (r *FileReport) unknown(id, place string) {
	r.Missing++
	r.skip("unknown HPO id")
	if len(r.Unknown) < shown {
		r.Unknown = append(r.Unknown, id+" ("+place+")")
	}
}

// note adds a warning.
func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// file opens the report about f.
func (r *Report) file(f *file) *FileReport {
	fr := &FileReport{File: f.name, Title: licences[f.role].title}
	r.Files = append(r.Files, fr)
	return fr
}

// count fills in the totals.
func (r *Report) count(k *term.Knowledge) {
	n := map[string]int{}
	for i := range k.Terms {
		t := &k.Terms[i]
		add(n, "phenotype terms", t.Phenotype)
		add(n, "phenotype terms with a French label", t.Phenotype && t.FR != "")
	}
	for i := range k.Diseases {
		d := &k.Diseases[i]
		source, _, _ := strings.Cut(d.ID, ":")
		add(n, source+" diseases", d.MovedTo == "")
		add(n, source+" diseases with signs", len(d.Signs) > 0)
		add(n, "ORPHA codes moved to another", d.MovedTo != "")
		add(n, "diseases with a network", len(d.Networks) > 0)
		add(n, "ORPHA diseases with a French name", source == "ORPHA" && d.MovedTo == "" && d.FR != "")
		n["signs"] += len(d.Signs)
		n["signs recorded as absent"] += len(d.Absent)
	}
	for i := range k.Families {
		add(n, "families of more than one code", len(k.Families[i].Members) > 1)
	}
	n["terms"], n["families"], n["networks"] = len(k.Terms), len(k.Families), len(k.Networks)
	r.Totals = nil
	for what, c := range n {
		r.Totals = append(r.Totals, Total{what, c})
	}
	sort.Slice(r.Totals, func(i, j int) bool { return r.Totals[i].What < r.Totals[j].What })
}

// add counts what when it is so.
func add(n map[string]int, what string, so bool) {
	if so {
		n[what]++
	}
}

// Write prints the report for a person.
func (r *Report) Write(w io.Writer) error {
	var s strings.Builder
	for _, f := range r.Files {
		f.write(&s)
	}
	for _, f := range r.Ignored {
		fmt.Fprintf(&s, "%s\n  not a file this program knows: ignored\n", f)
	}
	if len(r.Totals) > 0 {
		s.WriteString("Built\n")
	}
	for _, t := range r.Totals {
		fmt.Fprintf(&s, "  %8d %s\n", t.N, t.What)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&s, "Note: %s\n", n)
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// write prints one file's part.
func (r *FileReport) write(s *strings.Builder) {
	version := r.Version
	if version == "" {
		version = "version not stated"
	}
	fmt.Fprintf(s, "%s\n  %s, %s. Licence: %s\n  %8d taken\n", r.File, r.Title, version, r.Licence, r.Taken)
	writeCounts(s, "left out: ", r.Skipped)
	writeCounts(s, "", r.Remarks)
	for _, fault := range r.Faults {
		fmt.Fprintf(s, "           %s\n", fault)
	}
	if r.Replaced > 0 {
		fmt.Fprintf(s, "  %8d old HPO ids read as the terms that replaced them\n", r.Replaced)
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(s, "           unknown: %s\n", u)
	}
	if more := r.Missing - len(r.Unknown); more > 0 {
		fmt.Fprintf(s, "           and %d more\n", more)
	}
}

// writeCounts prints counts by reason, in the order of the reasons.
func writeCounts(s *strings.Builder, label string, counts map[string]int) {
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(s, "  %8d %s%s\n", counts[reason], label, reason)
	}
}
