package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
)

// A file may come in parts, each by itself: whose line is cut goes on where it
// stopped. It is a script that sends so (upload.js); a form without it sends whole.
const longestAnnounced = 1000 // bytes of a field beside a part: names of files are long

var partIn = class{attachment.PartSize + 64<<10, uploadWithin, 2 * time.Minute}

func (s *Server) partRoutes() []Route {
	return []Route{
		{"POST /demande/{form}/pieces/morceau", Policy{Draft: true, Files: true}, s.askFilesPart},
		{"POST /suivi/pieces/morceau", Policy{Open: true, Files: true}, s.trackFilesPart},
		{"POST /bureau/demandes/{id}/pieces/morceau", Policy{Right: access.TriageRequest, File: FileWork, Files: true}, s.piecePart},
	}
}

// sending is who sends a part, and where the file shall go.
type sending struct {
	by   access.Actor
	goal request.Goal
}

// partAnswer is what the script is told.
type partAnswer struct {
	Upload   string `json:"upload,omitempty"` // the word by which it goes on
	Received int64  `json:"received"`         // bytes: the offset of the next part
	Done     bool   `json:"done,omitempty"`   // the file is kept
	Error    string `json:"error,omitempty"`  // a sentence: this file will not be kept
}

func (s *Server) askFilesPart(v *visit) error {
	id := v.PathValue("form")
	platform, err := request.PlatformOf(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	by, err := s.asker(v, id, platform)
	if err != nil {
		return err
	}
	who := sending{by, request.Goal{Form: id}}
	return s.takePart(v, by, func(url.Values) (sending, error) { return who, s.mayKeep(v, id, true) },
		func(token string) (attachment.Upload, sending, error) {
			u, err := request.FindUpload(v.Context(), v.db, by, who.goal, token)
			return u, who, err
		})
}

// trackFilesPart asks for reference and code, or the pass of a tracking page, when a
// file begins. Then its token is enough, for that file alone: the pass may end
// before a slow line has carried it.
func (s *Server) trackFilesPart(v *visit) error {
	return s.takePart(v, access.Anyone(""), func(said url.Values) (sending, error) {
		platform, id, err := s.tracked(v, form{Values: said})
		return sending{access.Anyone(platform), request.Goal{Request: id}}, err
	}, func(token string) (attachment.Upload, sending, error) {
		u, err := request.FindUpload(v.Context(), v.db, access.Anyone(""), request.Goal{}, token)
		if err == nil && u.Request == "" {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		return u, sending{access.Anyone(u.Platform), request.Goal{Request: u.Request}}, err
	})
}

func (s *Server) piecePart(v *visit) error {
	if err := request.IsHere(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	who := sending{v.by, request.Goal{Request: v.id()}}
	return s.takePart(v, v.by, func(url.Values) (sending, error) { return who, nil },
		func(token string) (attachment.Upload, sending, error) {
			u, err := request.FindUpload(v.Context(), v.db, v.by, who.goal, token)
			return u, who, err
		})
}

// takePart reads one part, or the announcement of a file, or the question how much
// of it came. begin says who announces one, find what a token opens.
func (s *Server) takePart(v *visit, by access.Actor, begin func(url.Values) (sending, error), find func(token string) (attachment.Upload, sending, error)) error {
	leave, ok := s.arriving.enter(callerOf(v.Request), by)
	defer leave()
	if !ok {
		return s.tellPart(v, attachment.Upload{}, attachment.ErrBusy)
	}
	said, b, cut := readPart(v, by)
	// What came is kept, and a file that is whole is stored, though its sender was cut off.
	v.Request = v.WithContext(context.WithoutCancel(v.Context()))
	if said == nil || isTooBig(cut) {
		return s.tellPart(v, attachment.Upload{}, broken(cut))
	}
	token := said.Get("upload")
	if token == "" {
		return s.beginPart(v, said, begin)
	}
	u, who, err := find(token)
	if err != nil {
		return err
	}
	if len(b) > 0 && u.Became == "" {
		offset, err := strconv.ParseInt(said.Get("offset"), 10, 64)
		if err != nil {
			return s.tellPart(v, u, phare.Field("file", "attachment.broken"))
		}
		kept, err := request.KeepPart(v.Context(), v.db, who.by, u, offset, b)
		if err != nil {
			return s.tellPart(v, u, err)
		}
		u = kept
	}
	if cut != nil {
		return s.tellPart(v, u, phare.Fault(phare.Conflict, "attachment.broken"))
	}
	if u.IsWhole() {
		sender := inspect.Sender{Staff: who.by.IsStaff(), Caller: siteOf(callerOf(v.Request))}
		err = request.FinishUpload(v.Context(), v.db, who.by, who.goal, u, func(r io.Reader) (*attachment.Taken, error) {
			return s.Files.Take(v.Context(), attachment.Given{Name: u.Name, MediaType: u.MediaType, Bytes: r, By: sender})
		})
		if err == nil {
			u.Became = "-"
		}
	}
	return s.tellPart(v, u, err)
}

// beginPart takes note of a file that will come.
func (s *Server) beginPart(v *visit, said url.Values, begin func(url.Values) (sending, error)) error {
	who, err := begin(said)
	if err == nil && !who.by.IsStaff() && !s.files.allow(callerOf(v.Request)) {
		err = attachment.ErrBusy
	}
	if err != nil {
		return s.tellPart(v, attachment.Upload{}, err)
	}
	size, err := strconv.ParseInt(said.Get("size"), 10, 64)
	if err != nil || said.Get("digest") == "" {
		return s.tellPart(v, attachment.Upload{}, phare.Field("file", "attachment.missing"))
	}
	u, err := request.BeginUpload(v.Context(), v.db, who.by, who.goal,
		attachment.Announced{Name: said.Get("name"), MediaType: said.Get("type"), Size: size, Digest: said.Get("digest")})
	return s.tellPart(v, u, err)
}

// readPart reads the fields of a part, then its bytes: as many as came, and why they
// ended early. The fields are nil when there are none.
func readPart(v *visit, by access.Actor) (said url.Values, b []byte, cut error) {
	v.Body = &paced{ReadCloser: v.Body, rc: http.NewResponseController(v.w), end: time.Now().Add(uploadWithin), staff: by.IsStaff()}
	parts, err := v.MultipartReader()
	if err != nil {
		return nil, nil, err
	}
	said = url.Values{}
	for range maxUploadParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return said, nil, err
		}
		if part.FormName() == "file" {
			b, err = io.ReadAll(io.LimitReader(part, attachment.PartSize))
			return said, b, err // what stands behind it is nothing of ours
		}
		if err := readField(part, said); err != nil {
			return said, nil, err
		}
	}
	return said, nil, nil
}

func readField(part *multipart.Part, said url.Values) error {
	defer part.Close()
	b, err := io.ReadAll(io.LimitReader(part, longestAnnounced))
	said.Set(part.FormName(), strings.TrimSpace(strings.Map(keepText, string(b))))
	return err
}

// tellPart answers the script: how much came, that the file is kept, or why it will
// not be. A part that does not fit, or was cut, is a 409 with where to go on.
func (s *Server) tellPart(v *visit, u attachment.Upload, err error) error {
	a, status := partAnswer{u.Token, u.Received, u.Became != "", ""}, http.StatusOK
	switch {
	case phare.KindOf(err) == phare.Conflict:
		status = http.StatusConflict
	case err != nil:
		faults := s.faultsOf(v, err)
		if faults == nil {
			return err
		}
		status = statusOfUpload(v, faults)
		if status == http.StatusUnprocessableEntity {
			a.Upload, a.Received = "", 0
		}
		for _, f := range faults {
			a.Error = strings.TrimSpace(a.Error + " " + f.Message)
		}
	}
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	_, err = v.w.Write(b)
	return err
}
