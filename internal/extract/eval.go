package extract

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"text/tabwriter"

	"phare/internal/term"
)

// EvalOptions are the choices of a measurement.
type EvalOptions struct {
	Rounds int    // bootstrap rounds for the intervals
	Seed   uint64 // of the bootstrap
}

// gold is one annotated text.
type gold struct {
	Letter
	Kind  string  `json:"kind"`
	Signs []Coded `json:"signs"`
}

// tally counts what was found (Right, Wrong) and what was not (Missed).
type tally struct{ Right, Wrong, Missed int }

func (t tally) plus(o tally) tally {
	return tally{t.Right + o.Right, t.Wrong + o.Wrong, t.Missed + o.Missed}
}

func (t tally) precision() float64 { return ratio(t.Right, t.Right+t.Wrong) }
func (t tally) recall() float64    { return ratio(t.Right, t.Right+t.Missed) }
func (t tally) f1() float64        { return ratio(2*t.Right, 2*t.Right+t.Wrong+t.Missed) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// score is what one text brings.
type score struct {
	present, presentNear tally // present signs of the text, by code; exact and within one step
	mention, mentionNear tally // mentions of any status: words that overlap, and the code
	status               tally // of the mentions found: Right or Wrong
}

func (s score) plus(o score) score {
	return score{s.present.plus(o.present), s.presentNear.plus(o.presentNear), s.mention.plus(o.mention), s.mentionNear.plus(o.mentionNear), s.status.plus(o.status)}
}

// Figures are the results of Eval.
type Figures struct {
	Texts, Mentions int
	rows            []figureRow
}

type figureRow struct {
	name      string
	tally     tally
	low, high float64
	status    bool
}

// PresentF1 is F1 of present signs by text and exact code.
func (f *Figures) PresentF1() float64 { return f.rows[0].tally.f1() }

// StatusAccuracy is how many of the mentions found have the right status.
func (f *Figures) StatusAccuracy() float64 { return f.rows[4].tally.precision() }

// Eval measures x on a gold file: lines as Letter, with "signs" as in Found and
// perhaps "alt" in each. Errors name the file and the line.
func Eval(x *Extractor, name string, r io.Reader, o EvalOptions) (*Figures, error) {
	var scores []score
	f := &Figures{}
	err := eachLine(name, r, func(line []byte) error {
		var g gold
		if err := decodeLine(line, &g); err != nil {
			return err
		}
		for _, s := range g.Signs {
			if _, known := x.k.TermByID(s.HPO); known == term.IDUnknown {
				return fmt.Errorf("%s: unknown sign %q; name a knowledge that has it (--knowledge)", g.ID, s.HPO)
			}
			if s.Start < 0 || s.End > len(g.Text) || s.Start >= s.End {
				return fmt.Errorf("%s: bytes %d to %d are not in the text", g.ID, s.Start, s.End)
			}
		}
		f.Mentions += len(g.Signs)
		scores = append(scores, x.score(&g))
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.Texts = len(scores)
	f.sum(scores, o)
	return f, nil
}

// sum adds up the texts and draws texts again for the intervals.
func (f *Figures) sum(scores []score, o EvalOptions) {
	var all score
	for _, s := range scores {
		all = all.plus(s)
	}
	f.rows = []figureRow{
		{name: "present signs by text, exact code", tally: all.present}, {name: "present signs by text, within one step", tally: all.presentNear},
		{name: "mentions, exact code", tally: all.mention}, {name: "mentions, within one step", tally: all.mentionNear},
		{name: "status of the mentions found", tally: all.status, status: true},
	}
	if len(scores) == 0 {
		return
	}
	random := rand.New(rand.NewPCG(o.Seed, 0))
	drawn := make([][]float64, len(f.rows))
	for range o.Rounds {
		var s score
		for range scores {
			s = s.plus(scores[random.IntN(len(scores))])
		}
		for i, v := range []float64{s.present.f1(), s.presentNear.f1(), s.mention.f1(), s.mentionNear.f1(), s.status.precision()} {
			drawn[i] = append(drawn[i], v)
		}
	}
	for i := range f.rows {
		if n := len(drawn[i]); n > 0 {
			slices.Sort(drawn[i])
			f.rows[i].low, f.rows[i].high = drawn[i][n*25/1000], drawn[i][min(n*975/1000, n-1)]
		}
	}
}

// Write prints the figures as a table; intervals are of 95 %.
func (f *Figures) Write(w io.Writer) error {
	fmt.Fprintf(w, "%d texts, %d annotated mentions\n\n", f.Texts, f.Mentions)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tprecision\trecall\tF1\t95 %\tright\twrong\tmissed")
	for _, r := range f.rows {
		if r.status {
			fmt.Fprintf(t, "%s\t%.3f\t\t\t%.3f-%.3f\t%d\t%d\t\n", r.name, r.tally.precision(), r.low, r.high, r.tally.Right, r.tally.Wrong)
			continue
		}
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.3f\t%.3f-%.3f\t%d\t%d\t%d\n", r.name, r.tally.precision(), r.tally.recall(), r.tally.f1(), r.low, r.high, r.tally.Right, r.tally.Wrong, r.tally.Missed)
	}
	return t.Flush()
}

// score compares what x finds in a text with its annotation.
func (x *Extractor) score(g *gold) (s score) {
	found := x.Code(g.Lang, g.Text)
	s.present = x.byText(present(g.Signs), present(found), 0)
	s.presentNear = x.byText(present(g.Signs), present(found), 1)
	pairs := x.pair(g.Signs, found, 0)
	s.mention = tally{Right: len(pairs), Wrong: len(found) - len(pairs), Missed: len(g.Signs) - len(pairs)}
	near := x.pair(g.Signs, found, 1)
	s.mentionNear = tally{Right: len(near), Wrong: len(found) - len(near), Missed: len(g.Signs) - len(near)}
	for _, p := range near {
		if g.Signs[p[0]].Status == found[p[1]].Status {
			s.status.Right++
		} else {
			s.status.Wrong++
		}
	}
	return s
}

// present gives one mention for each sign that is present.
func present(all []Coded) (kept []Coded) {
	for _, c := range all {
		if c.Status == Present && !slices.ContainsFunc(kept, func(k Coded) bool { return k.HPO == c.HPO }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// byText pairs the codes of a text, exact ones first.
func (x *Extractor) byText(want, got []Coded, steps int) tally {
	used := make([]bool, len(got))
	met := make([]bool, len(want))
	right := 0
	for d := 0; d <= steps; d++ {
		for i, w := range want {
			for j := range got {
				if !met[i] && !used[j] && x.same(w, got[j], d) {
					met[i], used[j] = true, true
					right++
				}
			}
		}
	}
	// A code that an annotated sign also allows is not wrong twice.
	wrong := 0
	for j := range got {
		if !used[j] && !slices.ContainsFunc(want, func(w Coded) bool { return x.same(w, got[j], 0) }) {
			wrong++
		}
	}
	return tally{Right: right, Wrong: wrong, Missed: len(want) - right}
}

// pair pairs mentions whose words overlap and whose codes agree.
func (x *Extractor) pair(want, got []Coded, steps int) (pairs [][2]int) {
	used := make([]bool, len(got))
	met := make([]bool, len(want))
	for d := 0; d <= steps; d++ {
		for i, w := range want {
			for j, c := range got {
				if !met[i] && !used[j] && w.Start < c.End && c.Start < w.End && x.same(w, c, d) {
					met[i], used[j] = true, true
					pairs = append(pairs, [2]int{i, j})
				}
			}
		}
	}
	return pairs
}

// same says whether got is a code of want, or lies so many steps above or below
// one.
func (x *Extractor) same(want, got Coded, steps int) bool {
	for _, id := range append([]string{want.HPO}, want.Alt...) {
		a, okA := x.k.TermByID(id)
		b, okB := x.k.TermByID(got.HPO)
		if okA == term.IDUnknown || okB == term.IDUnknown {
			continue
		}
		if a == b || steps > 0 && (slices.Contains(x.k.Terms[a].Parents, b) || slices.Contains(x.k.Terms[b].Parents, a)) {
			return true
		}
	}
	return false
}
