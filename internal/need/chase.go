package need

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/news"
	"phare/internal/request"
	"phare/internal/store"
)

// What someone is chased about.
const (
	OfTask     = "task"     // outside: something is awaited
	OfQuestion = "question" // an expert was asked
	OfNeed     = "need"     // nobody was given it
	OfRequest  = "request"  // in hand, and no need of it is named
)

// Baskets are how old what is awaited is, in days at the desk: from 0, 3, 10 and 30.
// Each is a reason to chase, once.
var baskets = [...]struct {
	name string
	from int
}{{"d30", 30}, {"d10", 10}, {"d3", 3}, {"d0", 0}}

// Baskets are their names, the oldest first.
func Baskets() (all []string) {
	for _, b := range baskets {
		all = append(all, b.name)
	}
	return all
}

func basketOf(days int) string {
	for _, b := range baskets {
		if days >= b.from {
			return b.name
		}
	}
	return "d0"
}

// Stop rules of chasing.
const (
	mostNudges   = 3 // of one wait; then it is concluded, or declared a failure
	betweenChase = 2 // working days
)

// Why nobody is chased now; keys under "chase.stop.".
const (
	StopYoung = "young" // it is awaited for less than three days
	StopDone  = "done"  // it was done for this reason already
	StopOften = "often" // three times: conclude
	StopSoon  = "soon"  // the last one was yesterday or the day before
)

// Nudge is what was done about someone who does not answer.
type Nudge struct {
	Reason string
	Way    string // "mail", "call", "told"
	Result string // of a call: "reached", "message", "nobody"
	Name   string
	At     time.Time

	about phare.ID
	round int64
}

// Item is something that is awaited, or that nobody was given.
type Item struct {
	What, Reference, Initials string
	About, Request            phare.ID
	Need                      phare.ID
	Label                     string // of the need; empty: the request as a whole
	Kind                      string
	Version                   int64 // of the need, or of the request
	Whom, Who, Words          string
	By                        string // the way of a reminder, one of mail's; empty: only a call
	Place                     string // which structure asks
	Since, DueAt              time.Time
	Days                      int // since then
	Basket                    string
	Nudges                    []Nudge // of this wait, the latest first
	Stop                      string  // why nobody is chased now; empty: someone can be
	Alarm                     bool    // of a need: nobody was given it for too long (ask 5)

	round int64
	file  circle.File
	to    string // an expert's address
}

// CanRemind says whether a reminder can go by the way that its reader chose.
func (i Item) CanRemind() bool { return i.By != "" && i.Stop == "" }

// judge says how old an item is, and whether someone is chased about it now.
func (p pace) judge(i *Item, all []Nudge) {
	i.Days = int(p.days.NextDay(p.now).Sub(p.days.NextDay(i.Since)).Round(24*time.Hour).Hours()) / 24
	i.Basket = basketOf(i.Days)
	for _, n := range all {
		if n.about == i.About && n.round == i.round {
			i.Nudges = append(i.Nudges, n)
		}
	}
	slices.SortFunc(i.Nudges, func(a, b Nudge) int { return b.At.Compare(a.At) })
	chased := slices.DeleteFunc(slices.Clone(i.Nudges), func(n Nudge) bool { return n.Way == "told" })
	switch {
	case i.Basket == "d0":
		i.Stop = StopYoung
	case slices.ContainsFunc(chased, func(n Nudge) bool { return n.Reason == i.Basket }):
		i.Stop = StopDone
	case len(chased) >= mostNudges:
		i.Stop = StopOften
	case len(chased) > 0 && p.days.Elapsed(chased[0].At, p.now) < betweenChase:
		i.Stop = StopSoon
	}
	i.Alarm = i.What == OfNeed && p.now.After(p.days.Due(i.Since, p.targets[StepAlone].Days))
}

// items reads what is awaited on a platform; only of one thing if about names it.
func items(v *store.View, platform string, about phare.ID) (all []Item, err error) {
	only := ""
	args := []any{platform}
	if about != "" {
		only = ` AND x.id = $2`
		args = append(args, about)
	}
	for _, read := range []struct {
		scan  func(store.Row) (Item, error)
		query string
	}{
		{scanTaskItem, `SELECT x.id, r.id, r.reference, r.initials, r.place, r.guard, r.owner, x.need, COALESCE(n.label, ''), COALESCE(n.kind, ''), COALESCE(n.version, 0), x.whom, x.who, x.words, x.since, x.due_at, r.fields, COALESCE(e.way, ''), COALESCE(e.recipient, '')
			FROM task x JOIN request r ON r.id = x.request AND (r.platform || '') = x.platform LEFT JOIN need n ON n.id = x.need AND n.platform = x.platform
				LEFT JOIN reach e ON e.request = r.id AND e.platform = r.platform
			WHERE x.platform = $1 AND x.side = 'outside' AND x.ended_at = '' AND r.state <> 'closed'` + only + ` ORDER BY x.since, x.id LIMIT 500`},
		{scanQuestionItem, `SELECT x.id, r.id, r.reference, r.initials, r.place, r.guard, r.owner, x.need, COALESCE(n.label, ''), COALESCE(n.kind, ''), COALESCE(n.version, 0), x.recipient, x.mail, x.sent_at, x.renewed_at, x.due_at
			FROM question x JOIN request r ON r.id = x.request AND (r.platform || '') = x.platform LEFT JOIN need n ON n.id = x.need AND n.platform = x.platform
			WHERE x.platform = $1 AND x.state IN ('sent', 'opened') AND r.state NOT IN ('closed', 'signed')` + only + ` ORDER BY x.sent_at, x.id LIMIT 500`},
		{scanNeedItem, `SELECT x.id, r.id, r.reference, r.initials, r.fields, r.guard, r.owner, x.label, x.kind, x.version, x.since
			FROM need x JOIN request r ON r.id = x.request AND (r.platform || '') = x.platform
			WHERE x.platform = $1 AND x.state = 'todo' AND x.outcome = ''` + only + ` ORDER BY x.since, x.id LIMIT 500`},
		{scanBareItem, `SELECT x.id, x.reference, x.initials, x.fields, x.guard, x.owner, x.version, COALESCE(NULLIF(x.begun_at, ''), x.created_at)
			FROM request x WHERE x.platform = $1 AND x.state = 'open' AND NOT EXISTS (SELECT 1 FROM need n WHERE n.request = x.id AND (n.platform || '') = x.platform)` + only + ` ORDER BY x.created_at, x.id LIMIT 500`},
	} {
		some, err := store.All(v, read.scan, read.query, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// sealedIn are the columns of the request that every item shows.
func sealedIn(i *Item) (initials, place any) {
	return store.Sealed(&i.Initials, "request.initials", &i.Request), store.Sealed(&i.Place, "request.place", &i.Request)
}

func scanTaskItem(row store.Row) (i Item, err error) {
	var fields string
	var reach news.Reach
	initials, place := sealedIn(&i)
	i.What, i.round = OfTask, 1
	err = row.Scan(&i.About, &i.Request, &i.Reference, initials, place, &i.file.Guard, &i.file.Owner, &i.Need, &i.Label, &i.Kind, &i.Version, &i.Whom,
		store.Sealed(&i.Who, "task.who", &i.About), store.Sealed(&i.Words, "task.words", &i.About), store.Time(&i.Since), store.Time(&i.DueAt), store.Sealed(&fields, "request.fields", &i.Request),
		&reach.Way, store.Sealed(&reach.To, "reach.recipient", &i.Request))
	i.file.ID = i.Request
	if err == nil {
		i.By = wayIn(fields, request.Request{ID: i.Request, Reference: i.Reference}, i.Whom, reach)
	}
	return i, err
}

func scanQuestionItem(row store.Row) (i Item, err error) {
	var renewed time.Time
	var to string
	initials, place := sealedIn(&i)
	i.What, i.Whom, i.round = OfQuestion, "expert", 1
	err = row.Scan(&i.About, &i.Request, &i.Reference, initials, place, &i.file.Guard, &i.file.Owner, &i.Need, &i.Label, &i.Kind, &i.Version, &i.Who, &to, store.Time(&i.Since), store.Time(&renewed), store.Time(&i.DueAt))
	if to != "" {
		i.By = mail.ByMail
	}
	i.to = to
	if !renewed.IsZero() { // a new link is a new wait
		i.Since, i.round = renewed, renewed.Unix()
	}
	i.file.ID = i.Request
	return i, err
}

func scanNeedItem(row store.Row) (i Item, err error) {
	i.What = OfNeed
	initials, _ := sealedIn(&i)
	var fields string
	err = row.Scan(&i.About, &i.Request, &i.Reference, initials, store.Sealed(&fields, "request.fields", &i.Request), &i.file.Guard, &i.file.Owner, &i.Label, &i.Kind, &i.Version, store.Time(&i.Since))
	i.file.ID, i.Need, i.round, i.Place = i.Request, i.About, i.Since.Unix(), structure(fields)
	return i, err
}

func scanBareItem(row store.Row) (i Item, err error) {
	i.What, i.round = OfRequest, 1
	initials, _ := sealedIn(&i)
	var fields string
	err = row.Scan(&i.Request, &i.Reference, initials, store.Sealed(&fields, "request.fields", &i.Request), &i.file.Guard, &i.file.Owner, &i.Version, store.Time(&i.Since))
	i.About, i.file.ID, i.Place = i.Request, i.Request, structure(fields)
	return i, err
}

// structure is which structure asks, of a form: where a family lives is none.
func structure(fields string) string {
	var f request.Fields
	if json.Unmarshal([]byte(fields), &f) != nil || f.Who == request.Family {
		return ""
	}
	return f.Place
}

func nudges(v *store.View, platform string) ([]Nudge, error) {
	return store.All(v, scanNudge, `SELECT x.about, x.reason, x.round, x.way, x.result, x.name, x.at FROM nudge x JOIN request r ON r.id = x.request AND (r.platform || '') = x.platform WHERE x.platform = $1 AND r.state <> 'closed'`, platform)
}

func scanNudge(row store.Row) (n Nudge, err error) {
	err = row.Scan(&n.about, &n.Reason, &n.round, &n.Way, &n.Result, &n.Name, store.Time(&n.At))
	return n, err
}

// Chasing is all that is awaited or given to nobody, of the files that the actor may
// open: what is answered is not in it (ask 7).
type Chasing struct {
	Awaited  []Item // the oldest first
	ToOrient []Item // needs that nobody was given, by structure, the oldest first (ask 11)
	Alarms   int    // of these, since too long (ask 5)
}

// In are the items of one basket.
func (c Chasing) In(basket string) (some []Item) {
	for _, i := range c.Awaited {
		if i.Basket == basket {
			some = append(some, i)
		}
	}
	return some
}

// Chase lists what is awaited. It shows names, so its showing is written down.
func Chase(ctx context.Context, db *store.DB, by access.Actor) (c Chasing, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return c, err
	}
	if err := db.Write(ctx, by.Act("request.list", by.Platform).For("chase"), func(*store.Tx) error { return nil }); err != nil {
		return c, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		c = Chasing{}
		p, err := paceOf(v, by.Platform)
		if err != nil {
			return err
		}
		all, err := seen(v, by)
		if err != nil {
			return err
		}
		done, err := nudges(v, by.Platform)
		if err != nil {
			return err
		}
		for _, i := range all {
			p.judge(&i, done)
			if i.What == OfTask || i.What == OfQuestion {
				c.Awaited = append(c.Awaited, i)
				continue
			}
			c.ToOrient = append(c.ToOrient, i)
			if i.Alarm {
				c.Alarms++
			}
		}
		slices.SortStableFunc(c.Awaited, func(a, b Item) int { return a.Since.Compare(b.Since) })
		slices.SortStableFunc(c.ToOrient, func(a, b Item) int { return cmp.Or(cmp.Compare(a.Place, b.Place), a.Since.Compare(b.Since)) })
		return nil
	})
	return c, err
}

// seen are the items of files whose circle the actor is in.
func seen(v *store.View, by access.Actor) ([]Item, error) {
	all, err := items(v, by.Platform, "")
	if err != nil {
		return nil, err
	}
	files := make([]circle.File, len(all))
	for i, x := range all {
		files[i] = x.file
	}
	stands, err := circle.Stands(v, by, files)
	return slices.DeleteFunc(all, func(i Item) bool { return stands[i.Request].Verdict != circle.In }), err
}

// Nudging is what someone does about an item.
type Nudging struct {
	Basket string // as it was seen
	Way    string // "mail": a message, by the way that its reader chose; "call": a call that was made
	Result string // of a call
}

// Remind chases someone about one thing, once for each age of it: by a message that
// says no more than that something is awaited, or by a call that was made. What is
// answered, what is young, what was done for this reason and what was done three
// times is refused.
func Remind(ctx context.Context, db *store.DB, by access.Actor, about phare.ID, n Nudging) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	if n.Way != "mail" && n.Way != "call" {
		return phare.Field("way", "chase.way.missing")
	}
	if n.Way == "call" && !slices.Contains([]string{"reached", "message", "nobody"}, n.Result) {
		return phare.Field("result", "chase.result.missing")
	}
	err := db.Write(ctx, by.Act("nudge", string(about)).For(n.Way), func(tx *store.Tx) error {
		i, err := itemOf(&tx.View, by, about)
		if err != nil {
			return err
		}
		switch {
		case i.Stop != "":
			return phare.Fault(phare.Conflict, "chase.stopped."+i.Stop)
		case i.Basket != n.Basket:
			return phare.Fault(phare.Conflict, "error.conflict")
		case i.What != OfTask && i.What != OfQuestion:
			return phare.Fault(phare.Conflict, "error.conflict")
		case n.Way == "mail" && i.By == "":
			return phare.Field("way", "chase.mail.none")
		}
		r, err := request.Find(&tx.View, by, i.Request)
		if err != nil {
			return err
		}
		if err := insertNudge(tx, by, i, Nudge{Reason: i.Basket, Way: n.Way, Result: n.Result}); err != nil {
			return err
		}
		kind := "nudge.mail"
		if n.Way == "call" {
			return tell(tx, by, r, "nudge.call."+n.Result, i.Who)
		}
		if err := i.remind(tx, r); err != nil {
			return err
		}
		return tell(tx, by, r, kind, i.Who)
	})
	if store.IsDuplicate(err) {
		return phare.Fault(phare.Conflict, "chase.stopped."+StopDone)
	}
	return err
}

// remind sends what reminds: no name, no health word, no secret.
func (i Item) remind(tx *store.Tx, r request.Request) error {
	if i.What == OfQuestion {
		return mail.Queue(tx, mail.Message{Platform: r.Platform, Request: r.ID, To: i.to, Kind: "question-remind", Reference: r.Reference})
	}
	return request.Remind(tx, r, i.Whom)
}

// itemOf reads one item again, inside the circle of its file.
func itemOf(v *store.View, by access.Actor, about phare.ID) (Item, error) {
	all, err := items(v, by.Platform, about)
	if err != nil {
		return Item{}, err
	}
	if len(all) == 0 {
		return Item{}, phare.Fault(phare.Conflict, "chase.answered")
	}
	if err := circle.Check(v, by, all[0].Request); err != nil {
		return Item{}, err
	}
	p, err := paceOf(v, by.Platform)
	if err != nil {
		return Item{}, err
	}
	done, err := store.All(v, scanNudge, `SELECT about, reason, round, way, result, name, at FROM nudge WHERE platform = $1 AND about = $2`, by.Platform, about)
	p.judge(&all[0], done)
	return all[0], err
}

func insertNudge(tx *store.Tx, by access.Actor, i Item, n Nudge) error {
	return tx.Exec(`INSERT INTO nudge (id, platform, request, about, reason, round, way, result, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		phare.NewID(), by.Platform, i.Request, i.About, n.Reason, i.round, n.Way, n.Result, tx.Now, by.ID, by.Name)
}
