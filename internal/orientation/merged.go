package orientation

import "slices"

// merged holds, made at build, what a sign of the person can give each profile:
// the gain of the best of itself and of its ancestors near it (step 3 of the
// method), so that a query only adds lists up. Where that saves room, siblings
// share the list of what their ancestors give, and beside it stands what the
// sign itself gives more.
type merged struct {
	whole   []int32 // by term: its list in gains, of all it gives or of what its ancestors do
	own     []int32 // by term: its list in surplus, empty beside a list of all
	gains   shelves[gained]
	surplus shelves[surplus]
}

// ownPart decides which: a term has a list of all that it gives when the part
// that its ancestors do not give is more than one in so many.
const ownPart = 6

// gained is a profile's place on its shelf over what it gains at full weight, unit.
type gained uint32

const (
	gainBits = 32 - shelfBits // the highest gain that the tables have, 12.9 nats, takes 20
	gainMask = 1<<gainBits - 1
)

func gainedOf(profile, gain int32) gained { return gained(uint32(profile)<<gainBits | uint32(gain)) }

func (g gained) place() uint32 { return uint32(g >> gainBits) }

func (g gained) at(weight uint64) int32 { return int32(weight * uint64(g&gainMask) >> 16) }

// surplus is a profile that gains more by the sign itself than by its
// ancestors, which give less; each is weighed and rounded by itself.
type surplus struct {
	gained
	less gained
}

// shelves are lists of profiles. Profiles stand shelfSize to a shelf, as many
// as have their scores in the processor's first cache, and a query goes shelf
// by shelf. Within the shelf of a list the order means nothing.
type shelves[T any] struct {
	n     int32   // shelves
	start []int32 // by list, then shelf
	item  []T
}

const (
	shelfBits = 12
	shelfSize = 1 << shelfBits
)

func newShelves[T any](profiles, room int) shelves[T] {
	return shelves[T]{int32(profiles+shelfSize-1) >> shelfBits, []int32{0}, make([]T, 0, room)}
}

func (s *shelves[T]) of(list, shelf int32) []T {
	at := list*s.n + shelf
	return s.item[s.start[at]:s.start[at+1]]
}

// placed is an item on its way to a shelf.
type placed[T any] struct {
	profile int32
	item    T
}

// add shelves a list and returns its number.
func (s *shelves[T]) add(list []placed[T]) int32 {
	from := len(s.start)
	for range s.n {
		s.start = append(s.start, 0)
	}
	ends := s.start[from:]
	for _, x := range list {
		ends[x.profile>>shelfBits]++
	}
	next := int32(len(s.item))
	for i, n := range ends {
		ends[i] = next // so far where it starts
		next += n
	}
	s.item = slices.Grow(s.item, len(list))[:next]
	for _, x := range list {
		at := &ends[x.profile>>shelfBits]
		s.item[*at] = x.item
		*at++
	}
	return int32(from-1) / max(s.n, 1)
}

// merge makes the lists, those of siblings one after the other.
func (e *Engine) merge() {
	nt, np := len(e.ic), len(e.families)
	m := &e.merged
	m.whole, m.own = make([]int32, nt), make([]int32, nt)
	m.gains = newShelves[gained](np, 4*len(e.posts.item))
	m.surplus = newShelves[surplus](np, len(e.posts.item)/2)
	order := make([]int32, nt)
	for t := range order {
		order[t] = int32(t)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return slices.Compare(e.up.of(a), e.up.of(b)) })
	x := mixer{best: make([]int32, np)}
	for i, t := range order {
		if i == 0 || !slices.Equal(e.up.of(t), e.up.of(order[i-1])) {
			x.ancestors(e, t)
		}
		x.itself(e, t)
		if len(x.more)*ownPart > len(x.shared) {
			m.whole[t] = m.gains.add(x.all())
			x.more = x.more[:0]
		} else {
			if x.number < 0 {
				x.number = m.gains.add(x.shared)
			}
			m.whole[t] = x.number
		}
		m.own[t] = m.surplus.add(x.more)
	}
	m.gains.item = slices.Clone(m.gains.item) // only now is their number known
	m.surplus.item = slices.Clone(m.surplus.item)
}

// mixer is scratch space of merge.
type mixer struct {
	best   []int32 // by profile: what the ancestors of the siblings in hand give
	shared []placed[gained]
	number int32 // of that list; -1 as long as no term has needed it
	more   []placed[surplus]
	whole  []placed[gained]
}

// ancestors takes up what the ancestors near term t give.
func (m *mixer) ancestors(e *Engine, t int32) {
	for _, x := range m.shared {
		m.best[x.profile] = 0
	}
	m.shared, m.number = m.shared[:0], -1
	for _, n := range e.near(nil, t)[1:] {
		gains := e.gain[n.distance]
		for _, x := range e.worth(n) {
			p := int32(x >> liftBits)
			if m.best[p] == 0 {
				m.shared = append(m.shared, placed[gained]{profile: p})
			}
			m.best[p] = max(m.best[p], gains[x&liftMask])
		}
	}
	for i := range m.shared {
		x := &m.shared[i]
		x.item = gainedOf(x.profile, m.best[x.profile])
	}
}

// itself takes up what term t gives more than that.
func (m *mixer) itself(e *Engine, t int32) {
	m.more = m.more[:0]
	for _, x := range e.worth(neighbour{t, 0}) {
		p, gain := int32(x>>liftBits), e.gain[0][x&liftMask]
		if less := m.best[p]; gain > less {
			m.more = append(m.more, placed[surplus]{p, surplus{gainedOf(p, gain), gained(less)}})
		}
	}
}

// all is the better of both for each profile.
func (m *mixer) all() []placed[gained] {
	m.whole = m.whole[:0]
	for _, x := range m.more {
		m.whole = append(m.whole, placed[gained]{x.profile, x.item.gained})
		m.best[x.profile] = -m.best[x.profile] // noted: it has more
	}
	for _, x := range m.shared {
		if m.best[x.profile] > 0 {
			m.whole = append(m.whole, x)
		}
	}
	for _, x := range m.more {
		m.best[x.profile] = -m.best[x.profile]
	}
	return m.whole
}
