package report

import "slices"

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

// mask hides the small numbers of a report for a reader outside the team, and
// as many others as it takes for none of them to be worked out.
func (r *Report) mask() {
	b := openBook(r)
	b.close()
	for i := range r.Figures {
		b.mark(&r.Figures[i])
	}
	for i := range r.Tables {
		b.markTable(&r.Tables[i])
	}
}

// book is every count of one year, with what links them to each other.
type book struct {
	all   []*cell
	named map[string]*cell   // those behind the figures
	rows  map[string][]*cell // those of each table, row by row
	links []link
}

// openBook enters the counts of a whole report.
func openBook(r *Report) *book {
	b := &book{named: map[string]*cell{}, rows: map[string][]*cell{}}
	for _, t := range r.Tables {
		if t.Unit == Delay {
			continue
		}
		for _, row := range t.Rows {
			b.rows[t.Key] = append(b.rows[t.Key], b.enter(row.N, t.Least()))
		}
	}
	for _, f := range r.Figures {
		switch f.Key {
		case "look":
			b.named["looked"], b.named["unlooked"] = b.enter(f.Of, LeastActivity), b.enter(f.Missing, LeastActivity)
		case "answer":
			b.named["unsent"] = b.enter(f.Missing, LeastActivity)
		case "sent":
			b.named["closed"] = b.enter(f.Of, LeastActivity)
		case "received", "oriented", "open", "late":
			b.named[f.Key] = b.enter(f.Value, LeastActivity)
		}
	}
	b.named["sent"], b.named["opinion"] = b.rows["ended"][0], b.rows["question"][1] // as (facts).tables puts them
	for _, key := range []string{"looked", "sent", "opinion"} {
		b.named[key].delay = true
	}
	b.link()
	return b
}

func (b *book) enter(n, least int) *cell {
	c := &cell{n: n, least: least}
	b.all = append(b.all, c)
	return c
}

// link writes down what every reader knows: which counts add up to which, and
// which cannot exceed which.
func (b *book) link() {
	n, ended, asked := b.named, b.rows["ended"], b.rows["question"]
	b.sum(n["closed"], ended...)
	for _, key := range []string{"month", "who", "diagnosis", "urgency", "department"} {
		b.sum(n["received"], b.rows[key]...)
	}
	b.sum(n["received"], n["open"], n["closed"])
	b.sum(n["received"], n["looked"], n["unlooked"])
	b.sum(n["received"], n["sent"], n["unsent"])
	b.sum(n["unsent"], append([]*cell{n["open"]}, ended[1:]...)...)
	b.sum(asked[0], asked[1:]...)
	b.add(link{total: n["open"], parts: []*cell{n["late"]}})
	b.add(link{total: n["open"], parts: []*cell{n["unlooked"]}}) // what is closed was looked at
	b.add(link{total: n["received"], parts: []*cell{n["oriented"]}})
	chosen := slices.Concat(b.rows["network"], b.rows["centre"])
	for _, c := range chosen {
		b.add(link{total: n["oriented"], parts: []*cell{c}})
	}
	b.add(link{total: n["oriented"], parts: append(slices.Clone(chosen), asked[0]), cover: true})
	choices := b.rows["choice"]
	b.add(link{total: n["received"], parts: choices})
	b.add(link{total: n["oriented"], parts: choices[:len(choices)-1]}) // all but "none", as (facts).choices puts them
	b.add(link{total: n["oriented"], parts: append(slices.Clone(choices), asked[0]), cover: true})
	for _, c := range chosen {
		b.add(link{total: c, parts: choices, cover: true})
	}
}

func (b *book) sum(total *cell, parts ...*cell) {
	b.add(link{total: total, parts: parts})
	b.add(link{total: total, parts: parts, cover: true})
}

// add leaves out what is not so in this year: it would tell a reader nothing true.
func (b *book) add(l link) {
	sum := 0
	for _, c := range l.parts {
		sum += c.n
	}
	if l.cover && sum >= l.total.n || !l.cover && sum <= l.total.n {
		b.links = append(b.links, l)
	}
}

// mark puts what may be told into a figure.
func (b *book) mark(f *Figure) {
	f.part = 0
	of, rest := b.named["received"], &cell{} // nothing is missing of a number of requests
	switch f.Key {
	case "look":
		of, rest = b.named["looked"], b.named["unlooked"]
		f.Hidden = of.hidesDelay()
	case "answer", "answer90":
		of, rest = b.named["sent"], b.named["unsent"]
		f.Hidden = of.hidesDelay()
	case "sent":
		of, rest = b.named["closed"], b.named["open"]
		f.Hidden = of.hidden() || b.named["sent"].hidden()
	default:
		c := b.named[f.Key]
		f.Hidden, f.Apart = c.hidden(), c.told == many || c.told == nothing
	}
	if f.Hidden {
		f.Value, f.Delay = 0, 0
	}
	if f.HideOf = of.hidden(); f.HideOf {
		f.Of = 0
	}
	if f.HideMissing = rest.hidden(); f.HideMissing {
		f.Missing = 0
	}
}

// markTable puts what may be told into a table.
func (b *book) markTable(t *Table) {
	for i := range t.Rows {
		row := &t.Rows[i]
		if t.Unit == Delay {
			c := b.named[[]string{"looked", "opinion", "sent"}[i/2]] // as (facts).delays puts them
			row.Hidden, row.HideOf = c.hidesDelay(), c.hidden()
		} else {
			c := b.rows[t.Key][i]
			row.Hidden, row.Apart = c.hidden(), c.told == many || c.told == nothing
		}
		if row.Hidden {
			row.Delay = 0
		}
		if row.HideOf || row.Hidden {
			row.N = 0
		}
		t.Hidden = t.Hidden || row.Hidden
	}
}
