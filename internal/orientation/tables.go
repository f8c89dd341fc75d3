package orientation

import (
	"slices"
	"sync"

	"phare/internal/term"
)

// Parameters of the method. They were chosen on the development cases of the
// benchmark; changing one means a new Version.
const (
	spreadUp  = 3   // tenths: how far a second child adds to a parent's share
	backPower = 8   // tenths: power of the background in the lift
	levels    = 2   // how far up a neighbour is looked for
	grain     = 256 // steps per nat of a stored log lift
	liftSteps = 16 * grain
	liftZero  = 4 * grain
	skipUnder = unit * 8 / 10 // a neighbour that would weigh less is not read
)

// Engine ranks. It holds tables made once from a Knowledge and only read after
// that: it is safe for concurrent use.
type Engine struct {
	k         *term.Knowledge
	place     []int32          // number of each term of k in the engine
	origin    []int32          // and back
	ids       map[string]int32 // live, alternative and replaced HPO ids
	up        csr              // parents of each term
	anc       csr              // ancestors of each term, itself included
	ic        []int32          // information content of each term, unit
	merged    merged           // what each term gives each profile, made from posts
	covering  covering         // how what is said of a term is handed down
	posts     postings         // profiles whose closure holds each term, with their lift
	tier      [][levels]int32  // by term: end of the postings worth reading from 1, 2, … steps below
	signs     signLists        // own signs of each profile, most frequent first
	expect    []expected       // the same for a query
	firm      csr              // firm signs of each profile, most frequent first, by number in covering
	firmUnder csr              // by term: itself and what is more precise, of the signs that are firm anywhere
	branches  branches         // of the ontology, to bound scores with
	families  []int32          // family of each profile, in their order
	names     []name           // codes of each profile
	nets      csr              // networks of each profile, first choice first
	onset     *onsets
	gain      [levels + 1][]int32 // unit above the floor, by distance and log lift
	floor     int64               // what a sign weighs that the disease does not have, unit
	frames    sync.Pool
}

// postings are lists by term, by tier, then profile. A posting holds its profile
// over its log lift, see liftZero, so that both come in one read.
type postings struct {
	start []int32
	item  []uint32
}

const (
	liftBits    = 12 // liftSteps is 1 << liftBits
	liftMask    = liftSteps - 1
	profileBits = 32 - liftBits
)

// name is how a profile is called.
type name struct {
	own     string   // the code whose signs come first
	family  string   // the code of its family
	aliases []string // the others of the family; shared by all results
}

// signLists are the signs by profile.
type signLists struct {
	start []int32
	item  []ownSign
	sum   []int32 // the shares of a profile's signs together, unit
	whole []int32 // weight that each sign gets from being a part of the whole, see missed, unit
	most  int64   // the length of the longest list
}

// ownSign is a sign of a profile and the share of patients who have it, unit.
type ownSign struct {
	term int32
	said uint32 // the share; the top bit says that it is firm: patients without it are hardly known
}

// expected is a sign of a profile in few bits, because a query reads many: its
// number in covering over its share, which is always under 1, see priorSeen.
type expected uint32

func (x expected) number() uint32 { return uint32(x >> 16) }
func (x expected) share() int64   { return int64(x & 0xffff) }

const firmBit = 1 << 31

func (s ownSign) freq() int32 { return int32(s.said &^ firmBit) }
func (s ownSign) firm() bool  { return s.said&firmBit != 0 }

func (l *signLists) of(p int32) []ownSign { return l.item[l.start[p]:l.start[p+1]] }

// csr is a list of lists.
type csr struct {
	start []int32
	item  []int32
}

func (c *csr) of(i int32) []int32 { return c.item[c.start[i]:c.start[i+1]] }

func (c *csr) end() { c.start = append(c.start, int32(len(c.item))) }

// New makes the tables. A Knowledge without signs gives an engine whose every
// answer is empty.
func New(k *term.Knowledge) *Engine {
	e := &Engine{k: k}
	l := newLogs()
	e.arrange()
	e.climb()
	e.profiles()
	e.gains(l)
	e.post(l)
	e.merge()
	e.branch()
	e.cover()
	e.onset = newOnsets(l, k, e.families)
	e.frames.New = func() any { return e.newFrame() }
	return e
}

// posting is one (term, profile) pair of the closure.
type posting struct {
	term, profile int32
	share         int64
}

// post propagates the shares of each profile up to the root and turns them
// into posting lists of log lifts, with the information content of each term.
func (e *Engine) post(l *logs) {
	nt, np := len(e.k.Terms), len(e.families)
	all := make([]posting, 0, 128*np)
	back := make([]int64, nt)
	at := make([]int64, nt) // share by term of the profile in hand
	seen := make([]int32, nt)
	var closure []int32
	for p := range int32(np) {
		closure = closure[:0]
		for _, s := range e.signs.of(p) {
			for _, a := range e.anc.of(s.term) {
				if seen[a] != p+1 {
					seen[a], at[a] = p+1, 0
					closure = append(closure, a)
				}
			}
			at[s.term] = max(at[s.term], int64(s.freq())<<toFix)
		}
		slices.Sort(closure)
		for _, t := range slices.Backward(closure) { // children before parents
			for _, up := range e.up.of(t) {
				hi, lo := max(at[up], at[t]), min(at[up], at[t])
				at[up] = hi + mul(one-hi, lo)*spreadUp/10
			}
			back[t] += at[t]
			all = append(all, posting{t, p, at[t]})
		}
	}
	e.lists(l, all, back)
}

// lists sorts the postings by term and stores their lifts.
func (e *Engine) lists(l *logs, all []posting, back []int64) {
	nt, np := len(e.k.Terms), uint64(max(len(e.families), 1))
	e.posts.start = make([]int32, nt+1)
	for _, x := range all {
		e.posts.start[x.term+1]++
	}
	e.ic = make([]int32, nt)
	powered := make([]int64, nt)
	for t := range nt {
		n := uint64(max(e.posts.start[t+1], 1))
		e.ic[t] = int32((l.ln(np) - l.ln(n)) >> toFix)
		if back[t] > 0 {
			powered[t] = (l.ln(uint64(back[t])) - l.ln(np) - 30*ln2) * backPower / 10
		}
		e.posts.start[t+1] += e.posts.start[t]
	}
	e.posts.item = make([]uint32, len(all))
	steps := make([]uint16, len(all))
	e.tier = make([][levels]int32, nt)
	for i, x := range all {
		log := l.ln(uint64(x.share)) - 30*ln2 - powered[x.term]
		steps[i] = uint16(min(max(log*grain/one+liftZero, 0), liftSteps-1))
	}
	next := slices.Clone(e.posts.start)
	for tier := levels; tier >= 0; tier-- { // profiles come in order, so each tier is sorted
		for i, x := range all {
			if e.tierOf(steps[i]) == tier {
				e.posts.item[next[x.term]] = uint32(x.profile)<<liftBits | uint32(steps[i])
				next[x.term]++
			}
		}
		for t := range e.tier {
			if tier > 0 {
				e.tier[t][tier-1] = next[t]
			}
		}
	}
}

// tierOf is the number of steps from which a lift is worth reading.
func (e *Engine) tierOf(step uint16) int {
	d := 0
	for d < levels && int64(e.gain[d+1][step]) >= skipUnder {
		d++
	}
	return d
}

// worth returns the postings of a term that are worth reading from a sign
// distance steps below it.
func (e *Engine) worth(n neighbour) []uint32 {
	from, to := e.posts.start[n.term], e.posts.start[n.term+1]
	if n.distance > 0 {
		to = e.tier[n.term][n.distance-1]
	}
	return e.posts.item[from:to]
}

// gains tabulates ln(0.7 × 0.35^d × lift + 0.3) - ln 0.3 for each distance d.
func (e *Engine) gains(l *logs) {
	factor := one * 7 / 3
	for d := range e.gain {
		e.gain[d] = make([]int32, liftSteps)
		for i := range e.gain[d] {
			lift := exp(int64(i-liftZero) * one / grain)
			e.gain[d][i] = int32((l.ln(uint64(one+mul(lift, factor))) - 30*ln2) >> toFix)
		}
		factor = factor * 35 / 100
	}
	e.floor = (l.ln(3) - l.ln(10)) >> toFix
}
