// Package calendar counts working days by the clock of one desk: Saturdays,
// Sundays and public holidays of its territory do not count. It promises that each
// day counts at most once, by the date at the desk and not in UTC. The list of days
// is data with its sources (days.tsv); a desk may set days against it.
package calendar

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ends is the hour at which a working day ends.
const ends = 18

// Day is one day of the year, or of one year, on which desks work or not.
type Day struct {
	Rule       string   // "05-22" every year, "easter-2" by Easter Sunday, "2026-12-24" once
	Where      []string // department codes; empty: everywhere
	Code       string   // its name, a key under "calendar.day."; empty: Label
	Label      string   // the desk's own words
	Off        bool     // the desk is closed
	Source     string   // empty: nobody has verified it
	VerifiedOn string   // 2006-01-02
}

// IsVerified says whether somebody has read its source.
func (d Day) IsVerified() bool { return d.Source != "" && d.VerifiedOn != "" }

//go:embed days.tsv
var table string

// Builtin are the days that the program knows.
var Builtin = sync.OnceValue(func() (all []Day) {
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 6 || strings.HasPrefix(line, "#") || f[0] == "day" {
			continue
		}
		d := Day{Rule: f[0], Code: f[2], Off: f[3] == "yes", Source: f[4], VerifiedOn: f[5]}
		if f[1] != "all" {
			d.Where = strings.Fields(f[1])
		}
		all = append(all, d)
	}
	return all
})

// territories are the departments by the zone of their clocks.
var territories = map[string]string{
	"America/Guadeloupe": "971", "America/Martinique": "972", "America/Cayenne": "973", "Indian/Reunion": "974", "Indian/Mayotte": "976",
	"America/St_Barthelemy": "977", "America/Marigot": "978",
}

// Calendar is the working days of one desk.
type Calendar struct {
	zone  *time.Location
	rules map[string]bool // whether the desk is closed, by rule
}

// New is the calendar of a desk in a zone, with the days that it set itself, the
// latest of a rule last.
func New(zone *time.Location, own ...Day) Calendar {
	c := Calendar{zone: zone, rules: map[string]bool{}}
	for _, d := range slices.Concat(Of(zone), own) {
		c.rules[d.Rule] = d.Off
	}
	return c
}

// Of are the days that the program knows for desks in a zone.
func Of(zone *time.Location) (all []Day) {
	here := territories[zone.String()]
	for _, d := range Builtin() {
		if len(d.Where) == 0 || slices.Contains(d.Where, here) {
			all = append(all, d)
		}
	}
	return all
}

// Works says whether the desk works on the day of t by its clock.
func (c Calendar) Works(t time.Time) bool {
	t = t.In(c.zone)
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	year, month, day := t.Date()
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if off, set := c.rules[date.Format(time.DateOnly)]; set {
		return !off
	}
	from := int(date.Sub(Easter(year)).Hours()) / 24
	return !c.rules[date.Format("01-02")] && !c.rules[fmt.Sprintf("easter%+d", from)]
}

// Elapsed is how many working days began after the day of from, up to that of to:
// none on the same day, one on the next working day.
func (c Calendar) Elapsed(from, to time.Time) (n int) {
	for d, last := c.noon(from).AddDate(0, 0, 1), c.noon(to); !d.After(last); d = d.AddDate(0, 0, 1) {
		if c.Works(d) {
			n++
		}
	}
	return n
}

// farthest bounds how far ahead Due looks, in days: a calendar without any working
// day must not keep it for ever.
const farthest = 1500

// Due is the end of the nth working day after the day of from, UTC; of its own day
// if n is 0.
func (c Calendar) Due(from time.Time, n int) time.Time {
	d := c.noon(from)
	for range farthest {
		if n <= 0 {
			break
		}
		if d = d.AddDate(0, 0, 1); c.Works(d) {
			n--
		}
	}
	year, month, day := d.Date()
	return time.Date(year, month, day, ends, 0, 0, 0, c.zone).UTC()
}

// noon is noon of the day of t at the desk: no clock is put forward or back then.
func (c Calendar) noon(t time.Time) time.Time {
	year, month, day := t.In(c.zone).Date()
	return time.Date(year, month, day, 12, 0, 0, 0, c.zone)
}

// SameDay says whether two instants are on one day at the desk.
func (c Calendar) SameDay(a, b time.Time) bool { return c.noon(a).Equal(c.noon(b)) }

// NextDay is the day after that of t, at the desk.
func (c Calendar) NextDay(t time.Time) time.Time { return c.noon(t).AddDate(0, 0, 1) }

// Easter is Easter Sunday of a year of the Gregorian calendar (the anonymous
// algorithm, as Meeus gives it).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// farFromEaster bounds a rule by Easter, in days.
const farFromEaster = 100

// IsRule says whether a day is written as this package reads it.
func IsRule(s string) bool {
	if rest, ok := strings.CutPrefix(s, "easter"); ok {
		n, err := strconv.Atoi(rest)
		return err == nil && n > -farFromEaster && n < farFromEaster && s == fmt.Sprintf("easter%+d", n)
	}
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return true
	}
	_, err := time.Parse(time.DateOnly, "2024-"+s) // a leap year: 29 February is a day
	return err == nil
}
