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
	tell := news.Tell
	if r.spoken {
		tell = news.TellSpoken
	}
	if err := tell(tx, NewsTo(r), kind); err != nil {
		return err
	}
	return notifyClose(tx, r, kind)
}

// Inform tells the requester of something that is no step, by the way that they
// chose, and the family that follows the request with them.
func Inform(tx *store.Tx, r Request, kind string) error { return notify(tx, r, kind) }

// Remind tells whom the desk waits for that something is still missing: the
// requester, or the family of a request that someone else made. Who is told by whom
// is as RemindedBy says.
func Remind(tx *store.Tx, r Request, whom string) error {
	if r.isOfClose(whom) {
		return notifyClose(tx, r, "remind")
	}
	return news.Tell(tx, NewsTo(r), "remind")
}

// RemindedBy is the way by which Remind would tell; empty: by none.
func RemindedBy(r Request, whom string, reach news.Reach) string {
	switch {
	case whom != AwaitsRequester && whom != AwaitsFamily:
		return ""
	case r.isOfClose(whom):
		m, _ := r.closeMessage("remind")
		return m.Way
	}
	return NewsTo(r).By("remind", reach)
}

// isOfClose says whether whom the desk waits for is the family of a request that
// someone else made: the requester's own address is not theirs.
func (r Request) isOfClose(whom string) bool {
	return whom == AwaitsFamily && r.Fields.Who != Family
}

// NewsTo is to whom and how news of a request go, as its form has it.
func NewsTo(r Request) news.To {
	f := r.Fields
	t := news.To{Platform: r.Platform, Request: r.ID, Reference: r.Reference, Lang: f.Lang, Way: f.News,
		Mail: f.Mail, Phone: f.Phone, Post: f.Place, Centre: f.Centre, Zone: f.Zone()}
	if r.State != Closed {
		t.Next = r.NextAt
	}
	return t
}

// NewsReady is the kind of message that tells of a signed answer.
const NewsReady = "news.ready"

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
	case r.untold:
		return nil
	case r.gives:
		step = "given"
	case step == "closed."+Sent && !r.GivenAt.Equal(tx.Now):
		step = "closed." + After
	case step == "":
		return nil
	}
	if r.gives || step == "closed."+Sent {
		left, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM message WHERE request = $1 AND (platform || '') = $4 AND kind = 'answer' AND way = $2 AND at = $3`, r.ID, mail.ByMail, tx.Now, r.Platform)
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
	m, ok := r.closeMessage(kind)
	if !ok {
		return nil
	}
	return mail.Queue(tx, m)
}

// closeMessage is what tells the family; false: there is no way to.
func (r Request) closeMessage(kind string) (mail.Message, bool) {
	f, t := r.Fields, NewsTo(r)
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
		return mail.Message{}, false
	}
	return m, true
}
