package audit

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// familyVerb is a family's look at who opened their request.
const familyVerb = "audit.family"

// maxLooks bounds a list of accesses; the export holds all.
const maxLooks = 1000

// Look is one person's doing with a file on one day, as people read it.
type Look struct {
	At    time.Time // of the last, if there were several
	Times int
	Name  string // of staff and experts; empty for the public and for the program, and always for the family
	Role  string // "nurse", "physician", "expert", "public", "system" …
	Kind  string // what was done: key under "audit.kind."
	Why   string // the reason that was given with it: a key of the catalogue; empty for the family
}

// Accesses is who opened or changed one file.
type Accesses struct {
	Request   phare.ID // empty for the family
	Reference string
	Desk      access.Platform
	At        time.Time      // when it was asked
	Looks     []Look         // the latest first
	Full      bool           // there are more
	Consents  []consent.Told // of the family's own view: status only
	Witnessed bool           // another site signs the trail too: whoever erased one of these would be seen
}

// kinds says in which words a verb is told. They are few, so that the list can
// be read; the export has the verbs themselves.
var kinds = map[string]string{
	"request.submit": "sent", "request.complement": "sent",
	"request.open": "look", "orientation.open": "look", "answer.look": "look", "question.look": "look", "audit.look": "accesses",
	"request.track": "track", "audit.family": "accesses",
	"request.take": "follow", "request.assign": "follow", "request.await": "follow", "request.resume": "follow", "request.close": "follow", "request.reissue": "follow",
	"request.note": "note", "request.complete": "note", "request.sign": "note", "request.unsign": "note", "request.identify": "note", "patient.identify": "note",
	"patient.merge.ask": "merge", "patient.merge.refuse": "merge", "patient.merge": "merge", "patient.unmerge.ask": "merge", "patient.unmerge.refuse": "merge",
	"patient.unmerge": "merge", "patient.unmerge.move": "merge", "patient.two": "merge", "kin.related": "note", "kin.contact": "note", "kin.rule": "note", "kin.link": "note", "patient.compare": "compare", "patient.seek": "seek",
	"history.add": "note", "history.strike": "note", "told.add": "note", "told.back": "note", "sheet.look": "look", "sheet.print": "sheet",
	"request.orient": "search", "request.learn": "search", "request.choose": "search", "instrument.attach": "tree",
	"circle.add": "circle", "circle.end": "circle", "circle.unbar": "circle", "circle.confide": "circle", "circle.lift": "circle", "circle.bar": "circle",
	"circle.wall": "wall", "circle.refused": "refused", "glass.break": "glass", "glass.reviewed": "glass.review",
	"question.ask": "ask", "question.renew": "ask", "question.link": "ask", "question.withdraw": "ask", "question.prepare": "ask", "question.preview": "ask", "question.read": "ask",
	"question.open": "expert.look", "question.answer": "expert.answer", "question.refuse": "expert.answer",
	"answer.write": "answer", "answer.sign": "answer", "answer.send": "answer", "answer.drop": "answer", "answer.unsign": "answer", "answer.reopen": "answer",
	"arrival.join": "attach", "arrival.part": "attach", "attachment.add": "attach", "attachment.begin": "attach", "attachment.bring": "attach", "attachment.change": "attach", "attachment.open": "document",
	"consent.note": "consent", "consent.look": "consent", "consent.told": "consent", "consent.sheet": "consent",
	"consent.override": "override", "consent.pass": "override", "answer.print": "print", "consent.take": "print",
	"triage": "follow", "request.urgency": "follow", "need.add": "follow", "need.end": "follow", "need.reopen": "follow", "need.link": "follow", "need.reorient": "follow", "need.reorient.decide": "follow",
	"task.add": "follow", "task.end": "follow", "nudge": "follow", "escalate": "follow",
	"person.ask": "right.ask", "person.letter": "print", "person.decide": "right", "person.extend": "right", "person.lift": "right", "person.copy": "copy", "person.copy.take": "copy", "person.copy.open": "copy.open", "retention.death": "note",
	"answer.open": "door", "answer.read": "read",
	"news.letter": "news", "news.tick": "news", "news.redirect": "news", "news.dismiss": "news", "news.reach": "news", "request.late": "news",
	"erasure.ask": "erase.ask", "erasure.confirm": "erase", "erasure.withdraw": "erase.stay",
}

// IsMorning says whether it was before noon at the desk whose zone it is.
func (l Look) IsMorning(zone string) bool { return l.At.In(text.Zone(zone)).Hour() < 12 }

// KindOf is the kind of a verb; "other" for one that is not told apart.
func KindOf(verb string) string {
	if k := kinds[verb]; k != "" {
		return k
	}
	return "other"
}

// whyOf is the reason of an entry in words. Most reasons are ids and versions,
// for the export; only what a person chose from a list is told.
func whyOf(e store.Entry) string {
	if e.Verb == "request.close" && slices.Contains(request.CloseReasons(), e.Reason) {
		return "event.close." + e.Reason
	}
	switch {
	case e.Verb == "glass.break" && slices.Contains(circle.Reasons(), e.Reason):
		return "glass.reason." + e.Reason
	case e.Verb == "glass.reviewed" && slices.Contains(circle.Outcomes(), e.Reason):
		return "glass.outcome." + e.Reason
	}
	if strings.HasPrefix(e.Verb, "erasure.") {
		return "erasure.ground." + e.Reason
	}
	return ""
}

// ForTeam tells a physician of the desk who opened or changed a file. Asking is
// itself written down.
func ForTeam(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (a Accesses, err error) {
	if err := by.Check(access.ReadAccesses); err != nil {
		return a, err
	}
	if err := db.Read(ctx, func(v *store.View) error { return circle.Check(v, by, id) }); err != nil {
		return a, err
	}
	act := by.Act("audit.look", string(id))
	return accesses(ctx, db, act, id, func(v *store.View, e store.Entry) (who, string, error) {
		w, err := personOf(v, by.Platform, e)
		return w, whyOf(e), err
	})
}

// ForFamily tells whoever has the reference and the secret of a request the same
// in roles: which kind of person, when, what; never which member of the staff.
// It says no more to a wrong secret than tracking does, and counts it as one.
func ForFamily(ctx context.Context, db *store.DB, key access.Key, reference, secret string) (a Accesses, err error) {
	status, err := request.Track(ctx, db, key, reference, secret)
	if err != nil {
		return a, err
	}
	var r request.Request
	err = db.Read(ctx, func(v *store.View) error {
		r, err = request.FindByReference(v, access.Anyone(status.Platform), status.Reference)
		return err
	})
	if err != nil {
		return a, err
	}
	act := store.Act{Platform: r.Platform, Actor: "public", Verb: familyVerb, Subject: string(r.ID)}
	return accesses(ctx, db, act, r.ID, func(_ *store.View, e store.Entry) (who, string, error) {
		return who{role: e.Role}, "", nil
	})
}

// who is one who acted.
type who struct{ name, role string }

// accesses reads the entries about a file and tells them, those of one person,
// kind and day as one.
func accesses(ctx context.Context, db *store.DB, act store.Act, id phare.ID, tell func(*store.View, store.Entry) (who, string, error)) (a Accesses, err error) {
	desk, err := access.FindPlatform(ctx, db, act.Platform)
	if err != nil {
		return a, err
	}
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		_, err := request.Find(&tx.View, access.Anyone(act.Platform), id)
		return err
	})
	if err != nil {
		return a, err
	}
	a = Accesses{Desk: desk, At: db.Now()}
	if act.Verb != familyVerb {
		a.Request = id
	}
	err = db.Read(ctx, func(v *store.View) error {
		r, err := request.Find(v, access.Anyone(act.Platform), id)
		if err != nil {
			return err
		}
		a.Reference = r.Reference
		if act.Verb == familyVerb {
			said, err := consent.Said(v, r)
			if err != nil {
				return err
			}
			a.Consents = said.Tell()
		}
		witnesses, err := store.AllCosigned(v)
		if err != nil {
			return err
		}
		a.Witnessed = slices.ContainsFunc(witnesses, func(c store.Cosigned) bool { return c.Size > 0 && c.Refused == "" })
		subjects, err := subjectsOf(v, r)
		if err != nil {
			return err
		}
		all, err := store.TrailOf(v, r.Platform, subjects)
		if err != nil {
			return err
		}
		return a.fill(v, all, tell)
	})
	return a, err
}

// Looks is who opened or changed a file, in roles, as ForFamily tells it, for a copy
// of the whole file whose making was written down.
func Looks(v *store.View, r request.Request, desk access.Platform) (a Accesses, err error) {
	a = Accesses{Reference: r.Reference, Desk: desk, At: v.Now()}
	subjects, err := subjectsOf(v, r)
	if err != nil {
		return a, err
	}
	all, err := store.TrailOf(v, r.Platform, subjects)
	if err != nil {
		return a, err
	}
	return a, a.fill(v, all, func(_ *store.View, e store.Entry) (who, string, error) { return who{role: e.Role}, "", nil })
}

func (a *Accesses) fill(v *store.View, all []store.Entry, tell func(*store.View, store.Entry) (who, string, error)) error {
	type same struct {
		who
		kind, why, span string
	}
	seen := map[same]int{}
	zone := text.Zone(a.Desk.Zone)
	for _, e := range all {
		w, why, err := tell(v, e)
		if err != nil {
			return err
		}
		// Of roles one tells by the half-day: to the minute, one who knows who works
		// when would know who it was.
		at := e.Time.In(zone)
		span := at.Format(time.DateOnly)
		if a.Request == "" {
			span += at.Format("PM")
		}
		key := same{w, KindOf(e.Verb), why, span}
		if i, ok := seen[key]; ok {
			a.Looks[i].Times++
			continue
		}
		if len(a.Looks) == maxLooks {
			a.Full = true
			return nil
		}
		seen[key] = len(a.Looks)
		a.Looks = append(a.Looks, Look{At: e.Time, Times: 1, Name: w.name, Role: w.role, Kind: key.kind, Why: why})
	}
	return nil
}

// subjectsOf are the ids under which entries about a request stand: its own, its
// reference (tracking), its patient, its questions, the link to its answer.
func subjectsOf(v *store.View, r request.Request) ([]string, error) {
	all := []string{string(r.ID), r.Reference}
	if r.Patient != "" {
		all = append(all, string(r.Patient))
		under, err := store.All(v, store.Value[string], `SELECT id FROM patient WHERE merged_into = $1 AND platform = $2`, r.Patient, r.Platform)
		if err != nil {
			return nil, err
		}
		all = append(all, under...)
	}
	questions, err := store.All(v, store.Value[string], `SELECT id FROM question WHERE request = $1 AND platform = $2`, r.ID, r.Platform)
	if err != nil {
		return nil, err
	}
	tokens, err := store.All(v, store.Value[string], `SELECT token FROM answer WHERE request = $1 AND platform = $2 AND token <> ''`, r.ID, r.Platform)
	for _, t := range tokens {
		all = append(all, "link:"+t[:min(len(t), 16)]) // as answer.Open names a link
	}
	return slices.Concat(all, questions), err
}

// personOf finds the name of who acted: an account of the desk, or the expert to
// whom a link was sent.
func personOf(v *store.View, platform string, e store.Entry) (w who, err error) {
	w.role = e.Role
	query, id := `SELECT name, role FROM account WHERE id = $1 AND platform = $2`, e.Actor
	if link, ok := strings.CutPrefix(e.Actor, "link:"); ok {
		query, id = `SELECT recipient, 'expert' FROM question WHERE id = $1 AND platform = $2`, link
	}
	found, err := store.One(v, func(row store.Row) (f who, err error) {
		err = row.Scan(&f.name, &f.role)
		return f, err
	}, query, id, platform)
	if err != nil && phare.KindOf(err) == phare.NotFound {
		return w, nil
	}
	if w.role == "" || w.role == "link" { // entries from before roles were written down
		w.role = found.role
	}
	w.name = found.name
	return w, err
}
