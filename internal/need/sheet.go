package need

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// Asked is a question to an expert, as far as a need shows it.
type Asked struct {
	ID           phare.ID
	Need         phare.ID
	To, State    string
	SentAt, Back time.Time
}

// Line is a need with what is below it.
type Line struct {
	Need
	Tasks     []Task
	Questions []Asked
	Reorients []Reorient // the latest last
}

// Sheet is what a request is made of, as its page shows it.
type Sheet struct {
	Needs     []Line
	Tasks     []Task  // of the request as a whole
	Questions []Asked // of no need
	Decided   []Decided
	Clock     *Clock // nil: none runs
	Urgency   string // that the desk works by
	Kinds     []Kind // that can be chosen
	Proposed  []string
	Nudges    []Nudge // the latest first
	Cover     string  // name of who covers its holder, who is away; empty: nobody
	CoverEnds time.Time
}

// Open are the needs that have not ended.
func (s Sheet) Open() (some []Line) {
	for _, n := range s.Needs {
		if n.IsOpen() {
			some = append(some, n)
		}
	}
	return some
}

// Of reads what a request is made of, for a page whose look was written down.
func Of(ctx context.Context, db *store.DB, by access.Actor, r request.Request) (s Sheet, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return s, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		s = Sheet{}
		if err := circle.CheckReading(v, by, r.ID); err != nil {
			return err
		}
		if err := s.below(v, by, r); err != nil {
			return err
		}
		return s.beside(v, by, r)
	})
	return s, err
}

// below reads the needs of a request with their tasks and questions.
func (s *Sheet) below(v *store.View, by access.Actor, r request.Request) error {
	all, err := needs(v, by.Platform, r.ID)
	if err != nil {
		return err
	}
	todo, err := tasks(v, by.Platform, r.ID)
	if err != nil {
		return err
	}
	asked, err := store.All(v, func(row store.Row) (a Asked, err error) {
		err = row.Scan(&a.ID, &a.Need, &a.To, &a.State, store.Time(&a.SentAt), store.Time(&a.Back))
		return a, err
	}, `SELECT id, need, recipient, state, sent_at, ended_at FROM question WHERE request = $1 AND platform = $2 ORDER BY sent_at, id`, r.ID, by.Platform)
	if err != nil {
		return err
	}
	again, err := reorients(v, by.Platform, r.ID)
	if err != nil {
		return err
	}
	for _, n := range all {
		s.Needs = append(s.Needs, Line{Need: n, Reorients: slices.DeleteFunc(slices.Clone(again), func(a Reorient) bool { return a.Need != n.ID })})
	}
	line := func(id phare.ID) *Line {
		if i := slices.IndexFunc(s.Needs, func(l Line) bool { return l.ID == id }); i >= 0 {
			return &s.Needs[i]
		}
		return nil
	}
	for _, t := range todo {
		if l := line(t.Need); l != nil {
			if l.decides(t) {
				continue
			}
			l.Tasks = append(l.Tasks, t)
			continue
		}
		s.Tasks = append(s.Tasks, t)
	}
	for _, a := range asked {
		if l := line(a.Need); l != nil {
			l.Questions = append(l.Questions, a)
			continue
		}
		s.Questions = append(s.Questions, a)
	}
	return nil
}

// beside reads what else the page shows: triage, clock, urgency, who covers.
func (s *Sheet) beside(v *store.View, by access.Actor, r request.Request) (err error) {
	if s.Decided, err = decisions(v, by.Platform, r.ID); err != nil {
		return err
	}
	if s.Urgency, err = urgencyOf(v, by.Platform, r.ID); err != nil {
		return err
	}
	known, err := kinds(v, by.Platform)
	if err != nil {
		return err
	}
	s.Kinds = slices.DeleteFunc(known, func(k Kind) bool { return !k.Active })
	if len(s.Needs) == 0 {
		s.Proposed = Proposed(r.Fields)
	}
	p, err := paceOf(v, by.Platform)
	if err != nil {
		return err
	}
	moves, err := movesOf(v, by.Platform, r.ID)
	if err != nil {
		return err
	}
	if c, ok := p.clock(moves, r.FirstLookAt); ok {
		s.Clock = &c
	}
	if s.Nudges, err = store.All(v, scanNudge, `SELECT about, reason, round, way, result, name, at FROM nudge WHERE request = $1 AND platform = $2 ORDER BY at DESC, id`, r.ID, by.Platform); err != nil {
		return err
	}
	away, err := absences(v, by.Platform)
	for _, a := range away {
		if a.Account == r.Owner && a.Covers(v.Now()) {
			s.Cover, s.CoverEnds = a.CovName, a.Until
		}
	}
	return err
}
