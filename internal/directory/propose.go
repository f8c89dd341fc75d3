package directory

import (
	"cmp"
	"slices"
	"strings"

	"phare/internal/access"
	"phare/internal/store"
)

// How near a proposal is; keys of messages.
const (
	Local    = "directory.near.local"    // in the territory of the platform
	Overseas = "directory.near.overseas" // in another overseas territory
	Mainland = "directory.near.mainland" // on the mainland, or national
)

// Proposal is an entry that can be asked, and why it is proposed.
type Proposal struct {
	Entry
	Network string // the network it answers for
	Near    string // Local, Overseas or Mainland
}

// Propose lists whom to ask for the networks given, in their order: those of
// the territory first, then other overseas territories, then the mainland; in
// each, entries of the platform's own before national ones, and centres before
// the network itself. Nothing in it depends on the patient.
func Propose(v *store.View, by access.Actor, networks []string, territory string) ([]Proposal, error) {
	found, err := organisations(v, by)
	if err != nil {
		return nil, err
	}
	people, err := persons(v, by)
	if err != nil {
		return nil, err
	}
	var all []Proposal
	for _, o := range found {
		i := slices.IndexFunc(networks, func(n string) bool { return slices.Contains(o.Networks(), n) })
		if i < 0 {
			continue
		}
		all = append(all, Proposal{Entry{Organisation: o, People: people[o.ID]}, networks[i], near(o.Territory, territory)})
	}
	slices.SortFunc(all, func(a, b Proposal) int {
		return cmp.Or(
			cmp.Compare(slices.Index(networks, a.Network), slices.Index(networks, b.Network)),
			cmp.Compare(distance(a.Near), distance(b.Near)),
			cmp.Compare(isNational(a), isNational(b)),
			cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)),
			strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// near compares the territory of an entry with those of a platform ("974 976").
func near(of, territory string) string {
	switch {
	case of != "" && slices.Contains(strings.Fields(territory), of):
		return Local
	case strings.HasPrefix(of, "97") || strings.HasPrefix(of, "98"):
		return Overseas
	}
	return Mainland
}

func distance(near string) int { return slices.Index([]string{Local, Overseas, Mainland}, near) }

func isNational(p Proposal) int {
	if p.Platform == National {
		return 1
	}
	return 0
}

func kindOrder(kind string) int {
	return slices.Index([]string{KindReference, KindCompetence, KindResource, KindCentre, KindRegional, KindNetwork}, kind)
}
