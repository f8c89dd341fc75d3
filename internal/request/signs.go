package request

import (
	"context"
	"regexp"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

// mostSigns is how many signs one request can carry.
const mostSigns = 60

var hpoID = regexp.MustCompile(`^HP:[0-9]{7}$`)

// SetSigns enters or changes signs of a request, each as present, absent or
// asked in vain, with the label that was on screen. It needs no version: two people can enter signs
// at once, and the last word on one sign stands.
func SetSigns(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, signs []Sign) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	if err := checkSigns("sign", signs); err != nil {
		return err
	}
	act := by.Act("request.sign", string(id))
	return editSigns(ctx, db, by, act, func(tx *store.Tx) error { return putSigns(tx, by, id, "sign", signs) })
}

// checkSigns refuses what no form of ours sends; field is where it is said.
func checkSigns(field string, signs []Sign) error {
	if len(signs) == 0 {
		return phare.Field(field, "patient.sign.none")
	}
	if len(signs) > mostSigns {
		return phare.Field(field, "patient.sign.many")
	}
	for _, s := range signs {
		if !hpoID.MatchString(s.HPO) || s.Label == "" || s.Presence != Present && s.Presence != Absent && s.Presence != Unknown {
			return phare.Field(field, "patient.sign.bad")
		}
	}
	return nil
}

// putSigns writes signs over what was known of them; field is where it is said
// that there are too many.
func putSigns(tx *store.Tx, by access.Actor, id phare.ID, field string, signs []Sign) error {
	for _, s := range signs {
		err := tx.Exec(`INSERT INTO request_sign (request, platform, hpo, presence, label, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (request, hpo) DO UPDATE SET presence = $4, label = $5, actor = $6, at = $7 WHERE request_sign.platform = $2`,
			id, by.Platform, s.HPO, s.Presence, s.Label, by.ID, tx.Now)
		if err != nil {
			return err
		}
	}
	n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM request_sign WHERE request = $1 AND platform = $2`, id, by.Platform)
	if err == nil && n > mostSigns {
		return phare.Field(field, "patient.sign.many")
	}
	return err
}

// DropSign takes a sign off a request. The orientations that used it keep it.
func DropSign(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, hpo string) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	act := by.Act("request.unsign", string(id))
	return editSigns(ctx, db, by, act, func(tx *store.Tx) error {
		return tx.Exec(`DELETE FROM request_sign WHERE request = $1 AND hpo = $2 AND platform = $3`, id, hpo, by.Platform)
	})
}

// editSigns changes the signs of a request that is not closed. The caller has
// checked the right.
func editSigns(ctx context.Context, db *store.DB, by access.Actor, act store.Act, do func(*store.Tx) error) error {
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, phare.ID(act.Subject))
		if err != nil {
			return err
		}
		if r.State == Closed {
			return phare.Fault(phare.Conflict, "desk.closed")
		}
		return do(tx)
	})
}

// SignNote says who entered a sign as it stands, and when.
type SignNote struct {
	Name string // of the account; empty when it is not of this platform
	At   time.Time
}

// SignNotes reads who entered each sign of a request, by HPO id. The page around
// it has opened the file.
func SignNotes(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (map[string]SignNote, error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	notes := map[string]SignNote{}
	err := db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		_, err := store.All(v, func(row store.Row) (hpo string, err error) {
			var n SignNote
			err = row.Scan(&hpo, &n.Name, store.Time(&n.At))
			notes[hpo] = n
			return hpo, err
		}, `SELECT s.hpo, coalesce(a.name, ''), s.at FROM request_sign s LEFT JOIN account a ON a.id = s.actor AND a.platform = s.platform
			WHERE s.request = $1 AND s.platform = $2`, id, by.Platform)
		return err
	})
	return notes, err
}
