package merge

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

const columns = `id, kept, merged, state, reason, asked_by, asked_name, asked_at, ended_name, ended_at, undo_why, undo_by, undo_name, undo_at, undone_name, undone_at`

func scan(row store.Row) (m Merge, err error) {
	err = row.Scan(&m.ID, &m.Kept, &m.Merged, &m.State, store.Sealed(&m.Reason, "patient_merge.reason", &m.ID), &m.AskedBy, &m.AskedName, store.Time(&m.AskedAt),
		&m.EndedName, store.Time(&m.EndedAt), store.Sealed(&m.UndoWhy, "patient_merge.undo_why", &m.ID), &m.UndoBy, &m.UndoName, store.Time(&m.UndoAt), &m.UndoneName, store.Time(&m.UndoneAt))
	return m, err
}

func find(v *store.View, by access.Actor, id phare.ID) (Merge, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM patient_merge WHERE id = $1 AND platform = $2`, id, by.Platform)
}

// sealer seals the reasons of a merge with the key of the identity that stands.
func sealer(platform string, m Merge) store.Sealer {
	return store.SealRow(platform, "patient/"+string(m.Kept), "patient_merge", m.ID)
}

func insert(tx *store.Tx, by access.Actor, m Merge) error {
	err := tx.Exec(`INSERT INTO patient_merge (id, platform, kept, merged, state, reason, asked_by, asked_name, asked_at, ended_name, ended_at, undo_why, undo_by, undo_name, undo_at, undone_name, undone_at)
		VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7, $8, '', '', '', '', '', '', '', '')`,
		m.ID, by.Platform, m.Kept, m.Merged, sealer(by.Platform, m).In("reason", m.Reason), by.ID, by.Name, tx.Now)
	if store.IsDuplicate(err) {
		err = phare.Fault(phare.Conflict, "merge.already")
	}
	return err
}

func refusePending(tx *store.Tx, by access.Actor, one, other phare.ID) error {
	return tx.Exec(`UPDATE patient_merge SET state = 'refused', ended_name = $1, ended_at = $2
		WHERE platform = $3 AND state = 'asked' AND (kept = $4 AND merged = $5 OR kept = $5 AND merged = $4)`, by.Name, tx.Now, by.Platform, one, other)
}

// between is the last merge of two identities, if there was any.
func between(v *store.View, by access.Actor, one, other phare.ID) (Merge, error) {
	m, err := store.One(v, scan, `SELECT `+columns+` FROM patient_merge WHERE platform = $1 AND (kept = $2 AND merged = $3 OR kept = $3 AND merged = $2)
		ORDER BY asked_at DESC, id DESC LIMIT 1`, by.Platform, one, other)
	if phare.KindOf(err) == phare.NotFound {
		return Merge{}, nil
	}
	return m, err
}

// listed bounds the lists of the page.
const listed = 100

func inState(v *store.View, by access.Actor, one, other string) ([]Merge, error) {
	return store.All(v, scan, `SELECT `+columns+` FROM patient_merge WHERE platform = $1 AND state IN ($2, $3) ORDER BY asked_at DESC, id LIMIT $4`, by.Platform, one, other, int64(listed))
}

// waiting is a file of one of the two of a merge.
type waiting struct {
	circle.File
	merge phare.ID
}

// waitingFiles are all files of the identities that wait for another's word than
// the actor's own, in one query: one row without a file where there is none.
func waitingFiles(v *store.View, by access.Actor) ([]waiting, error) {
	return store.All(v, func(row store.Row) (w waiting, err error) {
		err = row.Scan(&w.merge, &w.ID, &w.Guard, &w.Owner)
		return w, err
	}, `SELECT m.id, COALESCE(r.id, ''), COALESCE(r.guard, ''), COALESCE(r.owner, '') FROM (SELECT id, platform, kept, merged FROM patient_merge WHERE platform = $1
			AND (state = 'asked' AND asked_by <> $2 OR state = 'undoing' AND undo_by <> $2) ORDER BY asked_at DESC, id LIMIT $3) m
		JOIN patient k ON k.id = m.kept AND (k.platform || '') = m.platform AND k.birth_name <> '' JOIN patient o ON o.id = m.merged AND (o.platform || '') = m.platform AND o.birth_name <> ''
		LEFT JOIN request r ON r.patient IN (m.kept, m.merged) AND (r.platform || '') = m.platform`, by.Platform, by.ID, int64(listed))
}

// Request is what the pages tell of a request of one of the two.
type Request struct {
	ID        phare.ID
	Reference string
	State     request.State
	CreatedAt time.Time
	patient   phare.ID
}

func scanRequest(row store.Row) (r Request, err error) {
	err = row.Scan(&r.ID, &r.Reference, &r.State, store.Time(&r.CreatedAt), &r.patient)
	return r, err
}

// requestsOf are the requests that stand under one or two identities.
func requestsOf(v *store.View, by access.Actor, one phare.ID, others ...phare.ID) ([]Request, error) {
	other := one
	if len(others) > 0 {
		other = others[0]
	}
	return store.All(v, scanRequest, `SELECT id, reference, state, created_at, patient FROM request WHERE platform = $1 AND patient IN ($2, $3) ORDER BY created_at, id`, by.Platform, one, other)
}

// since are the requests of the identity that stands which came after the merge,
// by no other merge either.
func since(v *store.View, by access.Actor, m Merge) ([]Request, error) {
	return store.All(v, scanRequest, `SELECT id, reference, state, created_at, patient FROM request WHERE platform = $1 AND patient = $2
		AND NOT EXISTS (SELECT 1 FROM patient_merge_request x WHERE x.request = request.id AND x.platform = request.platform AND x.merge = $3)
		AND NOT EXISTS (SELECT 1 FROM patient_merge_request x JOIN patient_merge y ON y.id = x.merge AND (y.platform || '') = x.platform WHERE x.request = request.id AND x.platform = request.platform AND x.stood <> $2 AND y.state IN ('done', 'undoing'))
		ORDER BY created_at, id`, by.Platform, m.Kept, m.ID)
}

// put notes where each request stood and puts all under the identity that stands.
func put(tx *store.Tx, by access.Actor, m Merge, files []Request) error {
	for _, f := range files {
		err := tx.Exec(`INSERT INTO patient_merge_request (merge, request, platform, stood) VALUES ($1, $2, $3, $4)`, m.ID, f.ID, by.Platform, f.patient)
		if err != nil {
			return err
		}
		if f.patient == m.Merged {
			if err := stand(tx, by, f, m.Kept); err != nil {
				return err
			}
		}
	}
	return nil
}

// stand puts one request under an identity.
func stand(tx *store.Tx, by access.Actor, f Request, under phare.ID) error {
	return tx.Update(`UPDATE request SET patient = $1, version = version + 1 WHERE id = $2 AND platform = $3 AND patient = $4`, under, f.ID, by.Platform, f.patient)
}

// back puts each request back to where it stood before a merge.
func back(tx *store.Tx, by access.Actor, m Merge, files []Request) error {
	stood, err := store.All(&tx.View, store.Value[phare.ID], `SELECT request FROM patient_merge_request WHERE merge = $1 AND platform = $2 AND stood = $3`, m.ID, by.Platform, m.Merged)
	if err != nil {
		return err
	}
	was := map[phare.ID]bool{}
	for _, id := range stood {
		was[id] = true
	}
	for _, f := range files {
		if was[f.ID] {
			if err := stand(tx, by, f, m.Merged); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell adds a line to the timeline of each request, and makes each findable by all
// names of whom it stands under now.
func tell(tx *store.Tx, by access.Actor, files []Request, e request.Event) error {
	e.ShownTo = request.Team
	for _, f := range files {
		if err := request.Tell(tx, by, request.Request{ID: f.ID, Platform: by.Platform}, e); err != nil {
			return err
		}
		if err := request.Reindex(tx, by.Platform, string(f.ID)); err != nil {
			return err
		}
	}
	return nil
}
