package request

import (
	"phare"
	"phare/internal/mail"
	"phare/internal/news"
	"phare/internal/store"
)

// notify tells the requester of a step, by the way that they chose. It says that
// there is news of a reference: no name, no health word.
func notify(tx *store.Tx, r Request, kind string) error {
	if r.Reference == "" || r.IsErased() {
		return nil
	}
	if err := news.Tell(tx, requesterOf(r), kind); err != nil {
		return err
	}
	return notifyClose(tx, r, kind)
}

func requesterOf(r Request) news.To {
	f := r.Fields
	t := news.To{Platform: r.Platform, Request: r.ID, Reference: r.Reference, Lang: f.Lang, Way: f.News,
		Mail: f.Mail, Phone: f.Phone, Post: f.Place, Centre: f.Centre, Zone: f.Zone()}
	if r.State != Closed {
		t.Next = r.NextAt
	}
	return t
}

// stepOf is what a requester is told when a request moves; empty: nothing.
func stepOf(from, to State, reason string) string {
	switch {
	case from == to:
		return ""
	case to == Closed:
		return "closed." + reason
	case to == Awaiting:
		return "awaiting"
	case from == Awaiting && (to == Asked || to == Answered):
		return "resumed" // the questions are where they were before the wait
	case from == Signed && (to == Asked || to == Answered):
		return "reopened"
	case to == Asked:
		return "asked"
	case to == Answered:
		return "back"
	case to == Signed:
		return "ready"
	case from == Received:
		return "taken"
	case from == Awaiting:
		return "resumed"
	case from == Signed:
		return "reopened"
	case from == Asked:
		return "search"
	}
	return ""
}

// tellStep tells the requester that a request has moved. An answer that has just
// left by mail says it by itself.
func tellStep(tx *store.Tx, r Request, next State) error {
	step := stepOf(r.State, next, r.CloseReason)
	switch {
	case r.gives:
		step = "given"
	case step == "closed."+Sent && !r.GivenAt.Equal(tx.Now):
		step = "closed." + After
	case step == "":
		return nil
	}
	if r.gives || step == "closed."+Sent {
		left, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM message WHERE request = $1 AND kind = 'answer' AND way = $2 AND at = $3`, r.ID, mail.ByMail, tx.Now)
		if err != nil || left > 0 {
			return err
		}
	}
	r.State = next
	return notify(tx, r, step)
}

// newsFault is what keeps the chosen way from leading anywhere.
func (f Fields) newsFault(phone *phare.Error) *phare.Error {
	switch {
	case f.News == "":
	case f.News == mail.ByMail && f.Mail == "":
		return phare.Field("mail", "request.news.mail")
	case f.News == mail.ByPhone && f.Phone == "" && phone == nil:
		return phare.Field("phone", "request.news.phone")
	case f.News == mail.BySMS && f.Phone == "" && phone == nil:
		return phare.Field("phone", "request.news.sms")
	case f.News == mail.ByPost && f.Place == "":
		return phare.Field("place", "request.news.post")
	case f.News == mail.ByCentre && f.Centre == "":
		return phare.Field("centre", "request.news.centre")
	}
	return nil
}

// notifyClose tells the family of a request that someone else made for it the same,
// by mail or SMS as it can be reached: beside the requester, whose own way may have
// been changed by the desk since.
func notifyClose(tx *store.Tx, r Request, kind string) error {
	f, t := r.Fields, requesterOf(r)
	if kind != "received" {
		kind = "news." + kind
	}
	m := mail.Message{Platform: r.Platform, Request: r.ID, Kind: kind, Lang: f.Lang, Reference: r.Reference, Facts: mail.Facts{Next: t.Next, Zone: t.Zone}}
	switch {
	case f.CloseMail != "" && f.CloseMail != f.Mail:
		m.Way, m.To, m.Link = mail.ByMail, f.CloseMail, "/suivi"
	case f.CloseMail == "" && f.ClosePhone != "" && f.ClosePhone != f.Phone:
		m.Way, m.To = mail.BySMS, f.ClosePhone
	default:
		return nil
	}
	return mail.Queue(tx, m)
}
