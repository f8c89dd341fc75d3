package report

// The smallest numbers that are shown outside the team: of activity, and of
// whatever tells of a disease, where a small number can be one known child.
const (
	LeastActivity = 5
	LeastHealth   = 11
)

// Least is the smallest number that a masked table shows.
func (t Table) Least() int {
	if t.Health {
		return LeastHealth
	}
	return LeastActivity
}

// mask hides the small numbers of a report for a reader outside the team.
func (r *Report) mask() {
	for i := range r.Figures {
		r.Figures[i].hide()
		if before := r.Figures[i].Before; before != nil {
			before.hide()
		}
	}
	for i := range r.Tables {
		r.Tables[i].hide()
	}
}

// hide hides a figure that stands on too few requests, is too small a count
// itself, or is a share of which one side is. On how many requests a delay
// stands is rounded: exact, it would tell the hidden number of the others.
// Nothing to count is no secret.
func (f *Figure) hide() {
	if f.Of > 0 && f.Of < LeastActivity || f.Unit == Requests && few(f.Value) || f.Unit == Percent && (few(f.part) || few(f.Of-f.part)) {
		*f = Figure{Key: f.Key, Unit: f.Unit, Before: f.Before, Hidden: true}
	}
	if f.Unit == Delay {
		f.Of, f.Missing = rounded(f.Of), rounded(f.Missing)
	}
}

func few(n int) bool { return n > 0 && n < LeastActivity }

func rounded(n int) int { return (n + 2) / 5 * 5 }

// hide hides the rows under the least. One hidden row alone could be told from
// the total, which stands elsewhere, and the other rows: then the smallest of
// those goes with it.
func (t *Table) hide() {
	hidden := 0
	for i := range t.Rows {
		if n := t.Rows[i].N; n > 0 && n < t.Least() {
			t.Rows[i] = Row{Name: t.Rows[i].Name, Label: t.Rows[i].Label, Hidden: true}
			hidden++
		}
	}
	t.Hidden = hidden > 0
	if t.Unit == Delay {
		for i := range t.Rows {
			t.Rows[i].N = rounded(t.Rows[i].N)
		}
		return
	}
	if hidden != 1 {
		return
	}
	next := -1
	for i, row := range t.Rows {
		if !row.Hidden && row.N > 0 && (next < 0 || row.N < t.Rows[next].N) {
			next = i
		}
	}
	if next >= 0 {
		t.Rows[next] = Row{Name: t.Rows[next].Name, Label: t.Rows[next].Label, Hidden: true, Apart: true}
	}
}
