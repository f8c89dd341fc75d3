package request

import (
	"phare/internal/mail"
	"phare/internal/store"
)

// notify leaves a message for the requester in the outbox, if they gave an
// address. It says that there is news of a reference: no name, no health word.
func notify(tx *store.Tx, r Request, kind string) error {
	if r.Fields.Mail == "" {
		return nil
	}
	return mail.Queue(tx, mail.Message{Platform: r.Platform, Request: r.ID, To: r.Fields.Mail,
		Kind: kind, Lang: r.Fields.Lang, Reference: r.Reference, Link: "/suivi"})
}
