package access

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"phare"
	"phare/internal/store"
)

// stampedFor is how long a challenge given to a browser can be answered.
const stampedFor = 10 * time.Minute

// stamped is what a browser keeps for us between two pages of a ceremony: it can
// read it, not change it. Nothing is stored until it comes back.
type stamped[T any] struct {
	Value T
	Until time.Time
}

// stamp packs value for a purpose, until the ceremony is over.
func stamp[T any](k Key, purpose string, value T, now time.Time) (string, error) {
	b, err := json.Marshal(stamped[T]{value, now.Add(stampedFor)})
	if err != nil {
		return "", err
	}
	body := base64.RawURLEncoding.EncodeToString(b)
	return body + "." + k.Mac("stamp."+purpose, body), nil
}

// unstamp reads what stamp packed for the same purpose; anything else, or later,
// is Invalid.
func unstamp[T any](k Key, purpose, packed string, now time.Time) (value T, err error) {
	late := phare.Fault(phare.Invalid, "entry.late")
	body, mac, _ := strings.Cut(packed, ".")
	if !k.Is(mac, "stamp."+purpose, body) {
		return value, late
	}
	b, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return value, late
	}
	var s stamped[T]
	if err := json.Unmarshal(b, &s); err != nil || now.After(s.Until) {
		return value, late
	}
	return s.Value, nil
}

// spend marks a stamped challenge as used. The second time it is a Conflict.
func spend(tx *store.Tx, k Key, platform, packed string) error {
	n, err := tx.Affect(`INSERT INTO spent (id, platform, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, k.Mac("spent", packed), platform, tx.Now)
	if err == nil && n == 0 {
		err = phare.Fault(phare.Conflict, "entry.late")
	}
	return err
}
