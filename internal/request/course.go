package request

import (
	"cmp"
	"strings"
	"time"

	"phare"
	"phare/internal/course"
	"phare/internal/store"
)

// Whom outside the desk a task waits for.
const (
	AwaitsRequester = "requester"
	AwaitsFamily    = "family"
	AwaitsDoctor    = "doctor"   // the médecin traitant
	AwaitsHospital  = "hospital" // a service, a centre
	AwaitsLab       = "lab"
	AwaitsOffice    = "office" // an administration: MDPH, assurance maladie, school
	AwaitsSocial    = "social" // a social worker, an association
	AwaitsOther     = "other"
)

// Awaits are all of them in the order of the page.
func Awaits() []string {
	return []string{AwaitsRequester, AwaitsFamily, AwaitsDoctor, AwaitsHospital, AwaitsLab, AwaitsOffice, AwaitsSocial, AwaitsOther}
}

// underneath reads what the state of a request is computed from (ADR 0021).
func underneath(v *store.View, r Request) (f course.Facts, err error) {
	f.Begun, f.Closed = r.begun, r.State == Closed
	if f.Needs, err = store.All(v, func(row store.Row) (n course.Need, err error) {
		err = row.Scan(&n.ID, &n.Outcome)
		return n, err
	}, `SELECT id, outcome FROM need WHERE request = $1 AND platform = $2 ORDER BY created_at, label, id`, r.ID, r.Platform); err != nil {
		return f, err
	}
	if f.Tasks, err = store.All(v, func(row store.Row) (t course.Task, err error) {
		err = row.Scan(&t.Need, &t.Outside, &t.Ended)
		return t, err
	}, `SELECT need, side = 'outside', ended_at <> '' FROM task WHERE request = $1 AND platform = $2 ORDER BY since, id`, r.ID, r.Platform); err != nil {
		return f, err
	}
	if f.Orientations, err = store.All(v, func(row store.Row) (o course.Orientation, err error) {
		err = row.Scan(&o.Need, &o.State, store.Time(&o.SentAt), store.Time(&o.EndedAt), store.Time(&o.ExpiresAt))
		return o, err
	}, `SELECT need, state, sent_at, ended_at, expires_at FROM question WHERE request = $1 AND platform = $2`, r.ID, r.Platform); err != nil {
		return f, err
	}
	answers, err := store.All(v, func(row store.Row) (a [2]time.Time, err error) {
		err = row.Scan(store.Time(&a[0]), store.Time(&a[1]))
		return a, err
	}, `SELECT signed_at, sent_at FROM answer WHERE request = $1 AND platform = $2`, r.ID, r.Platform)
	for _, a := range answers {
		signed, sent := a[0], a[1]
		f.Signed = f.Signed || !signed.IsZero() && sent.IsZero()
		f.Writing = f.Writing || sent.IsZero()
		if sent.After(f.Given) {
			f.Given = sent
		}
	}
	return f, err
}

// state computes where a request stands after what the caller decided, and writes
// it of its needs. The caller decides that it is closed, that its answer is signed,
// that someone outside is awaited, and that somebody began with it; whether an
// expert is asked or has answered follows from the questions.
func state(tx *store.Tx, r *Request, decided State, again bool) (State, error) {
	if err := wait(tx, *r, decided, again); err != nil {
		return "", err
	}
	if err := forTheOnlyNeed(tx, *r); err != nil {
		return "", err
	}
	f, err := underneath(&tx.View, *r)
	if err != nil {
		return "", err
	}
	f.Begun = r.begun || decided != Received
	f.Closed, f.Signed = decided == Closed, decided == Signed
	stands := course.Of(f, tx.Now)
	if err := stateNeeds(tx, *r, stands.Needs); err != nil {
		return "", err
	}
	now := State(stands.Request)
	switch {
	case now != Awaiting:
		r.Awaited = ""
		if again && r.State == Awaiting && r.Next == NextRemind {
			r.Next = NextStudy
		}
	case r.State != Awaiting && again:
		r.Next = NextRemind
		fallthrough
	case r.Awaited == "":
		r.Awaited, err = awaitedIn(&tx.View, *r, stands.By)
	}
	return now, err
}

// wait begins or ends what a request as a whole waits for, as its caller decided.
func wait(tx *store.Tx, r Request, decided State, again bool) error {
	if again || decided == Received {
		return nil
	}
	err := tx.Exec(`UPDATE task SET ended_at = $1, outcome = 'done' WHERE request = $2 AND platform = $3 AND need = '' AND side = 'outside' AND ended_at = ''`,
		tx.Now, r.ID, r.Platform)
	if err != nil || decided != Awaiting {
		return err
	}
	id, w := phare.NewID(), r.wait
	if w.Since.IsZero() {
		w.Since = tx.Now
	}
	row := store.SealRow(r.Platform, Subject(r.ID), "task", id)
	return tx.Exec(`INSERT INTO task (id, platform, request, need, side, holder, whom, who, words, since, due_at, ended_at, ended_by, outcome, actor)
		VALUES ($1, $2, $3, '', 'outside', '', $4, $5, $6, $7, $8, '', '', '', $9)`,
		id, r.Platform, r.ID, cmp.Or(w.Whom, AwaitsOther), row.In("who", r.Awaited), row.In("words", w.What), w.Since, r.NextAt, r.Owner)
}

// forTheOnlyNeed says of questions to experts that name no need that they are for
// the only open one that experts are asked for, if there is one and no other.
func forTheOnlyNeed(tx *store.Tx, r Request) error {
	needs, err := store.All(&tx.View, store.Value[string], `SELECT id FROM need WHERE request = $1 AND platform = $2 AND expert AND outcome = ''`, r.ID, r.Platform)
	if err != nil || len(needs) != 1 {
		return err
	}
	return tx.Exec(`UPDATE question SET need = $1 WHERE request = $2 AND platform = $3 AND need = ''`, needs[0], r.ID, r.Platform)
}

// stateNeeds writes what was computed of the needs, and when that changed.
func stateNeeds(tx *store.Tx, r Request, now map[string]string) error {
	type need struct{ id, state string }
	all, err := store.All(&tx.View, func(row store.Row) (n need, err error) {
		err = row.Scan(&n.id, &n.state)
		return n, err
	}, `SELECT id, state FROM need WHERE request = $1 AND platform = $2`, r.ID, r.Platform)
	if err != nil {
		return err
	}
	for _, n := range all {
		if now[n.id] == n.state {
			continue
		}
		if err := tx.Exec(`UPDATE need SET state = $1, since = $2 WHERE id = $3 AND platform = $4`, now[n.id], tx.Now, n.id, r.Platform); err != nil {
			return err
		}
		if err := noteMove(tx, r, moved{need: n.id, was: n.state, became: now[n.id]}); err != nil {
			return err
		}
	}
	return nil
}

// awaitedIn is whom the first task of a need waits for, in words.
func awaitedIn(v *store.View, r Request, need string) (string, error) {
	all, err := store.All(v, func(row store.Row) (who string, err error) {
		var id phare.ID
		err = row.Scan(&id, store.Sealed(&who, "task.who", &id))
		return who, err
	}, `SELECT id, who FROM task WHERE request = $1 AND platform = $2 AND need = $3 AND side = 'outside' AND ended_at = '' ORDER BY since, id`, r.ID, r.Platform, need)
	for _, who := range all {
		if who != "" {
			return who, err
		}
	}
	return "…", err
}

// moved is one dated change, of a request or of one of its needs.
type moved struct{ need, was, became, former string }

// noteMove writes a change down when it happens: clocks are computed from these,
// never from when a row was last written.
func noteMove(tx *store.Tx, r Request, s moved) error {
	return tx.Exec(`INSERT INTO move (id, platform, request, need, was, became, owner, former, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		phare.NewID(), r.Platform, r.ID, s.need, s.was, s.became, r.Owner, s.former, tx.Now)
}

// noteChange writes down that a request moved, or went to someone else.
func noteChange(tx *store.Tx, r Request, became State) error {
	owner, err := store.One(&tx.View, store.Value[string], `SELECT owner FROM request WHERE id = $1 AND platform = $2`, r.ID, r.Platform)
	if err != nil {
		return err
	}
	former := ""
	if owner != r.Owner {
		former = owner
	}
	if became == r.State && owner == r.Owner {
		return nil
	}
	return noteMove(tx, r, moved{was: string(r.State), became: string(became), former: former})
}

// OpenNeeds are the names of the needs that keep a request open.
func OpenNeeds(v *store.View, r Request) ([]string, error) {
	return store.All(v, store.Value[string], `SELECT label FROM need WHERE request = $1 AND platform = $2 AND outcome = '' ORDER BY created_at, label, id`, r.ID, r.Platform)
}

// concluded refuses to close a request while needs of it are open, and names them.
func concluded(v *store.View, r Request) error {
	open, err := OpenNeeds(v, r)
	if err != nil || len(open) == 0 {
		return err
	}
	return &phare.Error{Kind: phare.Conflict, Key: "need.stillopen", Args: map[string]any{"Needs": strings.Join(open, ", ")}}
}

// Misstated are the requests whose stored state, or that of one of their needs, is
// not what their facts gave when it was computed last.
func Misstated(v *store.View) (wrong []string, err error) {
	type stated struct {
		Request
		at time.Time
	}
	all, err := store.All(v, func(row store.Row) (s stated, err error) {
		var begun, at time.Time
		err = row.Scan(&s.ID, &s.Platform, &s.State, store.Time(&begun), store.Time(&at))
		s.begun, s.at = !begun.IsZero(), at
		return s, err
	}, `SELECT id, platform, state, begun_at, stated_at FROM request WHERE stated_at <> '' ORDER BY id`)
	for _, s := range all {
		if err != nil {
			return nil, err
		}
		var f course.Facts
		if f, err = underneath(v, s.Request); err != nil {
			return nil, err
		}
		f.Begun = s.begun
		stands := course.Of(f, s.at)
		needs, e := store.All(v, func(row store.Row) (n [2]string, err error) {
			err = row.Scan(&n[0], &n[1])
			return n, err
		}, `SELECT id, state FROM need WHERE request = $1 AND platform = $2`, s.ID, s.Platform)
		err = cmp.Or(err, e)
		bad := stands.Request != string(s.State)
		for _, n := range needs {
			bad = bad || stands.Needs[n[0]] != n[1]
		}
		if bad {
			wrong = append(wrong, string(s.ID))
		}
	}
	return wrong, err
}
