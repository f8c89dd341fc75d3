package answer

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// holds says whether the person's word still lets who asked read the answer. What
// they have said of their relatives since also takes the family's voice out of it.
func (s *Sheet) holds(v *store.View) (bool, error) {
	said, err := consent.Said(v, s.Request)
	if err != nil {
		return false, err
	}
	if !said.Holds(consent.ToFamily(s.Request), s.Answer.SentAt) {
		s.Answer.Family = ""
	}
	return !circle.IsLimited(s.Request.Guard) && said.Holds(consent.ToRequester(s.Request), s.Answer.SentAt), nil
}

// Recall takes back the link to an answer that the person's word lets stand no more,
// and its message if that has not left. A letter on paper cannot be called back.
func Recall(tx *store.Tx, by access.Actor, r request.Request) error {
	all, err := rounds(&tx.View, by.Platform, r.ID)
	if err != nil {
		return err
	}
	said, err := consent.Said(&tx.View, r)
	if err != nil {
		return err
	}
	if said.May(consent.ToRequester(r)) != nil { // nor is it told any more that one comes
		if err := mail.Stop(tx, mail.Message{Platform: r.Platform, Request: r.ID, Kind: request.NewsReady}); err != nil {
			return err
		}
	}
	for _, a := range all {
		if a.token == "" || said.Holds(consent.ToRequester(r), a.SentAt) {
			continue
		}
		if err := mail.Stop(tx, mail.Message{Platform: r.Platform, Request: r.ID, Kind: "answer"}); err != nil {
			return err
		}
		a.token = ""
		if err := update(tx, a); err != nil {
			return err
		}
		if err := request.Tell(tx, by, r, request.Event{Kind: "answer.recalled", ShownTo: request.Team}); err != nil {
			return err
		}
	}
	return nil
}

// Print opens an answer to be printed or taken as a file, in one voice: it leaves
// the desk with that, or it may not.
func Print(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, voice Voice) (s Sheet, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return Sheet{}, err
	}
	err = db.Write(ctx, by.Act("answer.print", string(id)).For(string(voice)), func(tx *store.Tx) (err error) {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if s, err = sheet(&tx.View, by, id); err != nil {
			return err
		}
		if s.Answer.Version == 0 {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		x := consent.Out{Way: consent.WayDoctor, To: consent.ToDoctor(r)}
		if voice == Family {
			x = consent.Out{Way: consent.WayFamily, To: consent.ToFamily(r)}
		}
		return consent.Leave(tx, by, r, x)
	})
	if err != nil {
		return Sheet{}, err
	}
	s.Desk, err = access.FindPlatform(ctx, db, by.Platform)
	return s, err
}
