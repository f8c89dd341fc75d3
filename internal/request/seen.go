package request

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// visitEnds is how long after a look the next one is another visit: someone who
// goes back and forth in one file reads one visit's news all the while.
const visitEnds = 30 * time.Minute

// see writes down that the actor looks at a file now.
func see(tx *store.Tx, by access.Actor, id phare.ID) error {
	return tx.Exec(`INSERT INTO seen (account, request, platform, at, since) VALUES ($1, $2, $3, $4, '')
		ON CONFLICT (account, request) DO UPDATE SET since = CASE WHEN seen.at < $5 THEN seen.at ELSE seen.since END, at = $4 WHERE seen.platform = $3`,
		by.ID, id, by.Platform, tx.Now, tx.Now.Add(-visitEnds))
}

// visitOf is when the actor last looked at a file in the visit before this one;
// zero: never before. signs says whether someone else changed its signs since.
func visitOf(v *store.View, by access.Actor, id phare.ID) (at time.Time, signs bool, err error) {
	_, err = store.One(v, func(row store.Row) (struct{}, error) {
		return struct{}{}, row.Scan(store.Time(&at), &signs)
	}, `SELECT since, since <> '' AND EXISTS (SELECT 1 FROM request_sign x WHERE x.request = $2 AND x.platform = $3 AND x.at > seen.since AND x.actor <> $1)
		FROM seen WHERE account = $1 AND request = $2 AND platform = $3`, by.ID, id, by.Platform)
	if phare.KindOf(err) == phare.NotFound {
		err = nil
	}
	return at, signs, err
}
