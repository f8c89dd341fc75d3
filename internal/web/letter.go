package web

import (
	"bytes"
	"io"
	"mime"
	"net/http"

	"phare"
	"phare/internal/answer"
	"phare/internal/consent"
	"phare/internal/document"
)

// letterView is one letter on a page, to be read and printed.
type letterView struct {
	Letter  document.Document
	Voice   answer.Voice
	Address string // of the answer's page; empty for who came by a link
	Token   string // path of the link; empty for the desk
	Secret  string // as typed, for the buttons of a page that came by a link
	Both    bool   // the reader may have both voices
}

// Other is the voice that is not shown.
func (p letterView) Other() answer.Voice {
	if p.Voice == answer.Family {
		return answer.Professional
	}
	return answer.Family
}

// voice is the one that was asked for.
func (v *visit) voice() answer.Voice {
	if v.FormValue("voix") == "famille" {
		return answer.Family
	}
	return answer.Professional
}

// letterOf is a letter of the desk, as asked for.
func (s *Server) letterOf(v *visit) (letterView, answer.Sheet, error) {
	voice := v.voice()
	sheet, err := answer.Print(v.Context(), v.db, v.by, v.id(), voice)
	if err != nil {
		return letterView{}, sheet, err
	}
	return letterView{Letter: answer.Letter(s.Text, sheet, voice), Voice: voice, Both: true, Address: fileAddress(sheet.Request.ID)}, sheet, nil
}

// stoppedLetter leads to where a letter that may not leave can be let go.
func (s *Server) stoppedLetter(v *visit, err error) error {
	way := consent.WayDoctor
	if v.voice() == answer.Family {
		way = consent.WayFamily
	}
	return s.stopped(v, v.id(), way, err)
}

func (s *Server) letterPage(v *visit) error {
	p, _, err := s.letterOf(v)
	if err != nil {
		return s.stoppedLetter(v, err)
	}
	return s.render(v, http.StatusOK, "letter/show", p)
}

func (s *Server) letterODT(v *visit) error {
	p, sheet, err := s.letterOf(v)
	if err != nil {
		return s.stoppedLetter(v, err)
	}
	return v.take(p.Letter, letterName(sheet, p.Voice), "odt")
}

func (s *Server) letterPDF(v *visit) error {
	p, sheet, err := s.letterOf(v)
	if err != nil {
		return s.stoppedLetter(v, err)
	}
	return v.take(p.Letter, letterName(sheet, p.Voice), "pdf")
}

// letterName is the name of a letter's file: a reference, never a person.
func letterName(s answer.Sheet, voice answer.Voice) string {
	if voice == answer.Family {
		return s.Request.Reference + "-famille"
	}
	return s.Request.Reference
}

// take sends a document as a file, whole or not at all.
func (v *visit) take(d document.Document, name, ending string) error {
	write := map[string]func(io.Writer, document.Document) error{"odt": document.ODT, "pdf": document.PDF}[ending]
	kind := map[string]string{"odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf"}[ending]
	if write == nil {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	var b bytes.Buffer
	if err := write(&b, d); err != nil {
		return err
	}
	v.attach(name+"."+ending, kind, b.Bytes())
	return nil
}

// attach sends bytes as a file to keep.
func (v *visit) attach(name, kind string, b []byte) {
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	v.w.Write(b) // fails only when the reader has left
}
