package access

import (
	"slices"
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

// Near is Handled, or that both go back to one administrator, through whomever that
// one invited, within a week that is not over for long: accounts that one person may
// have made for each other, with others in between.
func Near(v *store.View, platform, one, other string, since time.Time) (bool, error) {
	near, err := Handled(v, platform, one, other, since)
	if err != nil || near {
		return near, err
	}
	var lines [2][]string
	var came [2]time.Time
	for i, id := range []string{one, other} {
		if lines[i], err = makers(v, platform, id); err != nil {
			return false, err
		}
		came[i], err = store.One(v, func(row store.Row) (at time.Time, err error) {
			err = row.Scan(store.Time(&at))
			return at, err
		}, `SELECT created_at FROM account WHERE id = $1 AND platform = $2`, id, platform)
		if phare.KindOf(err) == phare.NotFound { // not an account: nobody invited it
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	slices.SortFunc(came[:], time.Time.Compare)
	if v.Now().Sub(came[1]) >= secondAge {
		return false, nil
	}
	made := slices.Contains(lines[0], other) || slices.Contains(lines[1], one)
	return made || came[1].Sub(came[0]) < secondAge && slices.ContainsFunc(lines[0], func(id string) bool { return slices.Contains(lines[1], id) }), nil
}

// makers are who invited an account, who invited those, and so on; the operator is
// nobody's maker.
func makers(v *store.View, platform, id string) (all []string, err error) {
	for next := []string{id}; len(next) > 0; next = next[1:] {
		by, err := store.All(v, store.Value[string], `SELECT i.by_id FROM invitation i JOIN account a ON a.login = i.login AND a.platform = i.platform
			WHERE a.id = $1 AND i.platform = $2 AND i.state = 'used' AND i.by_id <> $3`, next[0], platform, Machine(platform).ID)
		if err != nil {
			return nil, err
		}
		for _, maker := range by {
			if !slices.Contains(all, maker) {
				all, next = append(all, maker), append(next, maker)
			}
		}
	}
	return all, nil
}

// Lost counts the accounts known to a platform that had a right by their role and
// lost that role at since or later, by another one or by their end.
func Lost(v *store.View, platform string, right Right, since time.Time) (n int, err error) {
	type left struct {
		id        string
		had, role Role
		active    bool
	}
	all, err := store.All(v, func(row store.Row) (l left, err error) {
		err = row.Scan(&l.id, &l.had, &l.role, &l.active)
		return l, err
	}, `SELECT id, left_role, role, active FROM account WHERE platform = $1 AND left_at <> '' AND left_at >= $2`, platform, since)
	for _, l := range all {
		if err != nil {
			return n, err
		}
		if !(Actor{Role: l.had}).Can(right) || l.active && (Actor{Role: l.role}).Can(right) {
			continue
		}
		var known bool
		if known, err = Settled(v, platform, l.id, v.Now()); known {
			n++
		}
	}
	return n, err
}

// Settled says whether an account is old enough, or was opened by the operator:
// then no administrator of the desk made it for the occasion.
func Settled(v *store.View, platform, id string, now time.Time) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT count(*) FROM account a WHERE id = $1 AND platform = $2 AND (created_at <= $3
		OR EXISTS (SELECT 1 FROM audit t WHERE t.platform = a.platform AND t.subject = a.id AND t.verb = 'account.add' AND t.actor = $4))`, id, platform, now.Add(-secondAge), Machine(platform).ID)
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
