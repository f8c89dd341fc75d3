package request

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

// A Basket is one tile of the work list. The empty basket is all that is not closed.
type Basket string

// The baskets.
const (
	ToTriage   Basket = "triage"   // nobody has taken it
	ToComplete Basket = "complete" // someone outside must act
	InHand     Basket = "hand"     // at the desk
	WithExpert Basket = "expert"   // an opinion is awaited
	ToAnswer   Basket = "answer"   // an opinion is back, or a signed answer is to be sent
	Overdue    Basket = "late"     // the promised date of next news has passed
	Ended      Basket = "closed"
)

// Baskets are the tiles in the order of the page.
func Baskets() []Basket {
	return []Basket{ToTriage, ToComplete, InHand, WithExpert, ToAnswer, Overdue, Ended}
}

// states are what a basket holds; Overdue and the empty one cut across.
func (b Basket) states() []State {
	switch b {
	case ToTriage:
		return []State{Received}
	case ToComplete:
		return []State{Awaiting}
	case InHand:
		return []State{Open}
	case WithExpert:
		return []State{Asked}
	case ToAnswer:
		return []State{Answered, Signed}
	case Ended:
		return []State{Closed}
	}
	return nil
}

// PageRows is the length of a page of the work list, and the most one can ask for.
const PageRows = 50

// Row is one line of the work list: enough to choose, not to read a file.
type Row struct {
	ID                          phare.ID
	Reference                   string
	State                       State
	Who, Subject, Urgency       string
	Requester, Place            string
	Initials, BirthDate         string
	Owner, Holder               string // account and name; empty: the team's queue
	Awaited, Next               string
	NextAt, CreatedAt, ClosedAt time.Time
	Version                     int64
	Walled                      bool // the actor is outside its circle: nothing of the patient is here
	Erased                      bool // nothing is left of it but that it came, and when
	Changed                     bool // others wrote in it since the actor last looked, or it was given to them
	HeldSince                   time.Time
	Asked, Answered             int // opinions asked for, without those withdrawn, and those that came

	priority int64
	guard    string
}

// Limited says whether the use of the file is limited.
func (r Row) Limited() bool { return circle.IsLimited(r.guard) }

// Confidential says whether only its circle opens it.
func (r Row) Confidential() bool { return circle.IsConfidential(r.guard) }

// Late says whether the promised date of next news has passed.
func (r Row) Late(now time.Time) bool {
	return r.State != Closed && !r.NextAt.IsZero() && now.After(r.NextAt)
}

// Cursor is a place in the list, safe in an address: it says nothing of anyone.
type Cursor string

func (r Row) cursor() Cursor {
	at := r.NextAt
	if r.State == Closed {
		at = r.ClosedAt
	}
	return Cursor(fmt.Sprintf("%d~%s~%s", r.priority, store.FormatTime(at), r.ID))
}

// read parts a cursor; one that was tampered with is the beginning.
func (c Cursor) read() (priority int64, at, id string, ok bool) {
	parts := strings.Split(string(c), "~")
	if len(parts) != 3 {
		return 0, "", "", false
	}
	priority, err := strconv.ParseInt(parts[0], 10, 64)
	return priority, parts[1], parts[2], err == nil
}

// Page is one page of the work list. Next is empty on the last one.
type Page struct {
	Rows []Row
	Next Cursor
}

// List reads one page of the work list of the actor's platform: urgent requests
// first, then by the promised date of next news; closed ones and found ones the
// latest first. A list shows names, so each showing of one leaves an entry: that
// it was shown, not whom it showed nor what was looked for.
func List(ctx context.Context, db *store.DB, by access.Actor, f Filter) (p Page, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return Page{}, err
	}
	f = f.Clean()
	if f.Limit < 1 || f.Limit > PageRows {
		f.Limit = PageRows
	}
	kind := "all"
	switch { // of what stands in an address only what is known
	case strings.TrimSpace(f.Find) != "":
		kind = "search"
	case slices.Contains(Baskets(), f.Basket) && f.Basket != "":
		kind = string(f.Basket)
	}
	act := by.Act("request.list", by.Platform).For(kind)
	if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
		return Page{}, err
	}
	look := look{by, f, db.Now()}
	err = db.Read(ctx, func(v *store.View) error {
		rows, err := look.rows(v)
		if err != nil {
			return err
		}
		more := len(rows) > f.Limit
		rows = rows[:min(len(rows), f.Limit)]
		if p.Rows, err = look.screen(v, rows); err != nil {
			return err
		}
		if err := mark(v, by, p.Rows); err != nil || !more {
			return err
		}
		last := rows[len(rows)-1]
		if len(p.Rows) > 0 { // the cursor names no request that the actor may not know of
			last = p.Rows[len(p.Rows)-1]
		}
		p.Next = last.cursor()
		return nil
	})
	return p, err
}

// screen takes out of a page the requests that do not exist for the actor, and
// out of those from outside whose circle they look all that tells of a patient.
// Words never find a confidential file from outside, nor one whose use is limited;
// its exact reference does.
// After the page is read: only rows with a circle of their own cost a query.
func (l look) screen(v *store.View, rows []Row) ([]Row, error) {
	files := make([]circle.File, len(rows))
	for i, r := range rows {
		files[i] = circle.File{ID: r.ID, Guard: r.guard, Owner: r.Owner}
	}
	stands, err := circle.Stands(v, l.by, files)
	if err != nil {
		return nil, err
	}
	asked, _ := ParseReference(l.f.Find)
	kept := rows[:0]
	for _, r := range rows {
		switch verdict := stands[r.ID].Verdict; {
		case verdict == circle.Barred:
		case r.Erased && r.Confidential(): // its bars went with it: it is in nobody's list
		case verdict == circle.In, stands[r.ID].Frozen:
			kept = append(kept, r)
		case strings.TrimSpace(l.f.Find) == "" || !r.Confidential() && !r.Limited() || asked == r.Reference:
			kept = append(kept, Row{ID: r.ID, Reference: r.Reference, State: r.State, Owner: r.Owner, Holder: r.Holder,
				NextAt: r.NextAt, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt, Version: r.Version, Walled: true, Erased: r.Erased, priority: r.priority, guard: r.guard})
		}
	}
	return kept, nil
}

// look is one reading of the list: by whom, of what, when.
type look struct {
	by  access.Actor
	f   Filter
	now time.Time
}

// rows reads one row more than the limit, which tells that there is a next page.
func (l look) rows(v *store.View) ([]Row, error) {
	if strings.TrimSpace(l.f.Find) != "" {
		return l.found(v)
	}
	if l.f.Basket == Ended {
		return l.ended(v)
	}
	states := l.f.Basket.states()
	if len(states) == 0 {
		states = []State{""} // whatever is not closed
	}
	var all []Row
	for _, s := range states { // one range of the index each, merged here
		part, err := l.standing(v, s)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	slices.SortFunc(all, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), a.NextAt.Compare(b.NextAt), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(len(all), l.f.Limit+1)], nil
}

func (l look) standing(v *store.View, s State) ([]Row, error) {
	q, err := l.query(v)
	if err != nil {
		return nil, err
	}
	if s == "" {
		q.and(`r.state <> 'closed'`)
	} else {
		q.and(`r.state = ?`, string(s))
	}
	if l.f.Basket == Overdue {
		q.and(`r.next_at <> '' AND r.next_at < ?`, l.now)
	}
	if priority, at, id, ok := l.f.After.read(); ok {
		q.and(`(r.priority, r.next_at, r.id) > (?, ?, ?)`, priority, at, id)
	}
	return q.rows(v, `r.priority, r.next_at, r.id`, l.f.Limit+1)
}

func (l look) ended(v *store.View) ([]Row, error) {
	q, err := l.query(v)
	if err != nil {
		return nil, err
	}
	q.and(`r.state = 'closed'`)
	if _, at, id, ok := l.f.After.read(); ok {
		q.and(`(r.closed_at, r.id) < (?, ?)`, at, id)
	}
	return q.rows(v, `r.closed_at DESC, r.id DESC`, l.f.Limit+1)
}

// found looks words up by their beginnings. All must be there; one request is
// found by any of its names. It gives one page: more than that is no answer.
func (l look) found(v *store.View) ([]Row, error) {
	words := askedWords(l.f.Find)
	if len(words) == 0 {
		return nil, nil
	}
	// The platform is asked of an expression: asked plainly, SQLite would walk
	// all of the platform's requests by date instead of looking the words up.
	q := &query{}
	q.and(`(r.platform || '') = ?`, l.by.Platform)
	for _, w := range words {
		q.and(`r.id IN (SELECT request FROM request_word WHERE platform = ? AND word = ?)`, l.by.Platform, askedIndex(l.by.Platform, w))
	}
	return q.rows(v, `r.created_at DESC, r.id`, l.f.Limit)
}

// rows runs the query. The limit is written into the text: it is ours, and one of few.
func (q *query) rows(v *store.View, order string, limit int) ([]Row, error) {
	return store.All(v, scanRow, fmt.Sprintf(`SELECT r.id, r.reference, r.state, r.who, r.question, r.urgency, r.requester, r.place, r.initials,
		r.birth_date, r.owner, COALESCE(a.name, ''), r.awaited, r.next_action, r.next_at, r.created_at, r.closed_at, r.version, r.priority, r.guard, r.form LIKE '`+ErasedForm+`%%'
		FROM request r LEFT JOIN account a ON a.id = r.owner AND a.platform = r.platform WHERE %s ORDER BY %s LIMIT %d`, q.where.String(), order, limit), q.args...)
}

func scanRow(row store.Row) (r Row, err error) {
	in := func(column string, dest *string) any { return store.Sealed(dest, "request."+column, &r.ID) }
	err = row.Scan(&r.ID, &r.Reference, &r.State, &r.Who, in("question", &r.Subject), &r.Urgency, in("requester", &r.Requester),
		in("place", &r.Place), in("initials", &r.Initials), in("birth_date", &r.BirthDate), &r.Owner, &r.Holder, &r.Awaited, &r.Next, store.Time(&r.NextAt), store.Time(&r.CreatedAt), store.Time(&r.ClosedAt),
		&r.Version, &r.priority, &r.guard, &r.Erased)
	return r, err
}
