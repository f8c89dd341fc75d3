package mail

import (
	"strings"
	"time"

	"phare"
	"phare/internal/store"
)

// Of a message that waits to be sent by the program, whether its job is exhausted:
// it has no try left, and none runs now. (A try that breaks off leaves no word.)
const (
	toSend    = `m.sent_at = '' AND m.state = '` + Waiting + `' AND m.way IN ('` + ByMail + `', '` + BySMS + `')`
	exhausted = `EXISTS (SELECT 1 FROM job j WHERE j.platform = m.platform AND j.payload = '"' || m.id || '"' AND j.attempt >= $2 AND j.run_at <= $3)`
)

// UnderWay says whether a message of a request will still be tried. One that was
// given up waits for nobody.
func UnderWay(v *store.View, platform string, request phare.ID, now time.Time) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT count(*) FROM message m WHERE m.request = $1 AND (m.platform || '') = $4 AND `+toSend+` AND NOT `+exhausted, request, store.MaxAttempts, now, platform)
	return n > 0, err
}

// GivenUp is a message that no try could bring, and that is not tried again.
type GivenUp struct {
	Kind string
	At   time.Time // when it was written
}

// Subject is the text of its subject line.
func (g GivenUp) Subject() string {
	kind, _, _ := strings.Cut(g.Kind, ".")
	return "mail." + kind + ".subject"
}

// GivenUps are the messages of a request that were given up, the oldest first.
func GivenUps(v *store.View, platform string, request phare.ID, now time.Time) ([]GivenUp, error) {
	return store.All(v, func(row store.Row) (g GivenUp, err error) {
		err = row.Scan(&g.Kind, store.Time(&g.At))
		return g, err
	}, `SELECT m.kind, m.at FROM message m WHERE m.request = $1 AND (m.platform || '') = $4 AND (m.state = '`+Failed+`' OR `+toSend+` AND `+exhausted+`)
		ORDER BY m.at, m.id`, request, store.MaxAttempts, now, platform)
}
