package diff

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Item is one ranking that changes: the reference of its request and its own
// id, or the id of a case. It says nothing of the person.
type Item struct {
	Reference string `json:"reference,omitempty"`
	ID        string `json:"id"`
	Group     string `json:"group"`
	Moves     []Move `json:"moves"`
}

// Count is how many rankings of one group were compared, and how many move.
type Count struct {
	Group    string       `json:"group"`
	Compared int          `json:"compared"`
	Moved    map[Move]int `json:"moved"`
}

// Damage is a stored ranking that is not what it was.
type Damage struct {
	Reference string `json:"reference"`
	ID        string `json:"id"`
	Why       string `json:"why"`
}

// Tally counts how rankings change.
type Tally struct {
	Counts  []Count  `json:"counts"`
	Items   []Item   `json:"changed"`
	Damaged []Damage `json:"damaged"`
}

// NewTally counts by group, in the order given.
func NewTally(groups ...string) *Tally {
	t := &Tally{Items: []Item{}, Damaged: []Damage{}}
	for _, g := range groups {
		t.Counts = append(t.Counts, Count{Group: g, Moved: map[Move]int{}})
	}
	return t
}

// Add counts one ranking. Its group must be one of NewTally's.
func (t *Tally) Add(i Item) {
	for n := range t.Counts {
		if c := &t.Counts[n]; c.Group == i.Group {
			c.Compared++
			for _, m := range i.Moves {
				c.Moved[m]++
			}
		}
	}
	if len(i.Moves) > 0 {
		t.Items = append(t.Items, i)
	}
}

// Write prints the table of counts, then what is damaged, and with details the
// changed rankings under each heading.
func (t *Tally) Write(w io.Writer, details bool) error {
	out := bufio.NewWriter(w)
	tab := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	row := func(title string, value func(Count) any) {
		fmt.Fprint(tab, title)
		for _, c := range t.Counts {
			fmt.Fprintf(tab, "\t%v", value(c))
		}
		fmt.Fprintln(tab)
	}
	row("", func(c Count) any { return c.Group })
	row("compared", func(c Count) any { return c.Compared })
	for _, m := range moves {
		row(m.title, func(c Count) any { return c.Moved[m.name] })
	}
	tab.Flush()
	if len(t.Damaged) > 0 {
		fmt.Fprintf(out, "\nDAMAGED, not compared: %d\n", len(t.Damaged))
		for _, d := range t.Damaged {
			fmt.Fprintf(out, "  %s  %s  %s\n", d.Reference, d.ID, d.Why)
		}
	}
	if details {
		t.details(out)
	}
	return out.Flush()
}

func (t *Tally) details(out io.Writer) {
	for _, m := range moves {
		headed := false
		for _, i := range t.Items {
			if !slices.Contains(i.Moves, m.name) {
				continue
			}
			if !headed {
				fmt.Fprintf(out, "\n%s\n", m.title)
				headed = true
			}
			fmt.Fprintf(out, "  %s\n", i)
		}
	}
}

// String is reference, id and group.
func (i Item) String() string {
	if i.Reference == "" {
		return i.ID
	}
	return fmt.Sprintf("%s  %s  %s", i.Reference, i.ID, i.Group)
}
