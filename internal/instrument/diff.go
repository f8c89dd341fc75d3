package instrument

import "strings"

// What became of a line between two versions.
const (
	Same    = "same"
	Added   = "added"
	Removed = "removed"
	Skipped = "skipped" // lines that stayed the same, left out by Near
)

// Change is one line, and what became of it.
type Change struct {
	What  string
	Text  string
	Count int // of the lines left out
}

// mostCompared bounds the work of Diff: lines of one text times lines of the other.
const mostCompared = 4_000_000

// Diff says line by line what changed from one text to another, by their longest
// common part. Texts far longer than any instrument are told as wholly replaced.
func Diff(before, after string) (all []Change) {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for _, s := range a[:head] {
		all = append(all, Change{What: Same, Text: s})
	}
	all = append(all, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, s := range a[len(a)-tail:] {
		all = append(all, Change{What: Same, Text: s})
	}
	return all
}

// middle compares what is not the same at both ends.
func middle(a, b []string) (all []Change) {
	if len(a)*len(b) > mostCompared {
		return append(whole(Removed, a), whole(Added, b)...)
	}
	common := make([][]int32, len(a)+1) // length of the common part of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			all = append(all, Change{What: Same, Text: a[i]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			all = append(all, Change{What: Removed, Text: a[i]})
			i++
		default:
			all = append(all, Change{What: Added, Text: b[j]})
			j++
		}
	}
	return append(append(all, whole(Removed, a[i:])...), whole(Added, b[j:])...)
}

func whole(what string, lines []string) (all []Change) {
	for _, s := range lines {
		all = append(all, Change{What: what, Text: s})
	}
	return all
}

// Near leaves out the lines that are far from any change.
func Near(all []Change, around int) (near []Change) {
	keep := make([]bool, len(all))
	for i, c := range all {
		for j := max(0, i-around); c.What != Same && j < min(len(all), i+around+1); j++ {
			keep[j] = true
		}
	}
	for i, c := range all {
		last := len(near) - 1
		switch {
		case keep[i]:
			near = append(near, c)
		case last >= 0 && near[last].What == Skipped:
			near[last].Count++
		default:
			near = append(near, Change{What: Skipped, Count: 1})
		}
	}
	return near
}
