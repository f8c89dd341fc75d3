package orientation

import (
	"cmp"
	"slices"
)

// networkDepth is the number of families that speak for networks, however many
// entries are asked for.
const networkDepth = 50

// The shares of the list's weight from which support is strong and medium, in
// hundredths. On novel development cases, strong is right for 8 first diseases
// in 10 and 9 first networks in 10; doc/orientation.md has the table.
type thresholds struct{ strong, medium int64 }

var (
	entrySupport   = thresholds{95, 60}
	networkSupport = thresholds{95, 40}
)

// weights turns the scores of the best families into shares that add up to
// total: e^(score - best), as a softmax at temperature 1.
func weights(heads []head) (shares []int64, total int64) {
	shares = make([]int64, min(networkDepth, len(heads)))
	for i := range shares {
		shares[i] = exp((heads[i].score - heads[0].score) << toFix)
		total += shares[i]
	}
	return shares, max(total, 1)
}

// networks adds up the shares by network. A family speaks with its whole share
// for its first network and with half of it for each further one.
func (e *Engine) networks(heads []head, shares []int64, total int64, abstain bool) []NetworkScore {
	sum := make([]int64, len(e.k.Networks))
	for i, s := range shares {
		for j, n := range e.nets.of(heads[i].profile) {
			sum[n] += s >> min(j, 1)
		}
	}
	list := make([]NetworkScore, len(sum))
	for i := range list {
		list[i] = NetworkScore{e.k.Networks[i].Slug, sum[i] * unit / total, Weak}
		if !abstain {
			list[i].Support = support(sum[i], total, networkSupport)
		}
	}
	slices.SortFunc(list, func(a, b NetworkScore) int {
		if a.Score != b.Score {
			return cmp.Compare(b.Score, a.Score)
		}
		return cmp.Compare(a.Slug, b.Slug)
	})
	return list
}

func support(part, total int64, t thresholds) Support {
	switch {
	case part*100 >= total*t.strong:
		return Strong
	case part*100 >= total*t.medium:
		return Medium
	}
	return Weak
}
