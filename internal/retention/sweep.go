package retention

import (
	"context"

	"phare/internal/access"
	"phare/internal/store"
)

const (
	links       = `person_copy WHERE platform = $1 AND token <> '' AND expires_at < $2`
	invitations = `invitation WHERE platform = $1 AND state <> 'used' AND expires_at < $2`
	codes       = `recovery WHERE platform = $1 AND code <> '' AND expires_at < $2`
)

// spent is what the program forgets by its rules, when the time of one has passed.
var spent = map[string][]string{
	Draft: {`draft WHERE platform = $1 AND updated_at < $2`},
	Token: {links, invitations, codes},
}

// Sweep forgets what opens nothing any more, once the time of its rule has passed: the
// secrets of links to copies, invitations that nobody used, codes of lost ways in.
// Drafts are the request's own (request.PurgeDrafts).
func Sweep(ctx context.Context, db *store.DB, by access.Actor) error {
	return db.Write(ctx, by.Act("retention.sweep", by.Platform), func(tx *store.Tx) error {
		before := tx.Now.AddDate(0, 0, -Table().amount(Token))
		for _, sql := range []string{
			`DELETE FROM ` + invitations,
			`UPDATE person_copy SET token = '' WHERE platform = $1 AND token <> '' AND expires_at < $2`,
			`UPDATE recovery SET code = '' WHERE platform = $1 AND code <> '' AND expires_at < $2`,
		} {
			if err := tx.Exec(sql, by.Platform, before); err != nil {
				return err
			}
		}
		return nil
	})
}
