package consent

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// Received is one thing that left the desk: what, to whom, when, and what became of
// it. Sent, opened and answered are facts of their own.
type Received struct {
	Item     phare.ID // question, answer or release
	Way      string
	To       Target
	Place    string
	By       string // who of the desk let it go
	At       time.Time
	Opened   time.Time
	Answered time.Time
	Stopped  bool      // its link opens nothing any more
	Over     *Override // why it left all the same
	No       *Line     // the person said no since
	Owed     bool      // and they must be told
	ToldAt   time.Time
	ToldBy   string
	ToldHow  string
	renewed  time.Time
}

// TellHows are how someone can be told.
func TellHows() []string { return []string{"mail", "phone", "post", "impossible"} }

// received lists what left, the latest first.
func received(v *store.View, r request.Request, rec Record) ([]Received, error) {
	all, err := questionsOf(v, r)
	if err != nil {
		return nil, err
	}
	sent, err := answersOf(v, r)
	if err != nil {
		return nil, err
	}
	rest, err := releasesOf(v, r, rec, append(all, sent...))
	if err != nil {
		return nil, err
	}
	told, err := toldOf(v, r)
	if err != nil {
		return nil, err
	}
	for i := range rest {
		rest[i].owe(rec, told)
	}
	slices.SortStableFunc(rest, func(a, b Received) int { return b.At.Compare(a.At) })
	return rest, nil
}

// last is when it last left: a question can get a new link.
func (x Received) last() time.Time {
	if x.renewed.After(x.At) {
		return x.renewed
	}
	return x.At
}

// owe says whether a no came after it, and whether who received it was told.
func (x *Received) owe(rec Record, told map[phare.ID]told) {
	v := rec.Judge(x.To)
	if v.Standing != No || v.Line.At.Before(x.At) {
		return
	}
	x.No = &v.Line
	seen := !x.Opened.IsZero() || x.Way != WayQuestion && x.Way != WayAnswer+".mail"
	if t, ok := told[x.Item]; ok && !t.at.Before(x.last()) {
		x.ToldAt, x.ToldBy, x.ToldHow = t.at, t.name, t.how
		return
	}
	x.Owed = seen && v.Line.ID != "" && !v.Line.Elsewhere
}

func questionsOf(v *store.View, r request.Request) ([]Received, error) {
	return store.All(v, func(row store.Row) (x Received, err error) {
		var person, name, state, expires string
		x.Way = WayQuestion
		err = row.Scan(&x.Item, &person, &name, &x.Place, &state, &expires, store.Time(&x.At), store.Time(&x.renewed), store.Time(&x.Opened), store.Time(&x.Answered), &x.By)
		x.To = ToExpert(person, name, x.Place)
		x.Stopped = state == "withdrawn"
		if state != "answered" && state != "refused" {
			x.Answered = time.Time{}
		}
		return x, err
	}, `SELECT q.id, q.person, q.recipient, q.place, q.state, q.expires_at, q.sent_at, q.renewed_at, q.opened_at, q.ended_at, COALESCE(a.name, '')
		FROM question q LEFT JOIN account a ON a.id = q.actor AND a.platform = q.platform WHERE q.request = $1 AND q.platform = $2`, r.ID, r.Platform)
}

func answersOf(v *store.View, r request.Request) ([]Received, error) {
	return store.All(v, func(row store.Row) (x Received, err error) {
		var way, token string
		err = row.Scan(&x.Item, &way, &token, store.Time(&x.At), store.Time(&x.Opened))
		x.Way, x.To = WayAnswer+"."+way, ToRequester(r)
		x.Stopped = way == "mail" && token == ""
		return x, err
	}, `SELECT id, way, token, sent_at, opened_at FROM answer WHERE request = $1 AND platform = $2 AND sent_at <> ''`, r.ID, r.Platform)
}

// releasesOf adds what was let go beside questions and answers, and to these by
// whom and why.
func releasesOf(v *store.View, r request.Request, rec Record, all []Received) ([]Received, error) {
	type release struct {
		Received
		item, override phare.ID
	}
	rows, err := store.All(v, func(row store.Row) (x release, err error) {
		var a aboutIn
		var to toIn
		err = row.Scan(&x.Item, &x.Way, &x.item, &x.To.Purpose, &x.To.Kind, &x.override, store.Sealed(&a.text, "consent_release.about", &x.Item), store.Time(&x.At), &x.By)
		if err == nil {
			err = a.into(&to)
		}
		x.To.Names, x.To.Person = trimmed(append([]string{to.To}, to.Also...)...), to.ID
		return x, err
	}, `SELECT x.id, x.way, x.item, x.purpose, x.kind, x.override, x.about, x.at, COALESCE(a.name, '') FROM consent_release x LEFT JOIN account a ON a.id = x.actor AND a.platform = x.platform
		WHERE x.request = $1 AND x.platform = $2 ORDER BY x.at, x.id`, r.ID, r.Platform)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		over := slices.IndexFunc(rec.Overrides, func(o Override) bool { return o.ID == x.override })
		if over >= 0 {
			x.Over = &rec.Overrides[over]
		}
		i := slices.IndexFunc(all, func(o Received) bool { return x.item != "" && o.Item == x.item })
		switch {
		case i < 0:
			all = append(all, x.Received)
		default:
			all[i].To, all[i].By = x.To, x.By // as it was judged when it left
			if x.Over != nil {
				all[i].Over = x.Over
			}
		}
	}
	return all, nil
}

// told is one who was told.
type told struct {
	how  string
	name string
	at   time.Time
}

func toldOf(v *store.View, r request.Request) (map[phare.ID]told, error) {
	type one struct {
		item phare.ID
		told
	}
	rows, err := store.All(v, func(row store.Row) (x one, err error) {
		err = row.Scan(&x.item, &x.how, store.Time(&x.at), &x.name)
		return x, err
	}, `SELECT t.item, t.how, t.at, COALESCE(a.name, '') FROM consent_told t LEFT JOIN account a ON a.id = t.actor AND a.platform = t.platform
		WHERE t.request = $1 AND t.platform = $2 ORDER BY t.at`, r.ID, r.Platform)
	all := map[phare.ID]told{}
	for _, x := range rows {
		all[x.item] = x.told
	}
	return all, err
}

// Telling says that someone who has received was told.
type Telling struct {
	Request, Item phare.ID
	How           string
}

// MarkTold writes down that someone was told of the no that came after what they
// received. Written twice it is the same.
func MarkTold(ctx context.Context, db *store.DB, by access.Actor, t Telling) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	if !slices.Contains(TellHows(), t.How) {
		return phare.Field("how", "consent.told.missing")
	}
	return db.Write(ctx, by.Act("consent.told", string(t.Request)), func(tx *store.Tx) error {
		if _, err := request.Find(&tx.View, by, t.Request); err != nil {
			return err
		}
		f, err := of(&tx.View, by, t.Request)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.Received, func(x Received) bool { return x.Item == t.Item })
		switch {
		case i < 0:
			return phare.Fault(phare.NotFound, "error.notfound")
		case !f.Received[i].Owed:
			return nil // done already, or nothing to tell
		}
		x := f.Received[i]
		err = tx.Exec(`INSERT INTO consent_told (id, platform, request, line, item, how, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			phare.NewID(), f.Request.Platform, t.Request, x.No.ID, t.Item, t.How, by.ID, tx.Now)
		if err != nil {
			return err
		}
		return tell(tx, by, f.Request, "consent.told", x.To.Name())
	})
}

// Owing is one file in which someone must still be told.
type Owing struct {
	Request   phare.ID
	Reference string
	People    int
	Since     time.Time // when the no was noted
}

// mostOwing bounds how many files with a no one page looks at, the latest first.
const mostOwing = 200

// ToTell lists the files of the desk in which someone who has received must still
// be told of a no. It is computed from what was noted: nothing is to be tidied up. The look is written
// down.
func ToTell(ctx context.Context, db *store.DB, by access.Actor) (all []Owing, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return nil, err
	}
	if err := db.Write(ctx, by.Act("consent.list", by.Platform), func(*store.Tx) error { return nil }); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all = nil
		ids, err := store.All(v, store.Value[phare.ID], `SELECT c.request FROM consent c JOIN request r ON r.id = c.request AND (r.platform || '') = c.platform WHERE c.platform = $1 AND c.outcome IN ('`+
			strings.Join([]string{Refused, Withdrawn, Opposed}, "', '")+`') AND r.form NOT LIKE 'erased %' GROUP BY c.request ORDER BY max(c.at) DESC, c.request LIMIT $2`, by.Platform, mostOwing)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if circle.Check(v, by, id) != nil {
				continue // those in its circle are told
			}
			f, err := of(v, by, id)
			if err != nil {
				return err
			}
			o := Owing{Request: id, Reference: f.Request.Reference}
			for _, x := range f.ToTell() {
				o.People++
				if o.Since.IsZero() || x.No.At.Before(o.Since) {
					o.Since = x.No.At
				}
			}
			if o.People > 0 {
				all = append(all, o)
			}
		}
		return nil
	})
	return all, err
}

// MayOwe says whether the page of ToTell can be worth a look: someone has seen
// something of a file before a no was noted there, and nobody wrote that they were
// told. One query; the page itself knows to whom the no applies.
func MayOwe(ctx context.Context, db *store.DB, by access.Actor) (yes bool, err error) {
	if !by.Can(access.TriageRequest) {
		return false, nil
	}
	err = db.Read(ctx, func(v *store.View) error {
		yes, err = store.One(v, store.Value[bool], `SELECT EXISTS (SELECT 1 FROM consent c WHERE c.platform = $1 AND c.outcome IN ('`+
			strings.Join([]string{Refused, Withdrawn, Opposed}, "', '")+`') AND (
				EXISTS (SELECT 1 FROM question q WHERE q.request = c.request AND q.platform = c.platform AND q.opened_at <> '' AND q.sent_at < c.at AND NOT EXISTS (SELECT 1 FROM consent_told t WHERE t.request = c.request AND t.item = q.id AND t.platform = c.platform AND t.at >= q.renewed_at))
				OR EXISTS (SELECT 1 FROM answer a WHERE a.request = c.request AND a.platform = c.platform AND a.sent_at <> '' AND a.sent_at < c.at AND NOT EXISTS (SELECT 1 FROM consent_told t WHERE t.request = c.request AND t.item = a.id AND t.platform = c.platform))
				OR EXISTS (SELECT 1 FROM consent_release x WHERE x.request = c.request AND x.platform = c.platform AND x.item = '' AND x.at < c.at AND NOT EXISTS (SELECT 1 FROM consent_told t WHERE t.request = c.request AND t.item = x.id AND t.platform = c.platform))))`, by.Platform)
		return err
	})
	return yes, err
}
