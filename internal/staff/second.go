package staff

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// refuses is nil if by may be the second person of r, else says why not. Without
// it one administrator would be two people: by inviting the second one, giving
// them the role, or taking over their ways in. It looks both ways, for whoever
// was invited may also be the one who asks. What the operator asked, who holds
// the machine anyway, takes anyone else: a small or new desk needs a way.
func (r Recovery) refuses(v *store.View, by access.Actor, now time.Time) error {
	switch {
	case r.Mine(by):
		return phare.Fault(phare.Forbidden, "staff.help.same")
	case r.askedBy == access.Machine(r.platform).ID:
		return nil
	}
	return access.Apart(v, by, r.askedBy, now)
}

// seconds are the active accounts that can be the second person of r.
func (r Recovery) seconds(v *store.View, now time.Time) (all []access.Account, err error) {
	active, err := access.Active(v, r.platform)
	if err != nil {
		return nil, err
	}
	for _, a := range active {
		if !a.Actor().Can(access.ConfirmHelp) {
			continue
		}
		switch err := r.refuses(v, a.Actor(), now); {
		case err == nil:
			all = append(all, a)
		case phare.KindOf(err) != phare.Forbidden:
			return nil, err
		}
	}
	return all, nil
}
