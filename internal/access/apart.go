package access

import (
	"time"

	"phare"
	"phare/internal/store"
)

// secondAge is how old an account that came by invitation must be to be the
// second person: long enough for the desk to notice one that nobody knows.
const secondAge = 7 * 24 * time.Hour

// Apart is nil if by may be the second person beside asker, another account of
// their platform: neither made the other, and by is no account made for the
// occasion.
func Apart(v *store.View, by Actor, asker string, now time.Time) error {
	if by.ID == asker {
		return phare.Fault(phare.Forbidden, "erasure.other")
	}
	known, err := Settled(v, by.Platform, by.ID, now)
	if err == nil && !known {
		err = phare.Fault(phare.Forbidden, "staff.help.near")
	}
	if err != nil {
		return err
	}
	near, err := Near(v, by.Platform, asker, by.ID, time.Time{})
	if err == nil && near {
		err = phare.Fault(phare.Forbidden, "staff.help.near")
	}
	return err
}

// Near is Handled, or that one administrator invited both within a week that is
// not over for long: two accounts that one person may have made for each other.
func Near(v *store.View, platform, one, other string, since time.Time) (bool, error) {
	near, err := Handled(v, platform, one, other, since)
	if err != nil || near {
		return near, err
	}
	pairs, err := store.All(v, func(row store.Row) (came [2]time.Time, err error) {
		err = row.Scan(store.Time(&came[0]), store.Time(&came[1]))
		return came, err
	}, `SELECT a.created_at, b.created_at FROM account a, account b WHERE a.id = $2 AND b.id = $3 AND a.platform = $1 AND b.platform = $1
		AND EXISTS (SELECT 1 FROM invitation i JOIN invitation j ON j.platform = i.platform AND j.by_id = i.by_id
			WHERE i.platform = $1 AND i.state = 'used' AND j.state = 'used' AND i.login = a.login AND j.login = b.login AND i.by_id <> $4)`,
		platform, one, other, Machine(platform).ID)
	for _, came := range pairs {
		first, last := came[0], came[1]
		if last.Before(first) {
			first, last = last, first
		}
		near = near || last.Sub(first) < secondAge && v.Now().Sub(last) < secondAge
	}
	return near, err
}

// Settled says whether an account is old enough, or was opened by the operator:
// then no administrator of the desk made it for the occasion.
func Settled(v *store.View, platform, id string, now time.Time) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT count(*) FROM account a WHERE id = $1 AND platform = $2 AND (created_at <= $3
		OR EXISTS (SELECT 1 FROM audit WHERE subject = a.id AND verb = 'account.add' AND actor = $4))`, id, platform, now.Add(-secondAge), Machine(platform).ID)
	return n > 0, err
}

// Handled says whether one of two accounts invited the other, gave it its role or
// an identity, or helped it to begin anew, at since or later; the zero time is ever.
func Handled(v *store.View, platform, one, other string, since time.Time) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT
		(SELECT count(*) FROM invitation i JOIN account a ON a.login = i.login AND a.platform = i.platform
			WHERE i.platform = $1 AND i.state = 'used' AND a.created_at >= $4 AND (i.by_id = $2 AND a.id = $3 OR i.by_id = $3 AND a.id = $2))
		+ (SELECT count(*) FROM recovery WHERE platform = $1 AND state = 'used' AND confirmed_at >= $4
			AND (account = $2 AND (asked_by = $3 OR confirmed_by = $3) OR account = $3 AND (asked_by = $2 OR confirmed_by = $2)))
		+ (SELECT count(*) FROM audit WHERE platform = $1 AND verb IN ('account.add', 'account.role', 'identity.add') AND at >= $4
			AND (subject = $2 AND actor = $3 OR subject = $3 AND actor = $2))`, platform, one, other, since)
	return n > 0, err
}
