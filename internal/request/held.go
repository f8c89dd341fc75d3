package request

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Held is an open request in someone's hands, without a word of the patient: for
// those who see that it is handed over and may not read it.
type Held struct {
	Reference string
	State     State
	NextAt    time.Time
}

// HeldBy lists the open requests that an account of a platform holds, the most
// pressing first. What the reader is barred from does not exist for them.
func HeldBy(v *store.View, by access.Actor, account phare.ID) ([]Held, error) {
	return store.All(v, func(row store.Row) (h Held, err error) {
		err = row.Scan(&h.Reference, &h.State, store.Time(&h.NextAt))
		return h, err
	}, `SELECT reference, state, next_at FROM request WHERE platform = $1 AND owner = $2 AND state <> 'closed'
		AND NOT EXISTS (SELECT 1 FROM circle c WHERE c.request = request.id AND c.platform = request.platform AND c.account = $3 AND c.place = 'barred' AND (c.until = '' OR c.until > $4))
		ORDER BY priority, next_at, id`, by.Platform, account, by.ID, v.Now())
}
