package circle

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// An exceptional access lasts GlassFor, wants at least LeastWords characters of
// why, and is judged within ReviewWithin. More than WeekMost by one person in
// seven days is marked.
const (
	GlassFor     = time.Hour
	LeastWords   = 15
	ReviewWithin = 72 * time.Hour
	WeekMost     = 2
	week         = 7 * 24 * time.Hour
)

// Reasons are the coded reasons of an exceptional access.
func Reasons() []string { return []string{"vital", "duty", "resume", "other"} }

// unclear is the outcome of a review that is not the last word.
const unclear = "unclear"

// Outcomes are what a review can say.
func Outcomes() []string { return []string{"justified", "not", unclear} }

// Answers are what a review of this access can say: what was left unclear is
// cleared up, or stays as it is.
func (a Access) Answers() []string {
	if a.Outcome == unclear {
		return Outcomes()[:2]
	}
	return Outcomes()
}

// Open says whether somebody can still judge it.
func (a Access) Open() bool { return a.Outcome == "" || a.Outcome == unclear }

// ReviewPath is the page where exceptional accesses are judged.
const ReviewPath = "/bureau/exceptionnels"

// Breaking is why someone opens a file whose circle they are not in.
type Breaking struct{ Reason, Words string }

// Break opens a file to the actor for an hour, to read; one that nobody is left
// in, to take over. Its circle and the platform's physicians are told in the same
// commit, and so is the timeline.
func Break(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, b Breaking) error {
	if err := by.Check(access.BreakGlass); err != nil {
		return err
	}
	b.Words = strings.TrimSpace(b.Words)
	return db.Write(ctx, by.Act("glass.break", string(id)).For(b.Reason), func(tx *store.Tx) error {
		s, err := Stand(&tx.View, by, id)
		switch {
		case err != nil:
			return err
		case s.Verdict == Barred:
			return phare.Fault(phare.NotFound, "error.notfound")
		case s.Verdict == Walled && !by.Can(access.ReadLimited):
			if f, err := file(&tx.View, by.Platform, id); err != nil || IsLimited(f.Guard) {
				return errors.Join(err, s.Outside(id))
			}
		case s.Verdict != Walled: // in, or opened a moment ago by a double click
			return phare.Fault(phare.Conflict, "glass.open")
		}
		if err := b.accept(); err != nil {
			return err
		}
		row := phare.NewID()
		err = tx.Exec(`INSERT INTO glass (id, platform, request, account, at, until, reason, words, outcome, reviewer, reviewed_at, remark, taking)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '', $9)`,
			row, by.Platform, id, by.ID, tx.Now, tx.Now.Add(GlassFor), b.Reason, sealer(by.Platform, id, "glass", row).In("words", b.Words), s.Spare)
		if err != nil {
			return err
		}
		if err := tell(tx, by, id, "glass."+b.Reason, b.Words); err != nil {
			return err
		}
		return warn(tx, by, id)
	})
}

func (b Breaking) accept() error {
	var reason, words *phare.Error
	if !slices.Contains(Reasons(), b.Reason) {
		reason = phare.Field("reason", "glass.reason.missing")
	}
	switch n := utf8.RuneCountInString(b.Words); {
	case n < LeastWords:
		words = phare.Field("words", "glass.words.short")
	case n > longestWords:
		words = phare.Field("words", "circle.why.long")
	}
	return phare.Faults(reason, words)
}

// The lines in a file's timeline that a message about an exceptional access could
// go to nobody: none of those concerned has an address, or there is nobody else.
const (
	untold = "glass.untold"
	alone  = "glass.alone"
)

// warn leaves a message to everyone in the circle of a file and to every physician
// of the platform, but to who did it and to who is barred. The link leads each to
// a page that opens to them. That nobody has an address is said in the timeline.
func warn(tx *store.Tx, by access.Actor, id phare.ID) error {
	f, err := file(&tx.View, by.Platform, id)
	if err != nil {
		return err
	}
	d, err := deskOf(&tx.View, by.Platform, f)
	if err != nil {
		return err
	}
	reference, err := referenceOf(&tx.View, by.Platform, id)
	if err != nil {
		return err
	}
	inside, told, why := insiders(d.members), 0, alone
	for _, a := range d.active {
		m := mail.Message{Platform: by.Platform, Request: id, To: a.Mail, Reference: reference}
		switch {
		case string(a.ID) == by.ID, barred(d.members, string(a.ID)):
			continue
		case a.Actor().Can(access.ReviewGlass):
			m.Kind, m.Link = "glass", ReviewPath
		case slices.Contains(inside, string(a.ID)):
			m.Kind, m.Link = "glass-circle", "/bureau/demandes/"+string(id)
		default:
			continue
		}
		if why = untold; m.To == "" {
			continue
		}
		if err := mail.Queue(tx, m); err != nil {
			return err
		}
		told++
	}
	if told > 0 {
		return nil
	}
	return tell(tx, by, id, why, "")
}

// Access is one exceptional access.
type Access struct {
	ID         phare.ID
	Request    phare.ID
	Reference  string
	Account    string
	Name       string
	At, Until  time.Time
	Reason     string
	Words      string
	Outcome    string // empty: not judged yet
	Reviewer   string // name
	ReviewedAt time.Time
	Remark     string
	Looks      int    // what the trail has of them on this file meanwhile
	Not        string // why the reader may not judge it, a text; empty: they may
	Nobody     bool   // and nobody else can, as things are
	Untold     bool   // nobody could be told at once: no colleague concerned has an address
	Alone      bool   // nor was there anybody else to tell
	Drift      bool   // more than WeekMost by this person in the seven days up to it
}

// Late says whether it should have been judged by now.
func (a Access) Late(now time.Time) bool { return a.Outcome == "" && now.After(a.At.Add(ReviewWithin)) }

func scanAccess(row store.Row) (a Access, err error) {
	err = row.Scan(&a.ID, &a.Request, &a.Reference, &a.Account, &a.Name, store.Time(&a.At), store.Time(&a.Until), &a.Reason, store.Sealed(&a.Words, "glass.words", &a.ID),
		&a.Outcome, &a.Reviewer, store.Time(&a.ReviewedAt), store.Sealed(&a.Remark, "glass.remark", &a.ID), &a.Looks, &a.Untold, &a.Alone)
	return a, err
}

const accessQuery = `SELECT g.id, g.request, r.reference, g.account, a.name, g.at, g.until, g.reason, g.words, g.outcome, COALESCE(b.name, ''), g.reviewed_at, g.remark,
	(SELECT count(*) FROM audit t WHERE t.subject = g.request AND t.platform = g.platform AND t.actor = g.account AND t.at >= g.at AND t.at < g.until AND t.verb <> 'glass.break'),
	EXISTS (SELECT 1 FROM event e WHERE e.request = g.request AND e.platform = g.platform AND e.at = g.at AND e.actor = g.account AND e.kind IN ('` + untold + `', '` + alone + `')),
	EXISTS (SELECT 1 FROM event e WHERE e.request = g.request AND e.platform = g.platform AND e.at = g.at AND e.actor = g.account AND e.kind = '` + alone + `')
	FROM glass g JOIN request r ON r.id = g.request AND (r.platform || '') = g.platform JOIN account a ON a.id = g.account AND (a.platform || '') = g.platform LEFT JOIN account b ON b.id = g.reviewer AND b.platform = g.platform
	WHERE g.platform = $1 AND `

func accessesTo(v *store.View, platform string, id phare.ID) ([]Access, error) {
	return store.All(v, scanAccess, accessQuery+`g.request = $2 ORDER BY g.at DESC, g.id DESC`, platform, id)
}

// reviewed is how far back the review page shows what was judged.
const reviewed = 200

// Accesses lists the exceptional accesses of the actor's platform for those who
// judge them: first what waits, the oldest first, then the latest judged, those
// left unclear before the others. The listing is written down. Files that the actor is barred from are left out.
func Accesses(ctx context.Context, db *store.DB, by access.Actor) (waiting, done []Access, err error) {
	if err := by.Check(access.ReviewGlass); err != nil {
		return nil, nil, err
	}
	if err := db.Write(ctx, by.Act("glass.list", by.Platform), func(*store.Tx) error { return nil }); err != nil {
		return nil, nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err := store.All(v, scanAccess, accessQuery+`(g.outcome = '' OR g.at > $2) ORDER BY g.at DESC, g.id DESC LIMIT 1000`, by.Platform, v.Now().AddDate(-1, 0, 0))
		if err != nil {
			return err
		}
		hidden, err := Hidden(v, by)
		if err != nil {
			return err
		}
		all = drifts(all)
		waiting, done = nil, nil
		var open []Access
		not := map[string]string{}
		for _, a := range all {
			switch {
			case slices.ContainsFunc(hidden, func(s Shut) bool { return s.Request == a.Request }):
			case a.Open():
				about := a.Account + " " + string(a.Request) // who is barred judges none of a file
				if _, asked := not[about]; !asked {
					if not[about], err = unfit(v, by, a); err != nil {
						return err
					}
				}
				if a.Not = not[about]; a.Not != "" {
					b, err := judges(v, by.Platform, a)
					if err != nil {
						return err
					}
					a.Nobody = b.all() == 0
				}
				if a.Outcome == "" {
					waiting = append(waiting, a)
				} else {
					open = append(open, a)
				}
			case len(done) < reviewed:
				done = append(done, a)
			}
		}
		slices.Reverse(waiting)
		done = append(open, done...)
		return nil
	})
	return waiting, done, err
}

// drifts marks accesses that are one too many within seven days.
func drifts(all []Access) []Access {
	for i, a := range all {
		n := 0
		for _, b := range all {
			if b.Account == a.Account && !b.At.After(a.At) && b.At.After(a.At.Add(-week)) {
				n++
			}
		}
		all[i].Drift = n > WeekMost
	}
	return all
}

// Unjudged says whether an access to a file waits to be judged.
func Unjudged(v *store.View, platform string, id phare.ID) (bool, error) {
	n, err := store.One(v, store.Value[int], `SELECT count(*) FROM glass WHERE request = $1 AND platform = $2 AND outcome = ''`, id, platform)
	return n > 0, err
}

// Waiting counts the accesses of a platform that nobody has judged, and those of
// them that are late.
func Waiting(v *store.View, platform string) (all, late int, err error) {
	type counts struct{ all, late int }
	n, err := store.One(v, func(row store.Row) (c counts, err error) {
		err = row.Scan(&c.all, &c.late)
		return c, err
	}, `SELECT count(*), count(CASE WHEN at < $2 THEN 1 END) FROM glass WHERE platform = $1 AND outcome = ''`, platform, v.Now().Add(-ReviewWithin))
	return n.all, n.late, err
}

// Count is Waiting for one who judges: without what does not exist for them.
func Count(ctx context.Context, db *store.DB, by access.Actor) (all, late int, err error) {
	if err := by.Check(access.ReviewGlass); err != nil {
		return 0, 0, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if all, late, err = Waiting(v, by.Platform); err != nil || all == 0 {
			return err
		}
		type shut struct{ late bool }
		hidden, err := store.All(v, func(row store.Row) (s shut, err error) {
			err = row.Scan(&s.late)
			return s, err
		}, `SELECT g.at < $4 FROM glass g WHERE g.platform = $1 AND g.outcome = '' AND EXISTS (SELECT 1 FROM circle c WHERE c.request = g.request AND c.platform = g.platform
			AND c.account = $2 AND c.place = 'barred' AND (c.until = '' OR c.until > $3))`, by.Platform, by.ID, v.Now(), v.Now().Add(-ReviewWithin))
		for _, s := range hidden {
			all--
			if s.late {
				late--
			}
		}
		return err
	})
	return all, late, err
}

// Drifting counts the accounts of a platform with more than WeekMost exceptional
// accesses in the seven days up to now.
func Drifting(v *store.View, platform string) (int, error) {
	return store.One(v, store.Value[int], `SELECT count(*) FROM (SELECT account FROM glass WHERE platform = $1 AND at > $2 GROUP BY account HAVING count(*) > $3) AS many`,
		platform, v.Now().Add(-week), int64(WeekMost))
}

// Untold counts the accesses of a platform that could be told to nobody, and that
// nobody has judged.
func Untold(v *store.View, platform string) (int, error) {
	return store.One(v, store.Value[int], `SELECT count(*) FROM glass g WHERE platform = $1 AND outcome = '' AND EXISTS (SELECT 1 FROM event e
		WHERE e.request = g.request AND e.platform = g.platform AND e.at = g.at AND e.actor = g.account AND e.kind IN ($2, $3))`, platform, untold, alone)
}
