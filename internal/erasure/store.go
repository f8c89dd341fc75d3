package erasure

import (
	"fmt"

	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

const columns = `e.id, e.request, r.reference, e.ground, e.state, e.asked_by, e.asked_name, e.asked_at, e.ended_name, e.ended_at
	FROM erasure e JOIN request r ON r.id = e.request AND (r.platform || '') = e.platform`

func scan(row store.Row) (e Erasure, err error) {
	err = row.Scan(&e.ID, &e.Request, &e.Reference, &e.Ground, &e.State, &e.AskedBy, &e.AskedName, store.Time(&e.AskedAt), &e.EndedName, store.Time(&e.EndedAt))
	return e, err
}

// erase destroys the keys of a request, and all that stands in clear beside what
// they sealed: the words by which it is found, its signs, its way through the
// tree, the secrets of its links, the pieces of its files, and what was
// typed into its form after it was sent. The identity goes with the last request
// of the person.
func erase(tx *store.Tx, r request.Request) error {
	if err := r.ForgetDraft(tx); err != nil {
		return err
	}
	for _, sql := range []string{
		`DELETE FROM request_word WHERE request = $1 AND platform = $2`,
		`DELETE FROM request_sign WHERE request = $1 AND platform = $2`,
		`DELETE FROM circle WHERE request = $1 AND platform = $2`, // who is barred there works here and is the patient, or near
		`DELETE FROM patient_merge_request WHERE request = $1 AND platform = $2`,
		`UPDATE instrument_walk SET path = id, outcome = '', urgency = '', networks = '' WHERE request = $1 AND platform = $2`,
		`UPDATE need SET kind = '', label = '', why = '' WHERE request = $1 AND (platform || '') = $2`,
		`UPDATE task SET whom = '' WHERE request = $1 AND (platform || '') = $2`,
		`UPDATE reorient SET why = 'else' WHERE request = $1 AND platform = $2`,
		`DELETE FROM history WHERE request = $1 AND platform = $2`,
		`UPDATE person_ask SET aspect = '', giver = '' WHERE request = $1 AND (platform || '') = $2`,
		`UPDATE rectification SET field = '' WHERE request = $1 AND platform = $2`,
		`UPDATE person_copy SET token = '', apart = '' WHERE request = $1 AND platform = $2`,
		`DELETE FROM seen WHERE request = $1 AND platform = $2`,
		`DELETE FROM sender_request WHERE request = $1 AND platform = $2`,
		`DELETE FROM attachment_chunk WHERE platform = $2 AND attachment IN (SELECT id FROM attachment WHERE (platform || '') = $2 AND draft IN (SELECT id FROM arrival WHERE request = $1 AND (platform || '') = $2))`,
		`DELETE FROM attachment WHERE platform = $2 AND draft IN (SELECT id FROM arrival WHERE request = $1 AND (platform || '') = $2)`,
		`UPDATE arrival SET print = id, alike = '', about = '', remark = '' WHERE request = $1 AND (platform || '') = $2`,
		`UPDATE choice SET label = '' WHERE request = $1 AND platform = $2`,
		`UPDATE question SET token = 'erased ' || id, link_form = 'erased ' || id WHERE request = $1 AND platform = $2`,
		`UPDATE answer SET token = '' WHERE request = $1 AND platform = $2`,
		`DELETE FROM attachment_chunk WHERE platform = $2 AND attachment IN (SELECT id FROM attachment WHERE request = $1 AND (platform || '') = $2)`,
		`DELETE FROM upload_piece WHERE platform = $2 AND upload IN (SELECT id FROM upload WHERE request = $1 AND platform = $2)`,
		`DELETE FROM upload WHERE request = $1 AND platform = $2`,
		`UPDATE message SET state = 'replaced' WHERE request = $1 AND (platform || '') = $2 AND state IN ('waiting', 'failed')`,
		`UPDATE message SET number_index = '', provider = '' WHERE request = $1 AND (platform || '') = $2`,
		`DELETE FROM reach WHERE request = $1 AND platform = $2`,
		`UPDATE attachment SET pieces = 0, size = 0 WHERE request = $1 AND (platform || '') = $2`,
		`UPDATE request SET secret = '', form = '` + request.ErasedForm + `' || form, birth_index = '', awaited = '', patient = NULL, version = version + 1 WHERE id = $1 AND platform = $2`,
	} {
		if err := tx.Exec(sql, r.ID, r.Platform); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	if err := tx.Exec(`DELETE FROM track_failure WHERE reference = $1`, r.Reference); err != nil {
		return err
	}
	came, err := store.All(&tx.View, store.Value[string], `SELECT id FROM arrival WHERE request = $1 AND platform = $2`, r.ID, r.Platform)
	if err != nil {
		return err
	}
	for _, id := range came { // matched lately: it can still be parted from the request
		if err := tx.Shred(r.Platform, "arrival/"+id); err != nil {
			return err
		}
	}
	if err := tx.Shred(r.Platform, request.Subject(r.ID)); err != nil {
		return err
	}
	if r.Patient == "" {
		return nil
	}
	return patient.Forget(tx, r.Platform, r.Patient) // what no request names any more
}
