// Package report counts a desk's year: the requests received in it, what
// became of them and how long it took. It promises that nothing in it names a
// person, that each figure carries its definition and on how many requests it
// stands, and that outside the team no small number about a disease is shown or
// can be subtracted from the others. It does not draw pages.
package report

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/text"
)

// Definitions is the version of the definitions that the figures follow; it
// changes when a definition does.
const Definitions = 3

// Report is one desk's year. All of it is about the requests received in that
// year, as they stood when it was made.
type Report struct {
	Platform access.Platform
	Year     int
	At       time.Time // when it was made
	Masked   bool      // small numbers are hidden: the reader is not of the team
	Figures  []Figure
	Tables   []Table
	Waiting  int          // exceptional accesses that nobody has judged in time
	Trail    store.Signed // the audit trail's last signature: paper that its keeper cannot change; zero: none
}

// A Unit says what a figure counts.
type Unit string

// The units.
const (
	Requests Unit = "requests"
	Percent  Unit = "percent"
	Delay    Unit = "delay"
)

// Figure is one number. Its name and definition are the messages
// "report.figure.KEY" and "report.define.KEY".
type Figure struct {
	Key         string
	Unit        Unit
	Value       int           // of Requests and Percent
	Delay       time.Duration // of Delay
	Of          int           // on how many requests it stands
	Missing     int           // requests it cannot be told of, or not yet
	Hidden      bool          // not to be shown: too few, or they would tell of too few
	Apart       bool          // Hidden, and not even that it is under LeastActivity is told
	HideOf      bool          // Of is not to be shown
	HideMissing bool          // Missing is not to be shown
	None        bool          // there is nothing to tell it from
	Before      *Figure       // the same figure of the year before, in a whole report

	part int // of Percent: how many of Of
}

// Table is one count by something. Its caption and definition are the messages
// "report.table.KEY" and "report.define.KEY".
type Table struct {
	Key    string
	Unit   Unit
	Health bool // it tells of diseases, through networks and centres
	Rows   []Row
	Hidden bool // at least one row is
}

// Row is one line of a table. Its label is the message "report.KEY.NAME" or,
// where Name is empty, Label as it stands.
type Row struct {
	Name, Label string
	N           int
	Delay       time.Duration
	None        bool
	Hidden      bool // not to be shown
	Apart       bool // Hidden, and not even that it is under the least is told
	HideOf      bool // of a delay: N, on how many it stands, is not to be shown
}

// Build counts the year of the actor's desk. Staff who work on requests see
// every number; others see small numbers hidden.
func Build(ctx context.Context, db *store.DB, by access.Actor, year int) (r Report, err error) {
	if by.Role != access.System {
		if err := by.Check(access.ReadReport); err != nil {
			return Report{}, err
		}
	}
	desk, err := access.FindPlatform(ctx, db, by.Platform)
	if err != nil {
		return Report{}, err
	}
	now := db.Now()
	if here := now.In(text.Zone(desk.Zone)); year < firstYear || year > here.Year() {
		return Report{}, phare.Fault(phare.NotFound, "error.notfound")
	}
	var this, last facts
	err = db.Read(ctx, func(v *store.View) (err error) {
		if this, err = read(v, desk, year); err == nil {
			last, err = read(v, desk, year-1)
		}
		if err != nil {
			return err
		}
		if _, r.Waiting, err = circle.Waiting(v, by.Platform); err != nil {
			return err
		}
		signed, err := store.Checkpoints(v, 1)
		if len(signed) > 0 {
			r.Trail = signed[0]
		}
		return err
	})
	if err != nil {
		return Report{}, err
	}
	r = Report{Platform: desk, Year: year, At: now, Masked: !by.Can(access.ReadRequest), Trail: r.Trail, Waiting: r.Waiting}
	r.count(this, last)
	return r, nil
}

// count fills a report. Of the year before it shows what that year's own report
// does, so that the two cannot be held against each other.
func (r *Report) count(this, last facts) {
	r.Figures, r.Tables = this.figures(r.At), this.tables(r.At)
	before := Report{Figures: last.figures(r.At), Tables: last.tables(r.At)}
	if r.Masked {
		r.mask()
		before.mask()
	}
	if len(last.requests) > 0 {
		for i := range r.Figures {
			r.Figures[i].Before = &before.Figures[i]
		}
	}
}

// firstYear is before any request can have come.
const firstYear = 2000

// Years lists the years in which the actor's desk received requests, the
// latest first, and always the current one.
func Years(ctx context.Context, db *store.DB, by access.Actor) (years []int, err error) {
	if err := by.Check(access.ReadReport); err != nil {
		return nil, err
	}
	desk, err := access.FindPlatform(ctx, db, by.Platform)
	if err != nil {
		return nil, err
	}
	zone := text.Zone(desk.Zone)
	first := db.Now()
	err = db.Read(ctx, func(v *store.View) error {
		oldest, err := store.One(v, func(row store.Row) (t time.Time, err error) {
			err = row.Scan(store.Time(&t))
			return t, err
		}, `SELECT COALESCE(min(created_at), '') FROM request WHERE platform = $1`, by.Platform)
		if !oldest.IsZero() {
			first = oldest
		}
		return err
	})
	for y := db.Now().In(zone).Year(); y >= first.In(zone).Year(); y-- {
		years = append(years, y)
	}
	return years, err
}
