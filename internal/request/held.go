package request

import (
	"time"

	"phare"
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
// pressing first.
func HeldBy(v *store.View, platform string, account phare.ID) ([]Held, error) {
	return store.All(v, func(row store.Row) (h Held, err error) {
		err = row.Scan(&h.Reference, &h.State, store.Time(&h.NextAt))
		return h, err
	}, `SELECT reference, state, next_at FROM request WHERE platform = $1 AND owner = $2 AND state <> 'closed' ORDER BY priority, next_at, id`, platform, account)
}
