package retention

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
	"phare/internal/text"
)

func zoneOf(v *store.View, platform string) (*time.Location, error) {
	p, err := access.PlatformIn(v, platform)
	return text.Zone(p.Zone), err
}

func todayIn(v *store.View, platform string) (string, error) {
	zone, err := zoneOf(v, platform)
	return v.Now().In(zone).Format(time.DateOnly), err
}

// turned are the ends of a request that makes no care file, unless an expert was
// asked or an answer was given all the same.
const turned = `'out-of-scope', 'withdrawn', 'duplicate'`

// contact are the events that are a contact about the person: not who may see the
// file, nor what is done about its data.
const contact = `e.kind NOT LIKE 'circle.%' AND e.kind NOT LIKE 'glass.%' AND e.kind NOT LIKE 'person.%'`

// row is what the database holds of one file.
type row struct {
	id            phare.ID
	patient       phare.ID
	reference     string
	guard, state  string
	closed, heard time.Time
	birth         string
	care, asked   bool
}

const columns = `SELECT r.id, COALESCE(r.patient, ''), r.reference, r.guard, r.state, r.closed_at, r.birth_date,
	COALESCE((SELECT max(e.at) FROM event e WHERE e.request = r.id AND (e.platform || '') = r.platform AND ` + contact + `), ''),
	CASE WHEN r.close_reason NOT IN (` + turned + `) OR r.given_at <> '' OR EXISTS (SELECT 1 FROM question q WHERE q.request = r.id AND (q.platform || '') = r.platform) THEN 1 ELSE 0 END,
	CASE WHEN EXISTS (SELECT 1 FROM erasure x WHERE x.request = r.id AND (x.platform || '') = r.platform AND x.state = 'asked') THEN 1 ELSE 0 END
	FROM request r WHERE r.platform = $1 AND r.form NOT LIKE 'erased %' AND `

func scan(from store.Row) (r row, err error) {
	var care, asked int
	err = from.Scan(&r.id, &r.patient, &r.reference, &r.guard, &r.state, store.Time(&r.closed), store.Sealed(&r.birth, "request.birth_date", &r.id), store.Time(&r.heard), &care, &asked)
	r.care, r.asked = care == 1, asked == 1
	return r, err
}

// last is the moment of the last contact.
func (r row) last() time.Time {
	if r.heard.After(r.closed) {
		return r.heard
	}
	return r.closed
}

// desk is what all files of one desk are judged by.
type desk struct {
	v        *store.View
	platform string
	zone     *time.Location
	rules    Rules
}

func open(v *store.View, platform string) (d desk, err error) {
	d = desk{v: v, platform: platform}
	if d.zone, err = zoneOf(v, platform); err != nil {
		return d, err
	}
	d.rules, err = inForce(v, platform)
	return d, err
}

func (d desk) on(t time.Time) string { return t.In(d.zone).Format(time.DateOnly) }

// judge reads what the rules ask of one file, and asks them.
func (d desk) judge(r row) (Case, error) {
	f := facts{care: r.care, last: d.on(r.last()), birth: r.birth, limited: circle.IsLimited(r.guard)}
	all := []row{r}
	var err error
	if r.care && r.patient != "" {
		if all, err = store.All(d.v, scan, columns+`r.patient = $2`, d.platform, r.patient); err != nil {
			return Case{}, err
		}
		if err := d.person(r.patient, &f); err != nil {
			return Case{}, err
		}
	}
	for _, o := range all {
		if o.state != "closed" {
			f.open = true
			continue
		}
		f.last = max(f.last, d.on(o.last()))
	}
	for _, o := range all {
		if err := d.asks(o, o.id == r.id, &f); err != nil {
			return Case{}, err
		}
	}
	c := f.judge(d.rules)
	c.Request, c.Reference, c.Asked = r.id, r.reference, r.asked
	return c, nil
}

// person reads the birth and the death of a patient.
func (d desk) person(id phare.ID, f *facts) error {
	p, err := patient.Find(d.v, access.Machine(d.platform), id)
	if err != nil {
		return err
	}
	if p.BirthDate != "" {
		f.birth = p.BirthDate
	}
	f.death, err = death(d.v, d.platform, id)
	return err
}

// asks reads the claims about a file, and whether an ask about it waits.
func (d desk) asks(r row, own bool, f *facts) error {
	type ask struct {
		kind, state, from string
		ended             time.Time
	}
	all, err := store.All(d.v, func(from store.Row) (a ask, err error) {
		err = from.Scan(&a.kind, &a.state, &a.from, store.Time(&a.ended))
		return a, err
	}, `SELECT kind, state, asked_on, decided_at FROM person_ask WHERE request = $1 AND platform = $2`, r.id, d.platform)
	for _, a := range all {
		switch {
		case a.kind != "claim":
			f.waits = f.waits || own && a.state == "asked"
		case a.state == "asked":
			f.claims = append(f.claims, span{a.from, ""})
		default:
			f.claims = append(f.claims, span{a.from, d.on(a.ended)})
		}
	}
	return err
}

// Find is the case of one file, inside a transaction; its request must be closed.
func Find(v *store.View, platform string, id phare.ID) (Case, error) {
	d, err := open(v, platform)
	if err != nil {
		return Case{}, err
	}
	r, err := store.One(v, scan, columns+`r.id = $2 AND r.state = 'closed'`, platform, id)
	if err != nil {
		return Case{}, err
	}
	return d.judge(r)
}

// Check refuses to erase what must still be kept: for a ground of term, what is not
// due; for any ground, what a claim needs.
func Check(v *store.View, platform string, id phare.ID, term bool) error {
	c, err := Find(v, platform, id)
	if err != nil {
		return err
	}
	today, err := todayIn(v, platform)
	switch {
	case err != nil:
		return err
	case c.Held == HeldClaim:
		return phare.Fault(phare.Conflict, "retention.claim")
	case term && !c.IsDue(today):
		return phare.Fault(phare.Conflict, "retention.early")
	}
	return nil
}

// Over are the closed files of a desk whose day has passed, held or not, the first
// day first.
func Over(v *store.View, platform string) (all []Case, err error) {
	d, err := open(v, platform)
	if err != nil {
		return nil, err
	}
	// Nothing is over before the shortest time of its kind from when it was closed.
	turnedAt := v.Now().AddDate(0, -d.rules.amount(Refused), 2)
	careAt := v.Now().AddDate(-min(d.rules.amount(File), d.rules.amount(Death)), 0, 2)
	rows, err := store.All(v, scan, columns+`r.state = 'closed' AND (r.closed_at < $2 OR r.closed_at < $3 AND r.close_reason IN (`+turned+`))`, platform, careAt, turnedAt)
	if err != nil {
		return nil, err
	}
	today := d.on(v.Now())
	for _, r := range rows {
		c, err := d.judge(r)
		if err != nil {
			return nil, err
		}
		if c.IsOver(today) {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b Case) int {
		return strings.Compare(a.Until+a.Reference, b.Until+b.Reference)
	})
	return all, nil
}

// Line is one rule in a report: how many files are due by it, how many held, and how
// many already wait for a second person.
type Line struct {
	Rule             Rule
	Due, Held, Asked int
}

// Report is what a purge would take: counts, and for who may open files which.
type Report struct {
	At    time.Time
	Today string
	Lines []Line
	Cases []Case // empty for who may read no file
}

// Due counts the files that are due.
func (r Report) Due() (n int) {
	for _, l := range r.Lines {
		if l.Rule.By == ByDesk {
			n += l.Due
		}
	}
	return n
}

// Dry reports what a purge would take, takes nothing, and writes down that it was
// asked. Files that the actor is barred from are counted, not named.
func Dry(ctx context.Context, db *store.DB, by access.Actor) (r Report, err error) {
	if err := by.Check(access.KeepRules); err != nil {
		return r, err
	}
	return dry(ctx, db, by, by.Can(access.ReadRequest))
}

// DryByOperator is Dry for a command of the operator: counts alone.
func DryByOperator(ctx context.Context, db *store.DB, platform string) (Report, error) {
	return dry(ctx, db, access.Machine(platform), false)
}

func dry(ctx context.Context, db *store.DB, by access.Actor, names bool) (r Report, err error) {
	err = db.Write(ctx, by.Act("retention.report", by.Platform), func(tx *store.Tx) error {
		r, err = reportIn(tx, by, names)
		return err
	})
	return r, err
}

func reportIn(tx *store.Tx, by access.Actor, names bool) (r Report, err error) {
	r = Report{At: tx.Now}
	if r.Today, err = todayIn(&tx.View, by.Platform); err != nil {
		return r, err
	}
	all, err := Over(&tx.View, by.Platform)
	if err != nil {
		return r, err
	}
	rules, err := inForce(&tx.View, by.Platform)
	if err != nil {
		return r, err
	}
	for _, rule := range rules {
		if rule.By == ByOperator {
			continue
		}
		l, err := line(&tx.View, by.Platform, rule, all, r.Today)
		if err != nil {
			return r, err
		}
		r.Lines = append(r.Lines, l)
		if err := tx.Exec(`INSERT INTO purge_report (id, platform, dry, rule, due, held, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			phare.NewID(), by.Platform, true, rule.ID, l.Due, l.Held, tx.Now, by.ID, by.Name); err != nil {
			return r, err
		}
	}
	if !names {
		return r, nil
	}
	hidden, err := circle.Hidden(&tx.View, by)
	r.Cases = slices.DeleteFunc(all, func(c Case) bool {
		return slices.ContainsFunc(hidden, func(s circle.Shut) bool { return s.Request == c.Request })
	})
	return r, err
}

// line counts what is over by one rule; by one of the program's, what it takes with
// its next housekeeping.
func line(v *store.View, platform string, rule Rule, all []Case, today string) (l Line, err error) {
	l.Rule = rule
	if rule.By == ByProgram {
		before := v.Now().AddDate(0, 0, -rule.Amount)
		for _, sql := range spent[rule.ID] {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM `+sql, platform, before)
			if err != nil {
				return l, err
			}
			l.Due += n
		}
		return l, nil
	}
	for _, c := range all {
		switch {
		case c.Rule != rule.ID:
		case c.Asked:
			l.Asked++
		case c.IsDue(today):
			l.Due++
		default:
			l.Held++
		}
	}
	return l, nil
}

// Count writes down that a file is erased now because its time is over: by which rule,
// never which.
func Count(tx *store.Tx, by access.Actor, id phare.ID) error {
	c, err := Find(&tx.View, by.Platform, id)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO purge_report (id, platform, dry, rule, due, held, at, actor, name) VALUES ($1, $2, $3, $4, 1, 0, $5, $6, $7)`,
		phare.NewID(), by.Platform, false, c.Rule, tx.Now, by.ID, by.Name)
}

// OfFile is until when one closed file is kept, and why, for a page that has written
// down that the file was opened; nil while its request is open.
func OfFile(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (kept *Case, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		c, err := Find(v, by.Platform, id)
		if phare.KindOf(err) == phare.NotFound {
			return nil
		}
		kept = &c
		return err
	})
	return kept, err
}
