package web

import (
	"net/http"

	"phare/internal/request"
)

// secretPage shows a new secret code once, to be read aloud to the requester.
type secretPage struct {
	request.File
	Secret string
}

// fileSecret makes a new secret code. It is the answer of the post itself,
// because a page behind a redirect would need the code kept somewhere in clear.
// Reloading asks to post again and makes another one; the last one holds.
func (s *Server) fileSecret(v *visit) error {
	id := v.id()
	secret, err := request.Reissue(v.Context(), v.db, s.Key, v.by, id)
	if err != nil {
		return err
	}
	file, err := request.OpenFile(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "file/secret", secretPage{file, request.ShowSecret(secret)})
}
