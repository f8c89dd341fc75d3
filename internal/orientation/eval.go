package orientation

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"
)

// evalDepth is the rank after which a truth counts as not found.
const evalDepth = 200

// fewSigns is the number of signs up to which a case has few.
const fewSigns = 3

// tops are the ranks whose share of cases is given.
var tops = [...]int{1, 3, 5, 10, 20}

// EvalOptions says how to evaluate.
type EvalOptions struct {
	Candidates string  // of Query: empty for families, "OMIM" for published figures
	Every      int     // take one case in so many, chosen by its id; 0 or 1: all
	Rounds     int     // bootstrap rounds; 0: 1,000
	Seed       uint64  // of the bootstrap; the same seed gives the same intervals
	Degrade    Degrade // make the signs worse first; empty: as they are
	// Observed leaves the excluded signs of the cases out. Those of the benchmark
	// are not to be trusted: its curators write the signs of a whole cohort as
	// seen or not in each of its patients.
	Observed bool
}

// Figures is what an evaluation found.
type Figures struct {
	Engine     string   `json:"engine"`
	Knowledge  string   `json:"knowledge"` // name and digest
	Candidates string   `json:"candidates"`
	Rounds     int      `json:"rounds"`
	Seed       uint64   `json:"seed"`
	Cases      int      `json:"cases"`    // read, with a truth
	Unranked   int      `json:"unranked"` // of them, left out: the sources have no signs of the truth
	Bad        int      `json:"bad"`      // lines that are not cases or have no truth
	Reported   int      `json:"reported"` // cases with unknown, replaced or unsuitable ids
	Sets       []Figure `json:"sets"`     // by case, then by disease, for each subset
	Networks   []Figure `json:"networks"` // the same, for the networks
	Degrade    Degrade  `json:"degrade,omitempty"`
	Observed   bool     `json:"observed"` // the excluded signs were left out
	Micros     int64    `json:"micros"`   // mean time of a ranking
	// Calibration is nil when no case is novel.
	Calibration *Calibration `json:"calibration,omitempty"`
}

// Figure is one line of figures, shares of cases or means over diseases.
type Figure struct {
	Set      string     `json:"set"` // "all", "novel", "few"
	By       string     `json:"by"`  // "case" or "disease"
	Cases    int        `json:"cases"`
	Diseases int        `json:"diseases"`
	Measures []Measured `json:"measures"`
}

// Measured is one figure with its 95 % interval.
type Measured struct {
	Name  string  `json:"name"` // "top-1", "mrr", "first", "first-3"
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// outcome is one ranked case.
type outcome struct {
	truth   string
	rank    int // worst of its ties; 0: not found
	network int // rank of the network of the truth; 0: it has none
	novel   bool
	few     bool
	sure    sureness
}

// Eval ranks the cases of in that carry a truth and compares. The truth is
// found by its id or an alias of the entry, which are exact equivalents only;
// its rank is the worst among ties. Cases whose truth has no signs in the
// knowledge are left out and counted.
func Eval(ctx context.Context, e *Engine, in io.Reader, o EvalOptions) (Figures, error) {
	if o.Rounds == 0 {
		o.Rounds = 1000
	}
	fig := Figures{
		Engine: Version, Knowledge: e.k.Meta.Name + " " + e.k.Meta.Digest,
		Candidates: cmp.Or(o.Candidates, "families"), Rounds: o.Rounds, Seed: o.Seed, Degrade: o.Degrade, Observed: o.Observed,
	}
	known := e.truths()
	var all []outcome
	var spent time.Duration
	err := EachCase(ctx, in, func(c *Case, bad error) error {
		if bad != nil || c.Truth == "" {
			fig.Bad++
			return nil
		}
		if o.Every > 1 && digest(c.ID)%uint64(o.Every) != 0 {
			return nil
		}
		fig.Cases++
		truth, ok := known[c.Truth]
		if !ok || c.Rankable != nil && !*c.Rankable {
			fig.Unranked++
			return nil
		}
		res, took, err := e.evalCase(c, o)
		if err != nil {
			return err
		}
		spent += took
		if len(res.Unknown)+len(res.NotSigns)+len(res.Replaced)+len(res.Ignored) > 0 {
			fig.Reported++
		}
		all = append(all, outcome{
			truth: c.Truth, rank: rankOf(&res, c.Truth), network: e.networkRank(&res, truth),
			novel: c.Novel, few: len(res.Signs) <= fewSigns, sure: surenessOf(&res),
		})
		return nil
	})
	if err != nil {
		return fig, err
	}
	if len(all) > 0 {
		fig.Micros = spent.Microseconds() / int64(len(all))
	}
	fig.measure(all)
	fig.calibrate(all)
	return fig, nil
}

// evalCase ranks one case as the options say.
func (e *Engine) evalCase(c *Case, o EvalOptions) (Result, time.Duration, error) {
	q := c.Query()
	q.Candidates, q.Limit = o.Candidates, evalDepth
	if o.Observed {
		q.Excluded = nil
	}
	var err error
	if q.Observed, err = e.degrade(c, o.Degrade); err != nil {
		return Result{}, 0, err
	}
	start := time.Now()
	res := e.Rank(q)
	return res, time.Since(start), nil
}

// truths returns the families that are ranked, by each of their codes that has
// signs.
func (e *Engine) truths() map[string]int32 {
	m := make(map[string]int32, len(e.families))
	for _, f := range e.families {
		for _, d := range e.k.Families[f].Members {
			if len(e.k.Diseases[d].Signs) > 0 {
				m[e.k.Diseases[d].ID] = f
			}
		}
	}
	return m
}

// rankOf returns the rank of the entry that means truth, the worst among ties.
func rankOf(res *Result, truth string) int {
	at := slices.IndexFunc(res.Entries, func(x Entry) bool {
		return x.Family == truth || slices.Contains(x.Aliases, truth)
	})
	if at < 0 {
		return 0
	}
	last := at
	for last+1 < len(res.Entries) && res.Entries[last+1].Score == res.Entries[at].Score {
		last++
	}
	return last + 1
}

// networkRank returns the rank of the first network of a family, the worst
// among ties.
func (e *Engine) networkRank(res *Result, family int32) int {
	links := e.k.Families[family].Networks
	if len(links) == 0 {
		return 0
	}
	slug := e.k.Networks[links[0].Network].Slug
	at := slices.IndexFunc(res.Networks, func(n NetworkScore) bool { return n.Slug == slug })
	for at+1 < len(res.Networks) && res.Networks[at+1].Score == res.Networks[at].Score {
		at++
	}
	return at + 1
}

// digest is FNV-1a: it chooses cases the same way everywhere.
func digest(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
