package casefile

import (
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/request"
	"phare/internal/text"
)

// A Group is a kind of line that a reader can ask for alone.
type Group string

// The groups, in the order of the page.
const (
	Before  Group = "before"  // dated facts, also from before the desk
	Asking  Group = "asking"  // the request and what its requester added
	Experts Group = "experts" // questions and opinions
	Replies Group = "answer"
	Papers  Group = "documents"
	Calls   Group = "notes" // notes and calls of the desk
	Mails   Group = "messages"
	Team    Group = "team" // who holds it, who may open it
)

// Groups are all groups.
func Groups() []Group {
	return []Group{Before, Asking, Experts, Replies, Papers, Calls, Mails, Team}
}

// shownExpert is who sees a message to an expert, beside request.Team and
// request.Requester.
const shownExpert = "expert"

// Line is one line of a case's time.
type Line struct {
	Group   Group
	Title   string    // key of the catalogue
	Tail    string    // follows the title on its line: a name
	Words   string    // as they were written
	At      time.Time // of what happened at the desk; zero for a fact
	Date    string    // of a fact: as much as is known; empty: nobody knows
	By      string    // who wrote it; empty: the requester, an expert or the program
	From    string    // then: "requester", "expert" or ""
	ShownTo string    // request.Team, request.Requester, "expert"
	New     bool      // someone else wrote it since the reader's last visit

	Fact     *history.Fact // of a dated fact
	Document string        // name of the document that a fact stands in
}

// IsFact says whether it is a dated fact.
func (l Line) IsFact() bool { return l.Fact != nil }

// tailed are the kinds of event whose text is a name that goes on the title's line.
var tailed = []string{"take", "answer.reopened", "circle.add", "circle.end", "circle.emptied", "circle.bar", "circle.unbar", "identify"}

// View is what of the timeline is wanted, and for whom.
type View struct {
	Only      Group // empty: all
	Oldest    bool  // the oldest first
	Reader    string
	Since     time.Time // the reader's last visit; zero: never before
	Zone      string
	Documents map[phare.ID]string // names of the request's documents
}

// Timeline is the one line of time of a case, from first signs to today: dated
// facts, what happened at the desk, and what left by mail.
func Timeline(c Case, events []request.Event, w View) []Line {
	var all []Line
	for _, e := range events {
		if e.Kind == history.EventKind { // the facts themselves are there
			continue
		}
		all = append(all, lineOf(c, e, w))
	}
	for _, f := range c.Facts {
		l := Line{Group: Before, Title: "history.kind." + string(f.Kind), Words: f.Words, Date: f.Date, By: f.Name, ShownTo: request.Team, Fact: &f,
			New: isNew(w, f.Actor, f.At), Document: w.Documents[f.Document]}
		all = append(all, l)
	}
	for _, m := range c.Messages {
		to := request.Requester
		switch m.Kind {
		case "question":
			to = shownExpert
		case "glass", "erasure":
			to = request.Team
		}
		all = append(all, Line{Group: Mails, Title: "timeline.message." + m.Kind, Tail: m.Way, Words: m.State, At: m.At, ShownTo: to})
	}
	all = slices.DeleteFunc(all, func(l Line) bool { return w.Only != "" && l.Group != w.Only })
	zone := text.Zone(w.Zone)
	slices.SortStableFunc(all, func(a, b Line) int {
		if w.Oldest {
			return strings.Compare(a.key(zone), b.key(zone))
		}
		return strings.Compare(b.key(zone), a.key(zone))
	})
	return all
}

// key puts partial dates and instants in one order: a year stands before its days.
func (l Line) key(zone *time.Location) string {
	if l.IsFact() {
		return l.Date
	}
	return l.At.In(zone).Format("2006-01-02T15:04:05.000000")
}

func isNew(w View, actor string, at time.Time) bool {
	return !w.Since.IsZero() && at.After(w.Since) && actor != w.Reader
}

func lineOf(c Case, e request.Event, w View) Line {
	l := Line{Group: groupOf(e.Kind), Title: "event." + e.Kind, Words: e.Text, At: e.At, By: e.Name, ShownTo: e.ShownTo, New: isNew(w, e.Actor, e.At)}
	if slices.Contains(tailed, e.Kind) {
		l.Tail, l.Words = e.Text, ""
	}
	if q, ok := questionOf(c.Questions, e); ok {
		l.Tail = q.To.Name
		if l.Words == l.Tail {
			l.Words = ""
		}
		switch {
		case e.Kind == "question.answered":
			l.Words, l.From = q.Opinion.Words, ToExpert
		case strings.HasPrefix(e.Kind, "question.refused."):
			l.Words, l.From = q.Note, ToExpert
		case e.Kind == "question.opened":
			l.From = ToExpert
		}
	}
	switch {
	case l.By != "" || l.From != "":
	case e.Kind == "received", e.Kind == "complement", e.Kind == "attachment" && e.ShownTo == request.Requester, e.Kind == "answer.opened":
		l.From = ToRequester
	}
	if l.From != "" {
		l.By = ""
	}
	return l
}

// questionOf is the question that a line is about: both were written at once.
func questionOf(all []expertise.Question, e request.Event) (expertise.Question, bool) {
	for _, q := range all {
		at := map[string]time.Time{"sent": q.SentAt, "opened": q.OpenedAt, "answered": q.EndedAt, "refused": q.EndedAt, "withdrawn": q.EndedAt}
		what, found := strings.CutPrefix(e.Kind, "question.")
		what, _, _ = strings.Cut(what, ".")
		if found && !at[what].IsZero() && at[what].Equal(e.At) {
			return q, true
		}
	}
	return expertise.Question{}, false
}

// groupOf puts a kind of event where readers look for it; what nobody has placed
// is the team's.
func groupOf(kind string) Group {
	head, _, _ := strings.Cut(kind, ".")
	switch head {
	case "received", "complement", "await", "close", "identify", "consent":
		return Asking
	case "question", "choose", "walk":
		return Experts
	case "answer", "told":
		return Replies
	case "attachment":
		return Papers
	case "note", "call":
		return Calls
	case history.EventKind:
		return Before
	case "news", "message", "mail", "sms", "post":
		return Mails
	}
	return Team
}
