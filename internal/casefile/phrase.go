package casefile

import (
	"phare/internal/expertise"
	"phare/internal/request"
	"phare/internal/text"
)

// Phrase is what to say to who calls about a case: the key of a sentence and what
// it is filled with. It tells where the request stands and when there will be
// news, and nothing else: none of its words come from the file, so that whoever
// calls learns nothing of the patient.
func Phrase(c Case, lang string) (key string, args map[string]any) {
	args = map[string]any{"Day": text.Day(lang, c.Desk.Zone, c.Request.NextAt)}
	return "desk.phrase." + spoken(c, lang, args), args
}

func spoken(c Case, lang string, args map[string]any) string {
	r := c.Request
	switch {
	case r.State == request.Closed:
		return spokenEnd(c, lang, args)
	case r.Late(c.Now) && (r.State == request.Awaiting || r.State == request.Asked):
		return "late." + string(r.State)
	case r.Late(c.Now):
		return "late"
	case r.Next == "document", r.Next == "complement":
		return r.Next
	case r.State == request.Open && r.Next == expertise.NextSearch && refused(c.Questions):
		return "refused"
	case r.IsGiven() && r.State == request.Open:
		return "given"
	}
	return stand(c)
}

// stand is where an open case stands, as people outside are told.
func stand(c Case) string {
	switch r := c.Request; {
	case r.State == request.Signed && c.Barred:
		return "barred" // nobody is told of an answer that may not leave
	case r.State == request.Received && !r.FirstLookAt.IsZero():
		return "read"
	}
	return string(c.Request.State)
}

// spokenEnd is what to say of a request that ended: how the answer left and
// whether it was opened, or why there is none.
func spokenEnd(c Case, lang string, args map[string]any) string {
	r := c.Request
	if r.CloseReason != request.Sent {
		return "closed." + r.CloseReason
	}
	args["Day"] = text.Day(lang, c.Desk.Zone, c.Answer.SentAt)
	if c.Answer.Way == "mail" && c.Answer.OpenedAt.IsZero() {
		return "sent.unopened"
	}
	return "sent." + c.Answer.Way
}

// refused says whether the last question that ended was refused.
func refused(all []expertise.Question) bool {
	var last expertise.Question
	for _, q := range all {
		if q.EndedAt.After(last.EndedAt) {
			last = q
		}
	}
	return last.State == expertise.Refused
}
