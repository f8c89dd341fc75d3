package erasure

import (
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// tell leaves a message to everyone who could be the second person: a reference
// and where to decide, to nobody who is barred from the file. The message is no
// message of the request, which it would keep from being erased.
func tell(tx *store.Tx, by access.Actor, r request.Request) error {
	all, err := access.Active(&tx.View, by.Platform)
	if err != nil {
		return err
	}
	for _, a := range all {
		who := a.Actor()
		if a.Mail == "" || who.ID == by.ID || !who.Can(access.ConfirmErasure) {
			continue
		}
		s, err := circle.Stand(&tx.View, who, r.ID)
		if err != nil {
			return err
		}
		if s.Verdict == circle.Barred {
			continue
		}
		if err := mail.Queue(tx, mail.Message{Platform: by.Platform, To: a.Mail, Kind: "erasure", Reference: r.Reference, Link: "/bureau/effacements"}); err != nil {
			return err
		}
	}
	return nil
}
