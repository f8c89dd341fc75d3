package casefile

import (
	"slices"
	"strings"

	"phare/internal/document"
	"phare/internal/kin"
	"phare/internal/need"
	"phare/internal/text"
)

// hours is when a family is called, for the sheet that it carries: what holds for
// every number, and nothing of anybody else. The sheet is left on tables: it names
// no relative, no other number, and nothing that was noted of either.
func (s sheet) hours() string {
	var all []string
	for _, r := range s.c.People.Rules {
		if said := r.Hours(s.words, s.lang); said != "" {
			all = append(all, said)
		}
	}
	return s.cut(join(" ; ", all...))
}

// people are those around the patient who may be told something, for professionals:
// who they are, their number, and how much.
func (s sheet) people() string {
	var all []string
	for _, r := range s.c.People.Related {
		if r.Told == kin.Nothing || !r.Active(s.c.People.Today) {
			continue
		}
		all = append(all, join(", ", s.cut(r.Name), s.words.Get(s.lang, "kin.kind."+r.Kind, nil), r.Phone, r.Language, s.words.Get(s.lang, "kin.told."+r.Told, nil)))
	}
	if left := len(all) - s.room.needs; left > 0 {
		all = append(all[:s.room.needs], s.say("more", "N", left))
	}
	return strings.Join(all, " ; ")
}

// calls is how and when the family is called, for professionals, without what is
// noted of the number of someone who may be told nothing.
func (s sheet) calls() string {
	c := s.c.People.Contact
	var all []string
	if c.Language != "" {
		all = append(all, s.words.Get(s.lang, "kin.spoken", map[string]any{"Language": s.cut(c.Language)}))
	}
	if c.Interpreter != "" {
		all = append(all, s.words.Get(s.lang, "kin.interpreter."+c.Interpreter, nil))
	}
	var some []kin.Rule
	for _, r := range s.c.People.Rules {
		if !slices.ContainsFunc(s.c.People.Related, func(x kin.Related) bool {
			return x.Told == kin.Nothing && x.Phone != "" && r.Number != "" && r.About(x.Phone)
		}) {
			some = append(some, r)
		}
	}
	left := len(some) - s.room.needs
	for _, r := range some[:min(len(some), s.room.needs)] {
		all = append(all, s.cut(r.In(s.words, s.lang)))
	}
	if left > 0 {
		all = append(all, s.say("more", "N", left))
	}
	if len(some) > 0 && c.Zone != "" {
		all = append(all, s.say("clock", "Zone", s.words.Get(s.lang, "kin.zone."+c.Zone, nil)))
	}
	return strings.Join(all, " ; ")
}

// needs is what was asked for, one subject a line, the open ones first, and where
// each stands. A family reads the subject and a plain word; whom the desk waits for
// by name, and what it noted, is for professionals.
func (s sheet) needs() []document.Block {
	var open, ended []string
	for _, n := range s.c.Needs {
		if n.IsOpen() {
			open = append(open, s.need(n))
		} else {
			ended = append(ended, s.need(n))
		}
	}
	all := append(open, ended...)
	if len(all) == 0 {
		return nil
	}
	if left := len(all) - s.room.needs; left > 0 {
		all = append(all[:s.room.needs], s.say("more.file", "N", left))
	}
	return []document.Block{s.head("needs"), {Kind: document.List, Lines: all}}
}

func (s sheet) need(n need.Line) string {
	label := n.Label
	if need.IsBuiltin(n.Kind) {
		label = s.words.Get(s.lang, "need.kind."+n.Kind, nil)
	}
	line := s.cut(label) + s.words.Get(s.lang, "layout.colon", nil)
	if !n.IsOpen() {
		return line + s.words.Get(s.lang, "sheet.need."+n.Outcome, nil)
	}
	if s.family {
		line += s.words.Get(s.lang, "sheet.need.open."+n.State, nil)
	} else {
		line += s.words.Get(s.lang, "need.state."+n.State, nil)
	}
	for _, t := range n.Tasks {
		if !t.IsOpen() || t.Whom == "" { // the desk's own
			continue
		}
		who := s.words.Get(s.lang, "need.whom."+t.Whom, nil)
		if !s.family {
			who = s.cut(join(", ", t.Who, t.Words))
		}
		return line + ", " + s.say("need.awaited", "Who", who, "Day", text.ShortDay(s.lang, s.c.Desk.Zone, t.Since))
	}
	return line
}
