// Package notice holds the figures that the ranking module gives of itself, the
// bad ones too: one file, made by a command, that the module's page and
// doc/orientation.md both read. It promises that no figure is typed twice and
// that each says on what it was measured and with which engine.
package notice

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"phare/internal/orientation"
)

//go:embed figures.json
var figures []byte

// Figures is what was measured, on which day.
type Figures struct {
	On   string                // the day, 2006-01-02
	Runs []orientation.Figures // one for each kind of candidates
}

// Load reads the figures that the program carries.
func Load() (f Figures, err error) {
	if err = json.Unmarshal(figures, &f); err == nil && len(f.Runs) == 0 {
		err = fmt.Errorf("no run")
	}
	if err != nil {
		return f, fmt.Errorf("figures of the ranking: %w", err)
	}
	return f, nil
}

// Write writes the figures as the file that Load reads. The mean time of a
// ranking is left out: it is of one machine, and the benches give it.
func (f Figures) Write(w io.Writer) error {
	f.Runs = slices.Clone(f.Runs)
	for i := range f.Runs {
		f.Runs[i].Micros = 0
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(f)
}

// Row is one line of a table of figures.
type Row struct {
	Candidates, Set, By string
	Cases, Diseases     int
	Cells               []orientation.Measured // as the head of the table names them
}

// Diseases are the rows about diseases, with the shares of cases in which the
// true one is first, in the first three, in the first ten.
func (f Figures) Diseases() []Row {
	return f.rows(func(r orientation.Figures) []orientation.Figure { return r.Sets }, "top-1", "top-3", "top-10", "mrr")
}

// Networks are the rows about networks: first, and in the first three.
func (f Figures) Networks() []Row {
	return f.rows(func(r orientation.Figures) []orientation.Figure { return r.Networks }, "first", "first-3")
}

func (f Figures) rows(of func(orientation.Figures) []orientation.Figure, names ...string) (all []Row) {
	for _, run := range f.Runs {
		for _, x := range of(run) {
			row := Row{Candidates: run.Candidates, Set: x.Set, By: x.By, Cases: x.Cases, Diseases: x.Diseases}
			for _, name := range names {
				at := slices.IndexFunc(x.Measures, func(m orientation.Measured) bool { return m.Name == name })
				if at >= 0 {
					row.Cells = append(row.Cells, x.Measures[at])
				}
			}
			all = append(all, row)
		}
	}
	return all
}

// Find finds one row among some, by what it was measured on.
func Find(rows []Row, candidates, set, by string) (Row, bool) {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Candidates == candidates && r.Set == set && r.By == by })
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}

// The lines between which doc/orientation.md quotes the figures.
const (
	begin = "<!-- figures: made by phare rank figures, do not edit -->\n"
	end   = "<!-- end of figures -->\n"
)

// Quote puts the figures into a document, between its two marks.
func (f Figures) Quote(document string) (string, error) {
	head, rest, ok := strings.Cut(document, begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", fmt.Errorf("the document lacks the lines %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return head + begin + f.markdown() + end + tail, nil
}

func (f Figures) markdown() string {
	var b strings.Builder
	r := f.Runs[0]
	fmt.Fprintf(&b, "Engine %s, measured on %s: %d cases, of which %d were left out because the sources have no signs of their disease.\n", r.Engine, f.On, r.Cases, r.Unranked)
	fmt.Fprintf(&b, "Per cent, with 95 %% intervals from %d bootstrap rounds over diseases.\n\n", r.Rounds)
	b.WriteString("| candidates, set | cases / diseases | top-1 | top-3 | top-10 | MRR |\n|---|---|---|---|---|---|\n")
	lines(&b, f.Diseases())
	b.WriteString("\n| network of the disease: candidates, set | cases / diseases | first | in the first three |\n|---|---|---|---|\n")
	lines(&b, f.Networks())
	return b.String()
}

func lines(b *strings.Builder, rows []Row) {
	for _, r := range rows {
		fmt.Fprintf(b, "| %s, %s, by %s | %d / %d |", r.Candidates, r.Set, r.By, r.Cases, r.Diseases)
		for _, m := range r.Cells {
			scale, format := 100.0, " %.1f [%.1f-%.1f] |"
			if m.Name == "mrr" {
				scale, format = 1, " %.3f [%.3f-%.3f] |"
			}
			fmt.Fprintf(b, format, scale*m.Value, scale*m.Low, scale*m.High)
		}
		b.WriteByte('\n')
	}
}
