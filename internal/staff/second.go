package staff

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// secondAge is how old an account that came by invitation must be to be the
// second person: long enough for the desk to notice one that nobody knows.
const secondAge = 7 * 24 * time.Hour

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
	return Apart(v, by, r.askedBy, now)
}

// Apart is nil if by may be the second person beside asker, another account of
// their platform: neither made the other, and by is no account made for the
// occasion.
func Apart(v *store.View, by access.Actor, asker string, now time.Time) error {
	if by.ID == asker {
		return phare.Fault(phare.Forbidden, "erasure.other")
	}
	known, err := settled(v, by.Platform, by.ID, now)
	if err == nil && !known {
		err = phare.Fault(phare.Forbidden, "staff.help.near")
	}
	if err != nil {
		return err
	}
	near, err := handled(v, by.Platform, asker, by.ID)
	if err == nil && near {
		err = phare.Fault(phare.Forbidden, "staff.help.near")
	}
	return err
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

// settled says whether an account is old enough, or was opened by the operator:
// then no administrator of the desk made it for the occasion.
func settled(v *store.View, platform, id string, now time.Time) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT count(*) FROM account a WHERE id = $1 AND platform = $2 AND (created_at <= $3
		OR EXISTS (SELECT 1 FROM audit WHERE subject = a.id AND verb = 'account.add' AND actor = $4))`, id, platform, now.Add(-secondAge), access.Machine(platform).ID)
	return n > 0, err
}

// handled says whether one of two accounts invited the other, gave it its role
// or an identity, or helped it to begin anew.
func handled(v *store.View, platform, one, other string) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT
		(SELECT count(*) FROM invitation i JOIN account a ON a.login = i.login AND a.platform = i.platform
			WHERE i.platform = $1 AND i.state = 'used' AND (i.by_id = $2 AND a.id = $3 OR i.by_id = $3 AND a.id = $2))
		+ (SELECT count(*) FROM recovery WHERE platform = $1 AND state = 'used'
			AND (account = $2 AND (asked_by = $3 OR confirmed_by = $3) OR account = $3 AND (asked_by = $2 OR confirmed_by = $2)))
		+ (SELECT count(*) FROM audit WHERE platform = $1 AND verb IN ('account.add', 'account.role', 'identity.add')
			AND (subject = $2 AND actor = $3 OR subject = $3 AND actor = $2))`, platform, one, other)
	return n > 0, err
}
