package casefile

import (
	"cmp"
	"time"

	"phare"
	"phare/internal/answer"
	"phare/internal/expertise"
	"phare/internal/request"
)

// Known is what one person outside was told, and what is known of it since. Each
// date is a fact of its own; a zero one is not known, or has not happened.
type Known struct {
	Whom string // ToExpert, ToRequester, …
	Name string
	What string // key under "known.what."
	Way  string // key under "known.way."; empty: nothing has left

	Sent, Received, Opened, Answered, Read time.Time

	End    string   // how a question ended without an opinion: "refused", "withdrawn", "expired"
	Told   phare.ID // what was handed over, whose later facts people write down
	Opens  bool     // an opening would be known here
	Backs  bool     // an answer to it is awaited
	Unread bool     // it came back, and nobody here has said that they read it
	Failed bool     // its message did not get there
}

// take says of something sent what is known of the message that told of it.
func (k *Known) take(m Message) { k.Received, k.Failed = m.arrived(), m.State == "failed" }

// IsSent says whether anything has left.
func (k Known) IsSent() bool { return !k.Sent.IsZero() }

// Shut says whether it is known not to have been opened yet.
func (k Known) Shut() bool { return k.Opens && k.IsSent() && k.Opened.IsZero() && k.End == "" }

// Knows is who outside knows what, the experts first, the oldest question first.
func Knows(c Case) (all []Known) {
	for _, q := range c.Questions {
		all = append(all, ofQuestion(c, q))
	}
	all = append(all, ofRequester(c)...)
	for _, whom := range []string{ToDoctor, ToFamily, ToOther, ToDesk} {
		all = append(all, ofTold(c, whom)...)
	}
	return all
}

func ofQuestion(c Case, q expertise.Question) Known {
	k := Known{Whom: ToExpert, Name: q.To.Name, What: "question", Way: answer.ByMail, Sent: q.SentAt, Opened: q.OpenedAt, Opens: true, Backs: true}
	if q.Opinion.Name != "" {
		k.Name = q.Opinion.Name
	}
	left := q.SentAt
	if !q.RenewedAt.IsZero() {
		left = q.RenewedAt
	}
	if k.take(sentFor(c.Messages, "question", left)); q.To.Mail == "" {
		k.Way = "link"
	}
	switch state := q.Now(c.Now); state {
	case expertise.Answered, expertise.Refused:
		k.Answered, k.Read = q.EndedAt, c.readAt(q)
		k.Unread = k.Read.IsZero()
		if state == expertise.Refused {
			k.End = string(state)
		}
	case expertise.Withdrawn, expertise.Expired:
		k.End, k.Backs = string(state), false
	}
	return k
}

// readAt is when an opinion was read by us, at the latest when an answer was signed.
func (c Case) readAt(q expertise.Question) time.Time {
	for _, a := range c.Left {
		if at := q.ReadOr(a.SignedAt); !at.IsZero() {
			return at
		}
	}
	return q.ReadOr(c.Answer.SignedAt)
}

// Signed is when an answer was last signed; zero: none is.
func (c Case) Signed() time.Time {
	at := c.Answer.SignedAt
	for _, a := range c.Left {
		if a.SignedAt.After(at) {
			at = a.SignedAt
		}
	}
	return at
}

// ofRequester is what the requester knows: that the request came, the latest news,
// and the answer.
func ofRequester(c Case) []Known {
	name := c.Request.Fields.Name
	receipt := Known{Whom: ToRequester, Name: name, What: "receipt", Way: "page", Sent: c.Request.CreatedAt}
	receipt.take(sentFor(c.Messages, "received", c.Request.CreatedAt))
	all := []Known{receipt}
	if last, ok := latest(c.Messages, "news"); ok {
		news := Known{Whom: ToRequester, Name: name, What: "news", Way: cmp.Or(last.Way, answer.ByMail), Sent: last.At}
		news.take(last)
		all = append(all, news)
	}
	what := "letter." + string(answer.Sheet{Request: c.Request}.Voice())
	for _, a := range c.Left {
		k := Known{Whom: ToRequester, Name: name, What: what, Way: a.Way, Sent: a.SentAt}
		if k.Opens = a.Way == answer.ByMail; k.Opens {
			k.take(sentFor(c.Messages, "answer", a.SentAt))
			k.Opened = a.OpenedAt
		}
		all = append(all, k)
	}
	if !c.Answer.IsSent() {
		all = append(all, Known{Whom: ToRequester, Name: name, What: what})
	}
	for _, t := range c.Told {
		if t.Whom == ToRequester {
			all = append(all, handed(t, name))
		}
	}
	return all
}

func latest(all []Message, kind string) (last Message, ok bool) {
	for _, m := range all {
		if m.Kind == kind && !m.At.Before(last.At) {
			last, ok = m, true
		}
	}
	return last, ok
}

// ofTold is what one who is neither asked nor the requester was handed. That a
// family or a médecin traitant was given nothing is said.
func ofTold(c Case, whom string) (all []Known) {
	f := c.Request.Fields
	for _, t := range c.Told {
		if t.Whom == whom {
			all = append(all, handed(t, map[string]string{ToDoctor: f.Doctor}[whom]))
		}
	}
	nothing := len(all) == 0 && (whom == ToDoctor && f.Doctor != "" || whom == ToFamily && f.Who != request.Family)
	if nothing {
		k := Known{Whom: whom, What: LetterFamily}
		if whom == ToDoctor {
			k.Name, k.What = f.Doctor, LetterProfessional
		}
		all = append(all, k)
	}
	return all
}

func handed(t Told, name string) Known {
	if t.Person != "" {
		name = t.Person
	}
	k := Known{Whom: t.Whom, Name: name, What: t.What, Way: t.Way, Sent: t.At, Received: t.ReceivedAt, Answered: t.AnsweredAt, Read: t.ReadAt, Told: t.ID}
	if t.Whom == ToDesk { // nothing more can be known of it
		k.Told = ""
	}
	return k
}

// Loose is what keeps a case from being closed.
type Loose struct {
	Why  string // "waiting", "unread" or "need"
	Name string
}

// Ends are what is still open of a case: an opinion that is awaited, and one that
// came back and that nobody here has read. Closing is proposed when there is none
// (lesson 2).
func Ends(questions []expertise.Question, signed, now time.Time) (all []Loose) {
	for _, q := range questions {
		switch {
		case q.Waiting(now):
			all = append(all, Loose{"waiting", q.To.Name})
		case q.State == expertise.Answered && q.ReadOr(signed).IsZero():
			all = append(all, Loose{"unread", q.To.Name})
		}
	}
	return all
}
