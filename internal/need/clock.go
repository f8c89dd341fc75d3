package need

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/calendar"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// The steps of a request that have a clock. All but the first two and the last are
// its states.
const (
	StepLook   = "look"   // nobody of the desk has opened it
	StepTriage = "triage" // opened, nothing decided
	StepAlone  = "alone"  // of a need: nobody was given it (ask 5)
)

// Steps are the steps in order.
func Steps() []string {
	return []string{StepLook, StepTriage, string(request.Open), string(request.Asked), string(request.Answered), string(request.Signed), StepAlone}
}

// usual are the working days that a step may take where a desk has not said
// otherwise. They are a beginning, and no rule of anyone's.
var usual = map[string]int{StepLook: 1, StepTriage: 2, string(request.Open): 5, string(request.Asked): 10, string(request.Answered): 3, string(request.Signed): 2, StepAlone: 2}

// Target is how long a step may take.
type Target struct {
	Step         string
	Days         int
	Source, Name string // empty where the desk has not said otherwise
	At           time.Time
}

func targets(v *store.View, platform string) (map[string]Target, error) {
	all := map[string]Target{}
	for step, days := range usual {
		all[step] = Target{Step: step, Days: days}
	}
	own, err := store.All(v, func(row store.Row) (t Target, err error) {
		err = row.Scan(&t.Step, &t.Days, &t.Source, &t.Name, store.Time(&t.At))
		return t, err
	}, `SELECT step, days, source, name, at FROM clock_target WHERE platform = $1 ORDER BY at, id`, platform)
	for _, t := range own {
		all[t.Step] = t
	}
	return all, err
}

// Clock is how long a request has been in its step: "2 of 5 days".
type Clock struct {
	Step         string
	Days, Target int // working days
	Due          time.Time
	Paused       bool      // someone outside is awaited
	PausedSince  time.Time // since then
	Late, Twice  bool      // past its target, and past twice its target
}

// span is a time in one state.
type span struct {
	state    string
	from, to time.Time
}

// spans are the times in each state, in order; the last one goes on.
func spans(moves []moved, now time.Time) (all []span) {
	for _, m := range moves {
		if n := len(all); n > 0 {
			if all[n-1].state == m.became {
				continue // it only went to someone else
			}
			all[n-1].to = m.at
		}
		all = append(all, span{m.became, m.at, now})
	}
	return all
}

// pace is what a clock runs by.
type pace struct {
	days    calendar.Calendar
	targets map[string]Target
	now     time.Time
}

// clock computes the clock of a request from its dated moves. A wait for someone
// outside stops it: those days count for no step. ok is false where none runs.
func (p pace) clock(moves []moved, firstLook time.Time) (c Clock, ok bool) {
	all := spans(moves, p.now)
	if len(all) == 0 {
		return c, false
	}
	last := all[len(all)-1]
	state := last.state
	if state == string(request.Awaiting) {
		c.Paused, c.PausedSince = true, last.from
		state = string(request.Open)
		if n := len(all); n > 1 {
			state = all[n-2].state
		}
	}
	switch state {
	case string(request.Closed):
		return c, false
	case string(request.Received):
		c.Step = StepTriage
		if firstLook.IsZero() && !c.Paused {
			c.Step = StepLook
		}
	default:
		c.Step = state
	}
	began, before := p.now, 0
	for _, s := range slices.Backward(all) {
		if s.state != state && s.state != string(request.Awaiting) {
			break
		}
		if s.state == state {
			c.Days += p.days.Elapsed(s.from, s.to)
			if s.to.Equal(p.now) && !c.Paused {
				began = s.from
			} else {
				before += p.days.Elapsed(s.from, s.to)
			}
		}
	}
	c.Target = p.targets[c.Step].Days
	if !c.Paused {
		c.Due = p.days.Due(began, max(c.Target-before, 0))
		c.Late = p.now.After(c.Due)
		c.Twice = c.Late && c.Days >= 2*c.Target && c.Days > c.Target
	}
	return c, true
}

// paceOf reads what the clocks of a platform run by.
func paceOf(v *store.View, platform string) (p pace, err error) {
	p.now = v.Now()
	if p.days, err = calendarOf(v, platform); err != nil {
		return p, err
	}
	p.targets, err = targets(v, platform)
	return p, err
}

// Clocks is how a desk counts: its targets, and the days on which it works or not.
type Clocks struct {
	Targets []Target       // in the order of Steps
	Days    []calendar.Day // of its territory, as they are in force
	Own     []DeskDay      // what it decided itself, the latest first
	Kinds   []Kind
}

// DeskDay is a day that a desk set, with who did.
type DeskDay struct {
	calendar.Day
	Name string
	At   time.Time
}

// ReadClocks are the targets and days of the actor's desk.
func ReadClocks(ctx context.Context, db *store.DB, by access.Actor) (c Clocks, err error) {
	if err := by.Check(access.OwnEntry); err != nil { // everyone of a desk: no file is shown
		return c, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		c = Clocks{}
		all, err := targets(v, by.Platform)
		if err != nil {
			return err
		}
		for _, s := range Steps() {
			c.Targets = append(c.Targets, all[s])
		}
		zone, err := store.One(v, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, by.Platform)
		if err != nil {
			return err
		}
		own, err := ownDays(v, by.Platform)
		if err != nil {
			return err
		}
		c.Days = slices.Clone(calendar.Of(text.Zone(zone)))
		for _, d := range own {
			if i := slices.IndexFunc(c.Days, func(x calendar.Day) bool { return x.Rule == d.Rule }); i >= 0 {
				d.Code = c.Days[i].Code
				c.Days[i] = d
				continue
			}
			c.Days = append(c.Days, d)
		}
		if c.Kinds, err = kinds(v, by.Platform); err != nil {
			return err
		}
		c.Own, err = store.All(v, func(row store.Row) (d DeskDay, err error) {
			var works bool
			err = row.Scan(&d.Rule, &works, &d.Label, &d.Source, &d.VerifiedOn, &d.Name, store.Time(&d.At))
			d.Off = !works
			return d, err
		}, `SELECT day, works, label, source, verified_on, name, at FROM desk_day WHERE platform = $1 ORDER BY at DESC, id DESC`, by.Platform)
		return err
	})
	return c, err
}

// mostDays bounds a target, in working days.
const mostDays = 200

// SetTarget decides how long a step may take at the actor's desk. Earlier decisions stay.
func SetTarget(ctx context.Context, db *store.DB, by access.Actor, t Target) error {
	if err := by.Check(access.SwitchModule); err != nil {
		return err
	}
	t.Source = phare.Clean(t.Source)
	switch {
	case !slices.Contains(Steps(), t.Step):
		return phare.Field("step", "clock.step.unknown")
	case t.Days < 1 || t.Days > mostDays:
		return phare.Field("days", "clock.days.bad")
	case utf8.RuneCountInString(t.Source) > longestLine:
		return phare.Field("source", "desk.toolong")
	}
	return db.Write(ctx, by.Act("clock.target", by.Platform).For(t.Step), func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO clock_target (id, platform, step, days, source, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			phare.NewID(), by.Platform, t.Step, t.Days, t.Source, tx.Now, by.ID, by.Name)
	})
}

// SetDay says that a desk works or does not on a day, against the list of the
// program. A day that it does not work needs a name.
func SetDay(ctx context.Context, db *store.DB, by access.Actor, d calendar.Day) error {
	if err := by.Check(access.SwitchModule); err != nil {
		return err
	}
	d.Rule, d.Label, d.Source = strings.TrimSpace(d.Rule), phare.Clean(d.Label), phare.Clean(d.Source)
	known := slices.ContainsFunc(calendar.Builtin(), func(b calendar.Day) bool { return b.Rule == d.Rule })
	switch {
	case !calendar.IsRule(d.Rule):
		return phare.Field("day", "clock.day.bad")
	case d.Label == "" && !known:
		return phare.Field("label", "clock.day.label")
	case utf8.RuneCountInString(d.Label) > longestLine || utf8.RuneCountInString(d.Source) > longestLine:
		return phare.Field("label", "desk.toolong")
	}
	return db.Write(ctx, by.Act("clock.day", by.Platform).For(d.Rule), func(tx *store.Tx) error {
		verified := ""
		if d.Source != "" {
			verified = tx.Now.Format(time.DateOnly)
		}
		return tx.Exec(`INSERT INTO desk_day (id, platform, day, works, label, source, verified_on, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			phare.NewID(), by.Platform, d.Rule, !d.Off, d.Label, d.Source, verified, tx.Now, by.ID, by.Name)
	})
}

// ClocksOf are the clocks of some requests of the actor's platform, for a list that
// was written down; of files outside whose circle the actor is, none. It reads no
// word of them, and costs the same few queries for one and for a page.
func ClocksOf(ctx context.Context, db *store.DB, by access.Actor, ids []phare.ID) (all map[phare.ID]Clock, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all = map[phare.ID]Clock{}
		if len(ids) == 0 {
			return nil
		}
		looks, err := looksOf(v, by, ids)
		if err != nil {
			return err
		}
		moves, err := movesOfAll(v, by.Platform, slices.Collect(maps.Keys(looks)))
		if err != nil {
			return err
		}
		p, err := paceOf(v, by.Platform)
		for id, look := range looks {
			if c, ok := p.clock(moves[id], look); ok {
				all[id] = c
			}
		}
		return err
	})
	return all, err
}
