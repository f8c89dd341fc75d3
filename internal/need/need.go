// Package need is what a request is made of: its needs, one a subject; the tasks
// of each, at the desk and outside; triage; the clocks of the desk; who stands in
// for whom; and chasing those who do not answer. It promises that where a need or
// a request stands is computed, never set (package course, through
// request.Restate), that nobody is chased twice for one reason, and that what it
// lists stays inside the circle of each file.
package need

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// Other is the kind that fits nothing else: such needs were found months later by
// other desks, so nobody being given one raises an alarm (ask 5).
const Other = "other"

// Kind is one kind of need.
type Kind struct {
	Code   string
	Label  string // the desk's own words; empty: the key "need.kind.CODE"
	Expert bool   // experts are asked for it
	Active bool   // can be chosen
}

// builtin are the kinds of the program, in the order of the page.
var builtin = [...]Kind{
	{"medical", "", true, true}, {"diagnosis", "", true, true}, {"social", "", false, true}, {"psychological", "", false, true},
	{"school", "", false, true}, {"work", "", false, true}, {"transport", "", false, true}, {"mdph", "", false, true},
	{"family", "", false, true}, {"admin", "", false, true}, {Other, "", false, true},
}

// IsBuiltin says whether a kind comes with the program, which names it.
func IsBuiltin(code string) bool {
	return slices.ContainsFunc(builtin[:], func(k Kind) bool { return k.Code == code })
}

// kinds are those of a platform: of the program, then its own.
func kinds(v *store.View, platform string) ([]Kind, error) {
	own, err := store.All(v, func(row store.Row) (k Kind, err error) {
		err = row.Scan(&k.Code, &k.Label, &k.Expert, &k.Active)
		return k, err
	}, `SELECT code, label, expert, active FROM need_kind WHERE platform = $1 ORDER BY at, id`, platform)
	all := slices.Clone(builtin[:])
	for _, k := range own {
		if i := slices.IndexFunc(all, func(b Kind) bool { return b.Code == k.Code }); i >= 0 {
			all[i] = k
			continue
		}
		all = append(all, k)
	}
	return all, err
}

// Kinds are the kinds of need of the actor's platform, also those put aside.
func Kinds(ctx context.Context, db *store.DB, by access.Actor) (all []Kind, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) (err error) {
		all, err = kinds(v, by.Platform)
		return err
	})
	return all, err
}

// Limits of what is typed, in characters.
const (
	longestLine = 200
	longestText = 4000
	mostNeeds   = 20 // of one request
	longestCode = 40
)

// SetKind adds a kind, names one otherwise, or puts one aside. Needs keep the name
// that they were given.
func SetKind(ctx context.Context, db *store.DB, by access.Actor, k Kind) error {
	if err := by.Check(access.SwitchModule); err != nil {
		return err
	}
	k.Label = phare.Clean(k.Label)
	known := k.Code != "" // one that is on the list keeps its name when none is typed
	if !known {
		k.Code = "own-" + strings.ToLower(string(phare.NewID()))
	}
	switch {
	case utf8.RuneCountInString(k.Label) > longestLine:
		return phare.Field("label", "desk.toolong")
	case k.Label == "" && !IsBuiltin(k.Code) && !known:
		return phare.Field("label", "need.kind.label.missing")
	case len(k.Code) > longestCode || strings.Trim(k.Code, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return phare.Field("label", "need.kind.label.missing")
	}
	return db.Write(ctx, by.Act("need.kind", by.Platform).For(k.Code), func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO need_kind (id, platform, code, label, expert, active, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (platform, code) DO UPDATE SET label = CASE $4 WHEN '' THEN need_kind.label ELSE $4 END, expert = $5, active = $6, at = $7, actor = $8`,
			phare.NewID(), by.Platform, k.Code, k.Label, k.Expert, k.Active, tx.Now, by.ID)
	})
}

// How a need ended.
const (
	Met      = "met"
	Partly   = "partly"
	NotMet   = "not"
	Unwanted = "unwanted" // no longer wanted
)

// Outcomes are how a need can end, in the order of the page.
func Outcomes() []string { return []string{Met, Partly, NotMet, Unwanted} }

// Whys are why a need was not met.
func Whys() []string {
	return []string{"no-offer", "not-eligible", "declined", "unreachable", "far", "unknown"}
}

// Need is one subject of a request.
type Need struct {
	ID, Request      phare.ID
	Kind, Label      string
	Expert           bool
	Words            string
	State            string // computed: todo, doing, awaiting, asked, answered, closed
	Outcome, Why     string
	Remark           string
	Version          int64
	CreatedAt, Since time.Time // Since: of its state
	EndedAt          time.Time
}

// IsOpen says whether it has not ended.
func (n Need) IsOpen() bool { return n.Outcome == "" }

// LogValue keeps words about people out of the logs.
func (n Need) LogValue() slog.Value { return slog.StringValue(string(n.ID)) }

// String does the same for %v.
func (n Need) String() string { return "need " + string(n.ID) }

// New is a need to be added.
type New struct {
	Kind  string
	Label string // the kind's name as it was on screen
	Words string // may be empty
}

// Proposed are the kinds ticked beforehand on the form of a request without needs:
// only what its requester ticked, nothing read out of their words.
func Proposed(f request.Fields) []string {
	switch f.Diagnosis {
	case request.NoDiagnosis, request.Suspected:
		return []string{"diagnosis"}
	}
	return nil
}

// Add adds needs to a request. A kind that is open in it already is not added again.
func Add(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, all []New) error {
	if len(all) == 0 {
		return phare.Field("kind", "need.none")
	}
	return change(ctx, db, by, step{"need.add", id, ""}, func(tx *store.Tx, r *request.Request) error {
		known, err := kinds(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		have, err := needs(&tx.View, by.Platform, id)
		if err != nil {
			return err
		}
		if len(have)+len(all) > mostNeeds {
			return phare.Field("kind", "need.many")
		}
		for _, n := range all {
			if err := add(tx, by, *r, adding{n, known, have}); err != nil {
				return err
			}
		}
		return nil
	})
}

// adding is one need that is being added, with what decides whether it can be.
type adding struct {
	New
	known []Kind
	have  []Need
}

func add(tx *store.Tx, by access.Actor, r request.Request, a adding) error {
	i := slices.IndexFunc(a.known, func(k Kind) bool { return k.Code == a.Kind && k.Active })
	if i < 0 {
		return phare.Field("kind", "need.kind.unknown")
	}
	a.Words = strings.TrimSpace(a.Words)
	if utf8.RuneCountInString(a.Words) > longestText {
		return phare.Field("words", "desk.toolong")
	}
	if a.Kind == Other && a.Words == "" {
		return phare.Field("words", "need.other.words")
	}
	if a.Kind != Other && slices.ContainsFunc(a.have, func(n Need) bool { return n.IsOpen() && n.Kind == a.Kind }) {
		return nil
	}
	label := phare.Clean(a.Label)
	if own := a.known[i].Label; own != "" {
		label = own
	}
	if label == "" || utf8.RuneCountInString(label) > longestLine {
		return phare.Field("kind", "need.kind.unknown")
	}
	n := Need{ID: phare.NewID(), Request: r.ID, Kind: a.Kind, Label: label, Expert: a.known[i].Expert, Words: a.Words}
	if err := insertNeed(tx, by, n); err != nil {
		return err
	}
	return tell(tx, by, r, "need.add", join(label, a.Words))
}

// join is a name and what was said of it, one under the other.
func join(label, words string) string { return strings.TrimSpace(label + "\n" + words) }

// Ending is how a need ends.
type Ending struct {
	Version int64 // of the need, as it was seen
	Outcome string
	Why     string // one of Whys, when it was not met
	Words   string // may be empty but for a reason that is none of the list
	Sorry   bool   // and the requester is told, by the way that they chose (ask 4)
}

func (e Ending) accept() error {
	var outcome, why, words *phare.Error
	if !slices.Contains(Outcomes(), e.Outcome) {
		outcome = phare.Field("outcome", "need.outcome.missing")
	}
	if e.Outcome == NotMet && !slices.Contains(Whys(), e.Why) {
		why = phare.Field("why", "need.why.missing")
	}
	switch {
	case utf8.RuneCountInString(e.Words) > longestText:
		words = phare.Field("remark", "desk.toolong")
	case e.Outcome == NotMet && e.Why == "unknown" && e.Words == "":
		words = phare.Field("remark", "need.why.words")
	}
	return phare.Faults(outcome, why, words)
}

// End closes a need with what came of it. One that an expert can still answer is not
// closed: the question is taken back first, so that nobody works for nothing.
func End(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, e Ending) error {
	e.Words = strings.TrimSpace(e.Words)
	if e.Outcome != NotMet {
		e.Why = ""
	}
	if err := e.accept(); err != nil {
		return err
	}
	of, err := requestOf(ctx, db, by, "need", id)
	if err != nil {
		return err
	}
	return change(ctx, db, by, step{"need.end", of, e.Outcome}, func(tx *store.Tx, r *request.Request) error {
		n, err := needOf(&tx.View, by.Platform, id)
		switch {
		case err != nil:
			return err
		case !n.IsOpen() || n.Version != e.Version:
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		waiting, err := store.All(&tx.View, store.Value[string], `SELECT id FROM question WHERE need = $1 AND platform = $2 AND state IN ('sent', 'opened') AND expires_at > $3`, id, by.Platform, tx.Now)
		if err != nil {
			return err
		}
		if len(waiting) > 0 {
			return phare.Field("outcome", "need.question.waits")
		}
		if err := undecided(&tx.View, by.Platform, id); err != nil {
			return err
		}
		row := sealNeed(by.Platform, r.ID, id)
		err = tx.Update(`UPDATE need SET outcome = $1, why = $2, remark = $3, ended_at = $4, version = version + 1 WHERE id = $5 AND platform = $6 AND version = $7`,
			e.Outcome, e.Why, row.In("remark", e.Words), tx.Now, id, by.Platform, n.Version)
		if err != nil {
			return err
		}
		if err := endTasks(tx, by, id); err != nil {
			return err
		}
		if err := tell(tx, by, *r, "need.ended."+e.Outcome, join(n.Label, e.Words)); err != nil || !e.Sorry {
			return err
		}
		return request.Inform(tx, *r, "unmet") // it names nothing
	})
}

// Reopen opens a need again, with a reason.
func Reopen(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, reason string) error {
	reason = strings.TrimSpace(reason)
	of, err := requestOf(ctx, db, by, "need", id)
	if err != nil {
		return err
	}
	return change(ctx, db, by, step{"need.reopen", of, ""}, func(tx *store.Tx, r *request.Request) error {
		n, err := needOf(&tx.View, by.Platform, id)
		if err != nil {
			return err
		}
		switch {
		case n.IsOpen():
			return phare.Fault(phare.Conflict, "error.conflict")
		case reason == "" || utf8.RuneCountInString(reason) > longestText:
			return phare.Field("reason", "need.reopen.reason")
		}
		err = tx.Update(`UPDATE need SET outcome = '', why = '', remark = '', ended_at = '', version = version + 1 WHERE id = $1 AND platform = $2 AND version = $3`, id, by.Platform, n.Version)
		if err != nil {
			return err
		}
		return tell(tx, by, *r, "need.reopen", join(n.Label, reason))
	})
}

// Link says for which need of its request a question to an expert is; an empty need
// is for the request as a whole.
func Link(ctx context.Context, db *store.DB, by access.Actor, question, need phare.ID) error {
	of, err := requestOf(ctx, db, by, "question", question)
	if err != nil {
		return err
	}
	return change(ctx, db, by, step{"need.link", of, string(need)}, func(tx *store.Tx, r *request.Request) error {
		if need != "" {
			n, err := needOf(&tx.View, by.Platform, need)
			if err != nil {
				return err
			}
			if n.Request != r.ID || !n.IsOpen() {
				return phare.Field("need", "need.kind.unknown")
			}
		}
		return tx.Update(`UPDATE question SET need = $1 WHERE id = $2 AND platform = $3`, need, question, by.Platform)
	})
}

// step is one change, for the trail.
type step struct {
	verb   string
	of     phare.ID // the request
	reason string
}

// change runs one change of what a request is made of, and computes where it stands.
func change(ctx context.Context, db *store.DB, by access.Actor, s step, do func(*store.Tx, *request.Request) error) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return db.Write(ctx, by.Act(s.verb, string(s.of)).For(s.reason), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, s.of)
		if err != nil {
			return err
		}
		if r.State == request.Closed {
			return phare.Fault(phare.Conflict, "desk.closed")
		}
		if err := do(tx, &r); err != nil {
			return err
		}
		return request.Restate(tx, r)
	})
}

func tell(tx *store.Tx, by access.Actor, r request.Request, kind, words string) error {
	return request.Tell(tx, by, r, request.Event{Kind: kind, Text: words, ShownTo: request.Team})
}
