package orientation

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
)

// How an evaluation of questions goes: each case starts with askedFrom of its
// signs, and needs one more, else there is nothing to find.
const (
	askedFrom    = 3
	frequentPool = 300 // the signs that the random questions are drawn from
)

// AskOptions says how to evaluate questions.
type AskOptions struct {
	Questions int    // asked of each case, at most
	Half      string // "tune" or "check": the diseases of one half; else all
	Every     int    // take one case in so many, chosen by its id; 0 or 1: all
	Rounds    int    // bootstrap rounds; 0: 1,000
	Seed      uint64 // of the signs that a case starts with, and of the bootstrap
}

// AskFigures is what an evaluation of questions found.
type AskFigures struct {
	Engine, Knowledge string
	Options           AskOptions
	Cases, Diseases   int
	Ways              []AskFigure
}

// AskFigure is one way to choose questions on one set of cases: the shares of
// cases with the right network first, and in the first three, after 0, 1, 2, …
// questions; the part of answers of each kind; and, over the same cases, the
// gain over that way of the engine's own questions when all are asked.
type AskFigure struct {
	Way, Set         string
	First, Three     []Measured
	Yes, No, Unknown float64 // of the questions that could be asked
	Ahead            Measured
}

// A way chooses the next sign to ask; -1 when it has none.
type way struct {
	name string
	next func(a *asked, rng *rand.Rand) int32
}

// asked is one case under way.
type asked struct {
	e      *Engine
	q      Query
	known  []bool // by term: implied by what was said
	done   []int32
	frame  []int32 // what a way keeps between its questions
	obs    []bool  // by term: the case has it, recorded or implied
	absent []int32 // recorded as excluded
}

// EvalAsk plays questions and answers on the cases of in. The answer is yes
// when the sign is recorded for the case or implied by one that is, no when it
// is excluded or implies one that is, else not known.
func EvalAsk(ctx context.Context, e *Engine, in io.Reader, o AskOptions) (AskFigures, error) {
	if o.Rounds == 0 {
		o.Rounds = 1000
	}
	fig := AskFigures{Engine: Version, Knowledge: e.k.Meta.Name + " " + e.k.Meta.Digest, Options: o}
	known, ways := e.truths(), e.ways()
	var all []played
	diseases := map[string]bool{}
	err := EachCase(ctx, in, func(c *Case, bad error) error {
		truth, ok := known[c.Truth]
		if bad != nil || !ok || c.Rankable != nil && !*c.Rankable || !o.takes(c) {
			return nil
		}
		signs := e.terms(c.Observed, &Result{})
		if len(signs) <= askedFrom || len(e.k.Families[truth].Networks) == 0 {
			return nil
		}
		fig.Cases++
		diseases[c.Truth] = true
		p := played{truth: c.Truth, novel: c.Novel}
		for _, w := range ways {
			rng := rand.New(rand.NewPCG(o.Seed, digest(c.ID)))
			p.runs = append(p.runs, e.play(w, c, truth, o.Questions, rng))
		}
		all = append(all, p)
		return nil
	})
	fig.Diseases = len(diseases)
	if err == nil {
		fig.measure(ways, all)
	}
	return fig, err
}

// takes says whether a case belongs to the part that is evaluated.
func (o AskOptions) takes(c *Case) bool {
	half := map[string]uint64{"tune": 0, "check": 1}
	if h, ok := half[o.Half]; ok && digest(c.Truth)>>7%2 != h {
		return false
	}
	return o.Every <= 1 || digest(c.ID)%uint64(o.Every) == 0
}

// played is one case, asked in every way.
type played struct {
	truth string
	novel bool
	runs  []run
}

// run is the rank of the network of the truth after 0, 1, 2, … questions, and
// the answers by kind.
type run struct {
	rank             []int
	yes, no, unknown int
}

// play asks one case. Every way starts from the same signs.
func (e *Engine) play(w way, c *Case, family int32, questions int, rng *rand.Rand) run {
	signs := e.terms(c.Observed, &Result{})
	a := e.begin(c)
	for _, i := range rng.Perm(len(signs))[:askedFrom] {
		a.add(signs[i])
	}
	var r run
	for n := 0; ; n++ {
		q := a.q
		q.Limit = 1
		res := e.Rank(q)
		r.rank = append(r.rank, e.networkRank(&res, family))
		if n == questions {
			return r
		}
		s := w.next(a, rng)
		if s < 0 {
			continue
		}
		switch a.answer(s) {
		case 1:
			r.yes++
		case -1:
			r.no++
		default:
			r.unknown++
		}
	}
}

// begin is a case of which nothing has been said.
func (e *Engine) begin(c *Case) *asked {
	a := &asked{e: e, known: make([]bool, len(e.origin)), obs: make([]bool, len(e.origin)), absent: e.terms(c.Excluded, &Result{})}
	for _, s := range e.terms(c.Observed, &Result{}) {
		for _, x := range e.anc.of(s) {
			a.obs[x] = true
		}
	}
	return a
}

// add takes a sign as said.
func (a *asked) add(s int32) {
	a.q.Observed = append(a.q.Observed, a.e.term(s).ID)
	for _, x := range a.e.anc.of(s) {
		a.known[x] = true
	}
}

// answer asks one sign: 1 yes, -1 no, 0 not known.
func (a *asked) answer(s int32) int {
	a.done = append(a.done, s)
	if a.obs[s] {
		a.add(s)
		return 1
	}
	if slices.ContainsFunc(a.absent, func(x int32) bool { return slices.Contains(a.e.anc.of(s), x) }) {
		a.q.Excluded = append(a.q.Excluded, a.e.term(s).ID)
		return -1
	}
	a.q.Asked = append(a.q.Asked, a.e.term(s).ID)
	return 0
}

// open says whether a sign can still be asked.
func (a *asked) open(s int32) bool { return !a.known[s] && !slices.Contains(a.done, s) }

// ways are the engine's own questions, one after the other and five at once,
// and what they are compared to.
func (e *Engine) ways() []way {
	frequent := e.frequent()
	return []way{
		{"next", func(a *asked, _ *rand.Rand) int32 { return a.proposed(e.Next(a.q, 1)) }},
		{"next, at once", func(a *asked, _ *rand.Rand) int32 {
			if a.frame == nil {
				a.frame = []int32{}
				for _, x := range e.Next(a.q, 5) {
					a.frame = append(a.frame, e.ids[x.Term])
				}
			}
			return a.firstOpen(a.frame)
		}},
		{"random of 300", func(a *asked, rng *rand.Rand) int32 {
			return a.random(frequent[:min(frequentPool, len(frequent))], rng)
		}},
		{"random of disease", func(a *asked, rng *rand.Rand) int32 { return a.random(a.ofFirst(), rng) }},
		{"most frequent", func(a *asked, _ *rand.Rand) int32 { return a.firstOpen(frequent) }},
	}
}

func (a *asked) proposed(list []Question) int32 {
	if len(list) == 0 {
		return -1
	}
	return a.e.ids[list[0].Term]
}

func (a *asked) firstOpen(list []int32) int32 {
	if i := slices.IndexFunc(list, a.open); i >= 0 {
		return list[i]
	}
	return -1
}

func (a *asked) random(list []int32, rng *rand.Rand) int32 {
	list = slices.DeleteFunc(slices.Clone(list), func(s int32) bool { return !a.open(s) })
	if len(list) == 0 {
		return -1
	}
	return list[rng.IntN(len(list))]
}

// ofFirst are the signs of the disease that stands first.
func (a *asked) ofFirst() (list []int32) {
	q := a.q
	q.Limit = 1
	res := a.e.Rank(q)
	if len(res.Entries) == 0 {
		return nil
	}
	for _, s := range a.e.recorded(a.e.familyOf(res.Entries[0].Profile)) {
		list = append(list, s.term)
	}
	return list
}

// frequent lists the signs that the sources record, that of most diseases first.
func (e *Engine) frequent() []int32 {
	count := make([]int, len(e.origin))
	for _, s := range e.signs.item {
		count[s.term]++
	}
	var list []int32
	for s, n := range count {
		if n > 0 {
			list = append(list, int32(s))
		}
	}
	slices.SortFunc(list, func(a, b int32) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(e.term(a).ID, e.term(b).ID)
	})
	return list
}

// measure fills in the figures.
func (f *AskFigures) measure(ways []way, all []played) {
	for _, set := range []string{"all", "novel"} {
		for w := range ways {
			by := map[string]*tally{}
			var ids []string
			x := AskFigure{Way: ways[w].name, Set: set}
			for _, p := range all {
				if set == "novel" && !p.novel {
					continue
				}
				t := by[p.truth]
				if t == nil {
					t = &tally{}
					by[p.truth], ids = t, append(ids, p.truth)
				}
				t.add(p.runs[w].scores(p.runs[0]))
				x.Yes, x.No, x.Unknown = x.Yes+float64(p.runs[w].yes), x.No+float64(p.runs[w].no), x.Unknown+float64(p.runs[w].unknown)
			}
			if len(ids) == 0 {
				continue
			}
			slices.Sort(ids)
			list := make([]tally, len(ids))
			for i, id := range ids {
				list[i] = *by[id]
			}
			f.Ways = append(f.Ways, f.figure(x, list))
		}
	}
}

// scores are first and first three after each number of questions, then how
// much further the engine's own questions came.
func (r run) scores(own run) []float64 {
	var m []float64
	for _, top := range []int{1, 3} {
		for _, rank := range r.rank {
			m = append(m, one01(rank <= top))
		}
	}
	last := len(r.rank) - 1
	return append(m, one01(own.rank[last] <= 1)-one01(r.rank[last] <= 1))
}

func one01(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func (t *tally) add(m []float64) {
	if t.sum == nil {
		t.sum = make([]float64, len(m))
	}
	t.n++
	for i, x := range m {
		t.sum[i] += x
	}
}

func (f *AskFigures) figure(x AskFigure, list []tally) AskFigure {
	base := Figures{Rounds: f.Options.Rounds, Seed: f.Options.Seed}
	n := f.Options.Questions + 1
	m := base.figures(x.Set, make([]string, 2*n+1), list)[0].Measures
	x.First, x.Three, x.Ahead = m[:n], m[n:2*n], m[2*n]
	if all := x.Yes + x.No + x.Unknown; all > 0 {
		x.Yes, x.No, x.Unknown = x.Yes/all, x.No/all, x.Unknown/all
	}
	return x
}

// Write prints the figures as a table that a person reads, in per cent.
func (f *AskFigures) Write(w io.Writer) error {
	var b strings.Builder
	o := f.Options
	fmt.Fprintf(&b, "engine %s, knowledge %s\n", f.Engine, f.Knowledge)
	fmt.Fprintf(&b, "questions: %d cases of %d diseases (%s), each from %d of its signs, seed %d\n", f.Cases, f.Diseases, o.Half, askedFrom, o.Seed)
	fmt.Fprintf(&b, "95 %% intervals: %d bootstrap rounds over diseases\n", o.Rounds)
	for _, part := range []string{"Right network first", "Right network in the first three"} {
		fmt.Fprintf(&b, "\n%s, after so many questions\n%-25s", part, "set, questions")
		for n := range o.Questions + 1 {
			fmt.Fprintf(&b, "  %17d", n)
		}
		b.WriteByte('\n')
		for _, x := range f.Ways {
			list := x.First
			if part != "Right network first" {
				list = x.Three
			}
			fmt.Fprintf(&b, "%-25s", x.Set+", "+x.Way)
			for _, m := range list {
				fmt.Fprintf(&b, "  %17s", fmt.Sprintf("%.1f [%.1f-%.1f]", 100*m.Value, 100*m.Low, 100*m.High))
			}
			b.WriteByte('\n')
		}
	}
	fmt.Fprintf(&b, "\n%-25s%8s%8s%10s  %s\n", "answers", "yes", "no", "unknown", "next is ahead by, network first after all questions")
	for _, x := range f.Ways {
		fmt.Fprintf(&b, "%-25s%8.1f%8.1f%10.1f  %.1f [%.1f-%.1f]\n", x.Set+", "+x.Way, 100*x.Yes, 100*x.No, 100*x.Unknown, 100*x.Ahead.Value, 100*x.Ahead.Low, 100*x.Ahead.High)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
