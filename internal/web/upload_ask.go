package web

import (
	"net/http"
	"net/url"
	"strconv"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/request"
)

// filesPage joins files to a form: before it is sent, with their names; after
// that only how many there are.
type filesPage struct {
	ID    string
	Form  form
	Files []attachment.Attachment
	Sent  int
	After bool // the form was sent
	Shut  bool // and what it became is closed
	Added bool // files have just arrived
	Many  bool // more than one
}

// askFiles is the page where a requester joins documents.
func (s *Server) askFiles(v *visit) error { return s.showAskFiles(v, http.StatusOK, form{}) }

func (s *Server) showAskFiles(v *visit, status int, f form) error {
	added := v.URL.Query().Get("ajout")
	p := filesPage{ID: v.PathValue("form"), Form: f, Added: added != "", Many: added != "" && added != "1"}
	all, sent, err := request.FormAttachments(v.Context(), v.db, v.by, p.ID)
	if err != nil {
		return err
	}
	p.Files, p.Sent = all, sent
	if _, err := request.GetDraft(v.Context(), v.db, p.ID); phare.KindOf(err) == phare.NotFound {
		receipt, err := request.FindReceipt(v.Context(), v.db, s.Key, v.by, p.ID)
		if err != nil {
			return err
		}
		p.After, p.Shut = true, receipt.Closed
	} else if err != nil {
		return err
	}
	return s.render(v, status, "ask/files", p)
}

// askFilesSave joins what is chosen. The answers of the form are kept on the
// server by now: a file that is refused costs nothing else.
func (s *Server) askFilesSave(v *visit) error {
	id := v.PathValue("form")
	platform, err := request.PlatformOf(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	by, err := s.asker(v, id, platform)
	if err != nil {
		return err
	}
	kept, faults, err := s.upload(v, by, nil, func(f *attachment.Taken) error {
		if err := s.mayKeep(v, id, true); err != nil {
			return err
		}
		return request.AttachToForm(v.Context(), v.db, by, id, f)
	})
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return s.showAskFiles(v, statusOfUpload(v, faults), form{Values: url.Values{}, Faults: faults})
	}
	return v.redirect("/demande/" + id + "/pieces?ajout=" + strconv.Itoa(kept))
}

// askFilesDrop forgets a file before the form is sent.
func (s *Server) askFilesDrop(v *visit) error {
	id := v.PathValue("form")
	platform, err := request.PlatformOf(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	by, err := s.asker(v, id, platform)
	if err != nil {
		return err
	}
	if err := request.DetachFromForm(v.Context(), v.db, by, id, v.piece()); err != nil {
		return err
	}
	return v.redirect("/demande/" + id + "/pieces")
}

// trackFiles is the page where whoever has a reference and its code adds
// documents to a request that was sent.
type trackFilesPage struct {
	Form form
	Kept int
	Pass string // of the tracking page from which one comes; it stands for the code
	Full bool   // no more documents can be joined
}

func (s *Server) trackFiles(v *visit) error {
	return s.render(v, http.StatusOK, "track/files", trackFilesPage{})
}

// trackFilesSave asks for reference and code, or the pass of a tracking page, before it reads a byte of a file.
func (s *Server) trackFilesSave(v *visit) error {
	f := form{Values: url.Values{}}
	var by access.Actor
	var id phare.ID
	first := true
	kept, faults, err := s.upload(v, access.Anyone(""), func(name, value string) error {
		switch {
		case name == "reference" || name == "secret" || name == "pass":
			f.Values.Set(name, value)
			return nil
		case name != "" || !first:
			return nil
		}
		first = false
		platform, request, err := s.tracked(v, f)
		by, id = access.Anyone(platform), request
		return err
	}, func(t *attachment.Taken) error {
		return request.AttachByReference(v.Context(), v.db, by, id, t)
	})
	if err != nil {
		return err
	}
	f.Faults = faults
	p := trackFilesPage{Form: f, Kept: kept}
	// A pass that opens nothing is dropped: the code is asked again.
	if pass := f.Get("pass"); pass != "" && (id != "" || first && s.tries.allow(callerOf(v.Request))) {
		now, err := request.TrackAgain(v.Context(), v.db, s.Key, f.Get("reference"), pass)
		if err != nil && phare.KindOf(err) != phare.Invalid {
			return err
		}
		p.Pass, p.Full = now.Pass, now.Pass != "" && now.PapersLeft() == 0
	}
	f.Values.Del("secret") // never written into a page
	status := http.StatusOK
	if len(faults) > 0 {
		status = statusOfUpload(v, faults)
	}
	return s.render(v, status, "track/files", p)
}

// tracked is the request that a reference and its code open.
func (s *Server) tracked(v *visit, f form) (platform string, id phare.ID, err error) {
	if !s.tries.allow(callerOf(v.Request)) {
		return "", "", stopped{phare.Fault(phare.Invalid, "track.toomany")}
	}
	if pass := f.Get("pass"); pass != "" {
		platform, id, err = request.TrackByPass(v.Context(), v.db, s.Key, f.Get("reference"), pass)
	} else {
		platform, id, err = request.TrackFor(v.Context(), v.db, s.Key, f.Get("reference"), f.Get("secret"))
	}
	if err != nil {
		err = stopped{err}
	}
	return platform, id, err
}

// stopped is an error after which nothing more of a body is read.
type stopped struct{ error }

// Unwrap gives the error and the mark.
func (s stopped) Unwrap() []error { return []error{s.error, errStop} }
