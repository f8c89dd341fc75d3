package kin

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/text"
)

// Contact is how a person is spoken to.
type Contact struct {
	Language    string
	Interpreter string // "yes", "no", empty: nobody asked
	Zone        string // whose clock rings; empty: the desk's
	Version     int64
}

// Zones are the clocks of those who are called or asked, in the order of lists.
func Zones() []string {
	return []string{"Europe/Paris", "Indian/Reunion", "Indian/Mayotte", "America/Guadeloupe", "America/Martinique", "America/Cayenne"}
}

func (c Contact) accept() (Contact, error) {
	c.Language = phare.Clean(c.Language)
	var interpreter, zone *phare.Error
	if !slices.Contains([]string{"", "yes", "no"}, c.Interpreter) {
		interpreter = phare.Field("interpreter", "kin.interpreter.unknown")
	}
	if c.Zone != "" && !slices.Contains(Zones(), c.Zone) {
		zone = phare.Field("zone", "kin.zone.unknown")
	}
	return c, phare.Faults(interpreter, zone, long("spoken", c.Language))
}

// Rule is one condition on calling a person.
type Rule struct {
	ID                  phare.ID
	Number              string // the number it is about; empty: all of them
	Never               bool   // not this number
	NotBefore, NotAfter string // 15:04
	Days                string // digits, 1 is Monday; empty: all
	Answers             string // who picks up
	Note                string
	AddedName           string
	AddedAt             time.Time
}

func (r Rule) accept() (Rule, error) {
	for _, s := range []*string{&r.Number, &r.NotBefore, &r.NotAfter, &r.Answers} {
		*s = phare.Clean(*s)
	}
	r.Note = strings.TrimSpace(r.Note)
	var empty, never, days *phare.Error
	if !r.Never && r.NotBefore == "" && r.NotAfter == "" && r.Days == "" && r.Answers == "" && r.Note == "" {
		empty = phare.Field("not_before", "kin.rule.empty")
	}
	if r.Never && r.Number == "" {
		never = phare.Field("number", "kin.rule.number")
	}
	if strings.Trim(r.Days, "1234567") != "" {
		days = phare.Field("days", "kin.rule.days")
	}
	before, e1 := hour("not_before", r.NotBefore)
	after, e2 := hour("not_after", r.NotAfter)
	r.NotBefore, r.NotAfter = before, after
	if e1 == nil && e2 == nil && before != "" && after != "" && after <= before {
		e2 = phare.Field("not_after", "kin.rule.order")
	}
	return r, phare.Faults(empty, never, e1, e2, days, long("number", r.Number), long("answers", r.Answers), long("remark", r.Note))
}

// hour reads 17 h, 17h30, 17:30 or 17 as 15:04.
func hour(name, typed string) (string, *phare.Error) {
	s := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(typed), " ", ""), "\u202f", "")
	s = strings.TrimSuffix(strings.Replace(s, "h", ":", 1), ":")
	if s == "" {
		return "", nil
	}
	for _, layout := range []string{"15:04", "15"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("15:04"), nil
		}
	}
	return typed, phare.Field(name, "kin.rule.hour")
}

// Said is a sentence: a key under "kin.", and what stands in it.
type Said struct {
	Key  string
	Args map[string]any
}

// About says whether a rule is about a number: the digits count, not how they are
// parted or what stands before them.
func (r Rule) About(number string) bool { return r.Number == "" || tail(r.Number) == tail(number) }

// tail are the last nine digits of a number.
func tail(number string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, number)
	return digits[max(0, len(digits)-9):]
}

// Against says whether a rule speaks against a call now, at the place whose clock
// rings.
func (r Rule) Against(now time.Time) bool {
	at, day := now.Format("15:04"), string('0'+rune((int(now.Weekday())+6)%7+1))
	return r.Never || r.NotBefore != "" && at < r.NotBefore || r.NotAfter != "" && at >= r.NotAfter || r.Days != "" && !strings.Contains(r.Days, day)
}

// Calling is what must be read beside a number before it is dialled.
type Calling struct {
	Rules []Rule
	Not   bool      // not now
	Now   time.Time // at the place whose clock rings
	Zone  string
	Contact
}

// CallingAt is what speaks for and against calling a number now.
func CallingAt(c Contact, rules []Rule, number, deskZone string, now time.Time) Calling {
	zone := c.Zone
	if zone == "" {
		zone = deskZone
	}
	x := Calling{Contact: c, Zone: zone, Now: now.In(text.Zone(zone))}
	for _, r := range rules {
		if r.About(number) {
			x.Rules = append(x.Rules, r)
			x.Not = x.Not || r.Against(x.Now)
		}
	}
	return x
}

// Sentences are the parts of a rule, as they are read.
func (r Rule) Sentences() (all []Said) {
	say := func(key string, args map[string]any) { all = append(all, Said{key, args}) }
	switch {
	case r.Never:
		say("rule.never", nil)
	case r.NotBefore != "" && r.NotAfter != "":
		say("rule.between", map[string]any{"From": r.NotBefore, "To": r.NotAfter})
	case r.NotBefore != "":
		say("rule.notbefore", map[string]any{"From": r.NotBefore})
	case r.NotAfter != "":
		say("rule.notafter", map[string]any{"To": r.NotAfter})
	}
	if r.Days != "" {
		for _, d := range r.Days {
			say("day."+string(d), nil)
		}
	}
	if r.Answers != "" && utf8.ValidString(r.Answers) {
		say("rule.answers", map[string]any{"Who": r.Answers})
	}
	return all
}
