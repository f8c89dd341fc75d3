package diff

import (
	"slices"

	"phare/internal/orientation"
)

// Move names one way in which a ranking changes.
type Move string

// The moves, from the one that matters most to the desk to any difference.
const (
	FirstNetwork  Move = "network.first"
	FirstNetworks Move = "network.three"
	FirstDisease  Move = "disease.first"
	SignReplaced  Move = "sign.replaced"
	SignLost      Move = "sign.lost"
	Abstains      Move = "abstain"
	Anything      Move = "any"
)

// moves are all moves with their headings, in the order of every list.
var moves = []struct {
	name  Move
	title string
}{
	{FirstNetwork, "another first network"},
	{FirstNetworks, "others among the first three networks"},
	{FirstDisease, "another first disease"},
	{SignReplaced, "a sign that is obsolete now, with a replacement"},
	{SignLost, "a sign that can no longer be used"},
	{Abstains, "abstains now, no longer, or for another reason"},
	{Anything, "any difference, scores included"},
}

// Rankings says how the answer to one question changes, in the order of Move.
// Networks without weight count as not listed, and the order within the first
// three as no change; a disease that is shown under another of its codes stays.
func Rankings(was, is orientation.Result) (found []Move) {
	had, has := networks(was), networks(is)
	replaced, lost := signsOf(was, is)
	for _, m := range []struct {
		name  Move
		moved bool
	}{
		{FirstNetwork, !slices.Equal(had[:min(1, len(had))], has[:min(1, len(has))])},
		{FirstNetworks, !slices.Equal(sorted(had), sorted(has))},
		{FirstDisease, !sameDisease(was.Entries, is.Entries)},
		{SignReplaced, replaced},
		{SignLost, lost},
		{Abstains, was.Abstain != is.Abstain},
		{Anything, !sameScores(was, is)},
	} {
		if m.moved || m.name == Anything && len(found) > 0 {
			found = append(found, m.name)
		}
	}
	return found
}

// networks are the first three that have any weight.
func networks(r orientation.Result) (first []string) {
	for _, n := range r.Networks[:min(3, len(r.Networks))] {
		if n.Score > 0 {
			first = append(first, n.Slug)
		}
	}
	return first
}

// sameDisease says whether two lists begin with the same disease: an exact
// relation gained or lost can change the code under which it is shown.
func sameDisease(was, is []orientation.Entry) bool {
	if len(was) == 0 || len(is) == 0 {
		return len(was) == len(is)
	}
	codes := append([]string{is[0].Family, is[0].Profile}, is[0].Aliases...)
	return slices.Contains(codes, was[0].Family) || slices.Contains(codes, was[0].Profile)
}

// signsOf says whether ids of the question are obsolete in is that were not in was.
func signsOf(was, is orientation.Result) (replaced, lost bool) {
	for id := range is.Replaced {
		_, already := was.Replaced[id]
		replaced = replaced || !already
	}
	for _, id := range slices.Concat(is.Unknown, is.NotSigns) {
		lost = lost || !slices.Contains(was.Unknown, id) && !slices.Contains(was.NotSigns, id)
	}
	return replaced, lost
}

// sameScores compares all that is shown: diseases, networks, scores and support.
func sameScores(was, is orientation.Result) bool {
	return slices.Equal(was.Networks, is.Networks) &&
		slices.EqualFunc(was.Entries, is.Entries, func(a, b orientation.Entry) bool {
			return a.Family == b.Family && a.Score == b.Score && a.Support == b.Support && slices.Equal(a.Aliases, b.Aliases)
		})
}
