package answer

import (
	"strings"

	"phare/internal/request"
	"phare/internal/text"
)

// pen writes in one language.
type pen struct {
	words *text.Catalog
	lang  string
	lines []string
}

func (p *pen) say(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return p.words.Get(p.lang, key, m)
}

func (p *pen) add(line string)              { p.lines = append(p.lines, line) }
func (p *pen) item(key string, args ...any) { p.add("- " + p.say(key, args...)) }
func (p *pen) para(key string, args ...any) { p.add(""); p.add(p.say(key, args...)) }
func (p *pen) heading(key string)           { p.add(""); p.add("# " + p.say(key)); p.add("") }

// done is the whole text, with one empty line at most between two parts.
func (p *pen) done() string {
	s := tidy(strings.Join(p.lines, "\n"))
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return s
}

func (s Sheet) lang() string                 { return text.Choose(s.Request.Fields.Lang) }
func (s Sheet) pen(words *text.Catalog) *pen { return &pen{words: words, lang: s.lang()} }
func (s Sheet) zone() string                 { return s.Desk.Zone }
func (s Sheet) day(p *pen, o Opinion) string { return text.ShortDay(p.lang, s.zone(), o.EndedAt) }

// Prepare is a first text in both voices, from the facts alone: what they do not
// say is left as a marked place, and an answer that still has one cannot be
// signed.
func Prepare(words *text.Catalog, s Sheet) Draft {
	return Draft{Professional: s.professional(s.pen(words)), Family: s.family(s.pen(words))}
}

// professional begins with five lines that can be read between two patients.
func (s Sheet) professional(p *pen) string {
	p.add("# " + p.say("letter.five"))
	p.item("letter.five.question", "Question", oneLine(s.Request.Fields.Subject()))
	p.item("letter.five.known", "Known", s.known(p))
	p.item("letter.five.asked", "Asked", s.asked(p))
	p.item("letter.five.proposed", "Proposed", s.proposed(p, "letter.todo.team"))
	p.item("letter.five.next", "Next", p.say("letter.todo.next"))
	for i, o := range s.back() {
		if i == 0 {
			p.heading("letter.opinions")
		}
		p.para("letter.opinion", "Name", o.who(), "Day", s.day(p, o))
		p.add(o.Words)
		if o.Exams != "" {
			p.para("letter.opinion.exams", "Exams", o.Exams)
		}
		if o.Referral != "" {
			p.para("letter.opinion.referral", "Referral", o.Referral)
		}
		if o.Delay != "" {
			p.para("letter.opinion.delay", "Delay", o.Delay)
		}
	}
	p.para("letter.goodbye.professional")
	return p.done()
}

// family says the same in short sentences: what was asked, what was done, what
// is proposed, what happens now and how soon, whom to call. Of an opinion only
// the delay is copied into it: a person puts the rest into plain words.
func (s Sheet) family(p *pen) string {
	p.add(p.say("letter.hello"))
	if request.IsCare(s.Request.Fields.Who) {
		p.para("letter.family.doctor", "Name", s.Request.Fields.Name)
	} else {
		p.para("letter.family.you", "Question", oneLine(s.Request.Fields.Subject()))
	}
	p.heading("letter.family.done")
	p.item("letter.family.read")
	for _, o := range s.back() {
		p.item("letter.family.asked", "Name", o.who())
	}
	p.heading("letter.family.proposed")
	chosen := s.Chosen()
	for _, label := range chosen {
		p.item("letter.family.team", "Team", label)
	}
	if chosen == nil {
		p.para("letter.todo.team")
	}
	p.para("letter.todo.plain")
	p.heading("letter.family.next")
	for _, o := range s.back() {
		if o.Delay != "" {
			p.item("letter.family.delay", "Name", o.Name, "Delay", oneLine(o.Delay))
		}
	}
	p.para("letter.todo.steps")
	p.heading("letter.family.call")
	p.add(p.say("letter.family.phone", "Desk", s.Desk.Name, "Phone", s.reach(p), "Reference", s.Request.Reference))
	p.para("letter.goodbye.family")
	return p.done()
}

// known is what is known of the diagnosis, and the signs that were entered.
func (s Sheet) known(p *pen) string {
	f := s.Request.Fields
	var parts []string
	switch {
	case f.Disease != "" && f.Diagnosis == request.Confirmed:
		parts = append(parts, p.say("letter.known.confirmed", "Disease", f.Disease))
	case f.Disease != "" && f.Diagnosis == request.Suspected:
		parts = append(parts, p.say("letter.known.suspected", "Disease", f.Disease))
	default:
		parts = append(parts, p.say("letter.known.none"))
	}
	for _, presence := range []string{request.Present, request.Absent} {
		var labels []string
		for _, x := range s.Signs {
			if x.Presence == presence {
				labels = append(labels, x.Label)
			}
		}
		if labels != nil {
			parts = append(parts, p.say("letter.known."+presence, "Signs", strings.Join(labels, ", ")))
		}
	}
	return strings.Join(parts, " ")
}

// asked names who was asked, and who has not answered.
func (s Sheet) asked(p *pen) string {
	var parts []string
	for _, o := range s.Opinions {
		switch o.State {
		case "answered":
			parts = append(parts, p.say("letter.asked.back", "Name", o.who(), "Day", s.day(p, o)))
		case "sent", "opened":
			parts = append(parts, p.say("letter.asked.waiting", "Name", o.who()))
		}
	}
	if parts == nil {
		return p.say("letter.asked.nobody")
	}
	return strings.Join(parts, p.say("letter.and"))
}

func (s Sheet) proposed(p *pen, todo string) string {
	if chosen := s.Chosen(); chosen != nil {
		return strings.Join(chosen, p.say("letter.and"))
	}
	return p.say(todo)
}

// back are the opinions that came.
func (s Sheet) back() (some []Opinion) {
	for _, o := range s.Opinions {
		if o.IsBack() {
			some = append(some, o)
		}
	}
	return some
}

func (o Opinion) who() string {
	if o.Place == "" {
		return o.Name
	}
	return o.Name + " (" + o.Place + ")"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
