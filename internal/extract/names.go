package extract

import "slices"

// reach is how far from its rarest word the other words of a name are sought.
const reach = 8

// namesAt tries the names whose rarest word is w, at token i.
func (r *reading) namesAt(i int, w int32, cost int) {
	b := r.book
	for _, at := range b.uses.row(w) {
		n := &b.names[at]
		if n.capital && !r.tokens[i].upper {
			continue
		}
		ws := b.wordsOf(n)
		if len(ws) == 1 {
			if n.lang&r.lang == 0 && len(b.words[w]) < 7 || !r.tokens[i].alone(cost) {
				continue
			}
			c := candidate{term: n.term, score: 100 - cost + r.worth(n)}
			c.add(i)
			r.found = append(r.found, c)
			continue
		}
		if !r.seen(ws) {
			continue
		}
		r.nameAt(i, n, ws, w, cost)
	}
}

// worth puts names that fit equally well in order.
func (r *reading) worth(n *name) int {
	v := int(n.quality) + int(r.book.prior[n.term])/2
	if n.lang&r.lang == 0 {
		v -= 15
	}
	return v
}

func (r *reading) seen(ws []int32) bool {
	for _, w := range ws {
		if r.stamp[w] != r.now {
			return false
		}
	}
	return true
}

// nameAt looks for the other words of a name around token i, the nearest first.
func (r *reading) nameAt(i int, n *name, ws []int32, w int32, cost int) {
	var places [mostWords]int // by word of the name
	var sorted [mostWords]int
	taken := sorted[:0]
	taken = append(taken, i)
	for j, x := range ws {
		if x == w {
			places[j] = i
			continue
		}
		at, c := r.nearest(i, x, taken)
		if at < 0 {
			return
		}
		places[j], cost = at, cost+c
		taken = append(taken, at)
	}
	slices.Sort(taken)
	turns := 0
	for j := 1; j < len(ws); j++ {
		if places[j] < places[j-1] {
			turns++
		}
	}
	gaps, coord, ok := r.gaps(taken)
	if !ok || coord && turns > 0 {
		return
	}
	c := candidate{term: n.term, score: 100*len(ws) - cost + r.worth(n) - 25*turns - gaps, coord: coord}
	if turns > 0 && (gaps > 12 || n.quality == fromPlain) {
		return
	}
	for _, at := range taken {
		c.add(at)
	}
	r.found = append(r.found, c)
}

// nearest finds word x around token i, in its sentence.
func (r *reading) nearest(i int, x int32, taken []int) (at, cost int) {
	for d := 1; d <= reach; d++ {
		for _, j := range [2]int{i + d, i - d} {
			if j < 0 || j >= len(r.tokens)-1 || r.tokens[j].sentence != r.tokens[i].sentence || slices.Contains(taken, j) {
				continue
			}
			if c := r.tokens[j].has(x); c >= 0 {
				return j, c
			}
		}
	}
	return -1, 0
}

// gaps looks at what stands between the words of a name and says what it costs:
// small words and those that may stand inside go, others only when they share
// the head ("hypotonie axiale et périphérique") or the end ("atrophie et
// faiblesse musculaires").
func (r *reading) gaps(at []int) (cost int, coord, ok bool) {
	for i := 1; i < len(at); i++ {
		from, to := at[i-1]+1, at[i]
		c, joined, fine := r.gap(from, to)
		if !fine || joined && coord {
			return 0, false, false
		}
		cost, coord = cost+c, coord || joined
	}
	return cost, coord, true
}

func (r *reading) gap(from, to int) (cost int, coord, ok bool) {
	words, joints, foreign := 0, 0, 0
	for j := from; j <= to; j++ {
		t := &r.tokens[j]
		if t.before&(wall|sepComma) != 0 {
			return 0, false, false
		}
		if t.before&sepSlash != 0 {
			joints++
		}
		if j == to {
			break
		}
		switch {
		case t.joins:
			joints++
		case t.stop:
			cost += 2
		case t.light:
			cost += 8
			words++
		default:
			foreign++
		}
	}
	if foreign == 0 && joints == 0 {
		return cost, false, words <= 3
	}
	if joints == 0 || foreign+words > 3 || foreign+words == 0 {
		return 0, false, false
	}
	// A list: the joint stands at one end of the gap.
	atEnd := r.tokens[to].before&sepSlash != 0 || r.joint(to-1, from, -1)
	atStart := r.tokens[from].before&sepSlash != 0 || r.joint(from, to, 1)
	if !atEnd && !atStart {
		return 0, false, false
	}
	return 40 + 8*foreign, true, true
}

// joint says whether a word that joins stands at token i, small words apart.
func (r *reading) joint(i, limit, step int) bool {
	for ; (step > 0 && i < limit) || (step < 0 && i >= limit); i += step {
		if r.tokens[i].joins {
			return true
		}
		if !r.tokens[i].stop {
			return false
		}
	}
	return false
}
