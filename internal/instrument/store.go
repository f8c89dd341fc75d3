package instrument

import (
	"encoding/json"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

const versionColumns = `number, text, author, author_name, at, signer, signer_name, signed_at`

// scanVersion reads one text. What is signed says nowhere that it is still to be
// validated: its physician saw it so (Review.Text).
func scanVersion(row store.Row) (v Version, err error) {
	err = row.Scan(&v.Number, &v.Text, &v.Author, &v.AuthorName, store.Time(&v.At), &v.Signer, &v.SignerName, store.Time(&v.SignedAt))
	if v.IsSigned() {
		v.Text = Validated(v.Text)
	}
	return v, err
}

// record is a row of table instrument.
type record struct {
	id            phare.ID
	platform      string
	ref           Ref
	latest, inUse int64
}

func scanRecord(row store.Row) (r record, err error) {
	err = row.Scan(&r.id, &r.platform, &r.ref.Kind, &r.ref.Name, &r.latest, &r.inUse)
	return r, err
}

// find reads the record of an instrument; one that nobody has edited yet is the
// zero record.
func find(v *store.View, platform string, ref Ref) (record, error) {
	r, err := store.One(v, scanRecord, `SELECT id, platform, kind, name, latest, in_use FROM instrument WHERE platform = $1 AND kind = $2 AND name = $3`,
		platform, string(ref.Kind), ref.Name)
	if phare.KindOf(err) == phare.NotFound && err != nil {
		return record{ref: ref}, nil
	}
	return r, err
}

func records(v *store.View, platform string) ([]record, error) {
	return store.All(v, scanRecord, `SELECT id, platform, kind, name, latest, in_use FROM instrument WHERE platform = $1`, platform)
}

// version reads one text; number 0 of an instrument that nobody has edited is
// the embedded starter.
func version(v *store.View, r record, number int64) (Version, error) {
	if r.id == "" && number == 0 {
		return Starter(r.ref), nil
	}
	return store.One(v, scanVersion, `SELECT `+versionColumns+` FROM instrument_version WHERE instrument = $1 AND platform = $2 AND number = $3`, r.id, r.platform, number)
}

func versions(v *store.View, r record) ([]Version, error) {
	if r.id == "" {
		return []Version{Starter(r.ref)}, nil
	}
	return store.All(v, scanVersion, `SELECT `+versionColumns+` FROM instrument_version WHERE instrument = $1 AND platform = $2 ORDER BY number DESC`, r.id, r.platform)
}

// begin stores an instrument that nobody has edited yet, with its starter.
func begin(tx *store.Tx, platform string, ref Ref) (record, error) {
	r := record{id: phare.NewID(), platform: platform, ref: ref}
	err := tx.Exec(`INSERT INTO instrument (id, platform, kind, name, latest, in_use) VALUES ($1, $2, $3, $4, 0, 0)`, r.id, platform, string(ref.Kind), ref.Name)
	if store.IsDuplicate(err) {
		return r, phare.Fault(phare.Conflict, "error.conflict")
	}
	if err != nil {
		return r, err
	}
	return r, insert(tx, platform, r, Starter(ref))
}

func insert(tx *store.Tx, platform string, r record, x Version) error {
	err := tx.Exec(`INSERT INTO instrument_version (id, platform, instrument, `+versionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		phare.NewID(), platform, r.id, x.Number, x.Text, x.Author, x.AuthorName, x.At, x.Signer, x.SignerName, x.SignedAt)
	if store.IsDuplicate(err) {
		return phare.Fault(phare.Conflict, "error.conflict")
	}
	return err
}

// add makes a text the latest one, over the one that was seen.
func add(tx *store.Tx, platform string, r record, x Version) error {
	if err := tx.Update(`UPDATE instrument SET latest = $1 WHERE id = $2 AND platform = $3 AND latest = $4`, x.Number, r.id, platform, r.latest); err != nil {
		return err
	}
	return insert(tx, platform, r, x)
}

// sign puts a name under a text and brings it into use.
func sign(tx *store.Tx, by access.Actor, r record, number int64) error {
	err := tx.Update(`UPDATE instrument_version SET signer = $1, signer_name = $2, signed_at = $3 WHERE instrument = $4 AND platform = $5 AND number = $6 AND signer = ''`,
		by.ID, by.Name, tx.Now, r.id, by.Platform, number)
	if err != nil {
		return err
	}
	return tx.Update(`UPDATE instrument SET in_use = $1 WHERE id = $2 AND platform = $3 AND latest = $1`, number, r.id, by.Platform)
}

// keepWalk stores a walk; false if the same one is there already.
func keepWalk(tx *store.Tx, platform string, w Walk) (bool, error) {
	taken, err := json.Marshal(w.Taken)
	if err != nil {
		return false, err
	}
	id := phare.NewID()
	row := store.SealRow(platform, request.Subject(w.Request), "instrument_walk", id)
	n, err := tx.Affect(`INSERT INTO instrument_walk (id, platform, request, edition, signer, path, taken, outcome, title, urgency, networks, at, actor, name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (request, edition, path) DO NOTHING`,
		id, platform, w.Request, w.Edition, w.Signer, w.Path, row.In("taken", string(taken)), w.Outcome, row.In("title", w.Title), w.Urgency, strings.Join(w.Networks, " "), w.At, w.Actor, w.Name)
	return n == 1, err
}

func scanWalk(row store.Row) (w Walk, err error) {
	var taken, networks string
	var id phare.ID
	err = row.Scan(&id, &w.Request, &w.Edition, &w.Signer, &w.Path, store.Sealed(&taken, "instrument_walk.taken", &id), &w.Outcome,
		store.Sealed(&w.Title, "instrument_walk.title", &id), &w.Urgency, &networks, store.Time(&w.At), &w.Actor, &w.Name)
	if err != nil {
		return w, err
	}
	w.Networks = strings.Fields(networks)
	if taken == "" { // erased with its request
		return w, nil
	}
	return w, json.Unmarshal([]byte(taken), &w.Taken)
}

func walks(v *store.View, platform string, id phare.ID) ([]Walk, error) {
	return store.All(v, scanWalk, `SELECT id, request, edition, signer, path, taken, outcome, title, urgency, networks, at, actor, name
		FROM instrument_walk WHERE request = $1 AND platform = $2 ORDER BY at DESC, id DESC`, id, platform)
}
