package news

import (
	"context"
	"fmt"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/store"
)

// Line is one message to a requester, with what became of it.
type Line struct {
	ID        phare.ID
	Request   phare.ID
	Reference string
	Way, Kind string
	To        string // sealed at rest: address, number, or the centre
	Lang      string
	At        time.Time // when the step was
	State     string    // mail.Waiting …
	StateAt   time.Time
	Why       string // of a failure: a key under "news.why."
	Tries     int    // calls
	Result    string // of the last one: "noanswer", "left"
	DoneName  string // who posted or called

	Requester string // name; only in the lists
	Who       string // who asks, as in package request; only in the lists
	Rule      string // what to mind when calling
	facts     string
	zone      string // of the desk
	guard     string
	owner     string
}

// Words are the facts of the message, for its sentences.
func (l Line) Words() map[string]any { return mail.FactWords(l.Lang, l.facts, l.zone, l.At) }

// Holder is the account that holds the request, or empty: the team's queue.
func (l Line) Holder() string { return l.owner }

// Step is what it tells of: a key under "news.step.".
func (l Line) Step() string { return StepOf(l.Kind) }

// IsLetter says whether it leaves as a letter.
func (l Line) IsLetter() bool { return l.Way == mail.ByPost }

// IsFailed says whether the desk must choose another way.
func (l Line) IsFailed() bool { return l.State == mail.Failed }

const lineColumns = `m.id, m.request, m.reference, m.way, m.kind, m.recipient, m.lang, m.at, m.state, m.state_at, m.why, m.tries, m.result, m.done_name, m.facts, p.zone`

func scanLine(row store.Row) (l Line, err error) {
	err = row.Scan(l.dests()...)
	return l, err
}

func (l *Line) dests() []any {
	return []any{&l.ID, &l.Request, &l.Reference, &l.Way, &l.Kind, store.Sealed(&l.To, "message.recipient", &l.ID), &l.Lang, store.Time(&l.At),
		&l.State, store.Time(&l.StateAt), &l.Why, &l.Tries, &l.Result, &l.DoneName, &l.facts, &l.zone}
}

// shown bounds what the file shows, and a list.
const shown, listed = 30, 100

// Of are the messages to the requester of one file, the latest first.
func Of(v *store.View, by access.Actor, id phare.ID) (all []Line, r Reach, err error) {
	if err := circle.CheckReading(v, by, id); err != nil {
		return nil, r, err
	}
	all, err = store.All(v, scanLine, fmt.Sprintf(`SELECT `+lineColumns+` FROM message m JOIN platform p ON p.id = m.platform
		WHERE m.request = $1 AND m.platform = $2 AND (m.kind IN ('received', 'answer') OR m.kind LIKE 'news.%%') ORDER BY m.at DESC, m.id DESC LIMIT %d`, shown), id, by.Platform)
	if err == nil {
		r, err = reachOf(v, by.Platform, id)
	}
	return all, r, err
}

// Board is what the desk has to carry by hand, and what failed.
type Board struct {
	Post, Calls, Failed []Line
	Full                bool // there is more than the page shows
}

// Todo reads the board of the actor's platform, the oldest first. Of files whose
// circle the actor is not in there is nothing in it.
func Todo(ctx context.Context, db *store.DB, by access.Actor) (b Board, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return b, err
	}
	if err := db.Write(ctx, by.Act("news.list", by.Platform), func(*store.Tx) error { return nil }); err != nil {
		return b, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		b = Board{}
		for _, part := range []struct {
			to    *[]Line
			where string
		}{
			{&b.Post, `m.state = 'waiting' AND m.way = 'post'`},
			{&b.Calls, `m.state = 'waiting' AND m.way IN ('phone', 'centre')`},
			{&b.Failed, `m.state = 'failed' AND (m.kind IN ('received', 'answer') OR m.kind LIKE 'news.%')`},
		} {
			lines, err := waiting(v, by, part.where)
			if err != nil {
				return err
			}
			b.Full = b.Full || len(lines) > listed
			if *part.to, err = screen(v, by, lines[:min(listed, len(lines))]); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

func waiting(v *store.View, by access.Actor, where string) ([]Line, error) {
	return store.All(v, scanListed, fmt.Sprintf(`SELECT %s, r.requester, COALESCE(e.rule, ''), r.guard, r.owner, r.who
		FROM message m JOIN platform p ON p.id = m.platform JOIN request r ON r.id = m.request AND (r.platform || '') = m.platform LEFT JOIN reach e ON e.request = m.request AND e.platform = m.platform
		WHERE m.platform = $1 AND %s ORDER BY m.at, m.id LIMIT %d`, lineColumns, where, listed+1), by.Platform)
}

func scanListed(row store.Row) (l Line, err error) {
	err = row.Scan(append(l.dests(), store.Sealed(&l.Requester, "request.requester", &l.Request), store.Sealed(&l.Rule, "reach.rule", &l.Request), &l.guard, &l.owner, &l.Who)...)
	return l, err
}

func screen(v *store.View, by access.Actor, lines []Line) (seen []Line, err error) {
	files := make([]circle.File, len(lines))
	for i, l := range lines {
		files[i] = circle.File{ID: l.Request, Guard: l.guard, Owner: l.owner}
	}
	stands, err := circle.Stands(v, by, files)
	for _, l := range lines {
		if stands[l.Request].Verdict == circle.In {
			seen = append(seen, l)
		}
	}
	return seen, err
}

// Count is how many lines wait for the desk, by list: for the work list's notice.
// Lines of files outside whose circle the actor is are counted too: how many
// there are tells nothing of anyone.
func Count(ctx context.Context, db *store.DB, by access.Actor) (carry, failed int, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return 0, 0, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if carry, err = store.One(v, store.Value[int], `SELECT count(*) FROM message WHERE platform = $1 AND state = 'waiting' AND way IN ('post', 'phone', 'centre')`, by.Platform); err != nil {
			return err
		}
		failed, err = store.One(v, store.Value[int], `SELECT count(*) FROM message WHERE platform = $1 AND state = 'failed' AND (kind IN ('received', 'answer') OR kind LIKE 'news.%')`, by.Platform)
		return err
	})
	return carry, failed, err
}

// find reads one line for someone who may work on it.
func find(v *store.View, by access.Actor, id phare.ID) (Line, error) {
	l, err := store.One(v, scanListed, `SELECT `+lineColumns+`, r.requester, COALESCE(e.rule, ''), r.guard, r.owner, r.who
		FROM message m JOIN platform p ON p.id = m.platform JOIN request r ON r.id = m.request AND (r.platform || '') = m.platform LEFT JOIN reach e ON e.request = m.request AND e.platform = m.platform
		WHERE m.id = $1 AND m.platform = $2`, id, by.Platform)
	if err == nil && !IsNews(l.Kind) {
		err = phare.Fault(phare.NotFound, "error.notfound")
	}
	if err == nil {
		err = check(v, by, l.Request)
	}
	return l, err
}

// onFile is Write for an act on a message, noted as one on its file: whoever asks
// who did what with the file finds it there.
func onFile(ctx context.Context, db *store.DB, act store.Act, f func(*store.Tx) error) error {
	err := db.Read(ctx, func(v *store.View) (err error) {
		act.Subject, err = store.One(v, store.Value[string], `SELECT request FROM message WHERE id = $1 AND platform = $2`, act.Subject, act.Platform)
		return err
	})
	if err == nil && act.Subject == "" { // a message about no file
		err = phare.Fault(phare.NotFound, "error.notfound")
	}
	if err != nil {
		return err
	}
	return db.Write(ctx, act, f)
}

// The results of a call, and of a letter.
const (
	Reached  = "reached"
	NoAnswer = "noanswer"
	Left     = "left"    // a message was left, without content
	Posted   = "posted"  // a letter
	Stopped  = "stopped" // nobody tries any more
)

// Results are what a line can be ticked with.
func (l Line) Results() []string {
	if l.IsLetter() {
		return []string{Posted, Stopped}
	}
	return []string{Reached, NoAnswer, Left, Stopped}
}

// Tick writes down what came of a letter or a call. A call that reached nobody
// stays on the list, with the number of its tries.
func Tick(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, result string) (request phare.ID, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return "", err
	}
	err = onFile(ctx, db, by.Act("news.tick", string(id)).For(ticked(result)), func(tx *store.Tx) error {
		l, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		request = l.Request
		if l.State != mail.Waiting || !byHand(l.Way) {
			return phare.Fault(phare.Conflict, "news.ticked")
		}
		if !slices.Contains(l.Results(), result) {
			return phare.Field("result", "news.result.missing")
		}
		state := mail.Done
		switch result {
		case NoAnswer, Left:
			state = mail.Waiting
		case Stopped:
			state = mail.Replaced
		}
		call := 0
		if !l.IsLetter() && result != Stopped {
			call = 1
		}
		return tx.Update(`UPDATE message SET state = $1, state_at = $2, result = $3, tries = tries + $4, done_by = $5, done_name = $6,
			sent_at = CASE WHEN $1 = 'done' THEN $2 ELSE '' END WHERE id = $7 AND platform = $8 AND state = 'waiting' AND tries = $9`,
			state, tx.Now, result, call, by.ID, by.Name, id, by.Platform, l.Tries)
	})
	return request, err
}

// ticked is a result as the trail notes it: only what is known.
func ticked(result string) string {
	if slices.Contains([]string{Reached, NoAnswer, Left, Posted, Stopped}, result) {
		return result
	}
	return ""
}

// Redirect tells by another way what could not be told, or is not to be told, by
// the first; later news go this way too.
func Redirect(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, r Reach) (request phare.ID, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return "", err
	}
	if r = r.tidy(); r.accept() != nil {
		return "", r.accept()
	}
	err = onFile(ctx, db, by.Act("news.redirect", string(id)).For(r.Way), func(tx *store.Tx) error {
		l, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		request = l.Request
		switch {
		case l.Kind == "answer":
			return phare.Fault(phare.Conflict, "news.redirect.answer") // its link is dead: the desk gives the letter
		case l.State != mail.Failed && !(l.State == mail.Waiting && byHand(l.Way)):
			return phare.Fault(phare.Conflict, "news.ticked")
		case r.Way == "" || r.To == "":
			return phare.Faults(missing("way", r.Way), missing("to", r.To))
		}
		old, err := reachOf(&tx.View, by.Platform, l.Request)
		if err != nil {
			return err
		}
		r.Rule = old.Rule
		if err := putReach(tx, by, l.Request, r); err != nil {
			return err
		}
		if err := retire(tx, by, l.ID); err != nil {
			return err
		}
		return again(tx, by.Platform, l, r)
	})
	return request, err
}

func missing(name, value string) *phare.Error {
	if value == "" {
		return phare.Field(name, "news."+name+".missing")
	}
	return nil
}

// retire takes a message out of the lists, and its job out of the queue.
func retire(tx *store.Tx, by access.Actor, id phare.ID) error {
	if err := tx.Exec(`UPDATE message SET state = 'replaced', state_at = $1, link = '', done_by = $2, done_name = $3 WHERE id = $4 AND platform = $5`, tx.Now, by.ID, by.Name, id, by.Platform); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM job WHERE payload = $1 AND platform = $2`, `"`+string(id)+`"`, by.Platform)
}

// again queues what a line says by another way.
func again(tx *store.Tx, platform string, l Line, r Reach) error {
	m := mail.Message{Platform: platform, Request: l.Request, Way: r.Way, To: r.To, Kind: l.Kind, Lang: l.Lang, Reference: l.Reference, Facts: mail.ReadFacts(l.facts)}
	if r.Way == mail.ByMail {
		m.Link = "/suivi"
	}
	return mail.Queue(tx, m)
}

// Dismiss takes a failure off the list without telling again: someone decided
// that nothing is to be done about it.
func Dismiss(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (request phare.ID, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return "", err
	}
	err = onFile(ctx, db, by.Act("news.dismiss", string(id)), func(tx *store.Tx) error {
		l, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if request = l.Request; l.State != mail.Failed {
			return phare.Fault(phare.Conflict, "news.ticked")
		}
		return retire(tx, by, id)
	})
	return request, err
}
