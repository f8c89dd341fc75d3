package web

import (
	"net/http"

	"phare/internal/access"
	"phare/internal/casefile"
	"phare/internal/document"
	"phare/internal/text"
)

// caseSheetView is the one-page sheet of a case on a page, to be read and printed.
type caseSheetView struct {
	Sheet   document.Document
	Case    casefile.Case
	Family  bool
	Printed bool // its printing was written down just now
	Prints  bool // the reader may print it
	Address string
}

// Guard and Birth name the patient beside the button that prints.
func (p caseSheetView) Guard() string {
	if p.Case.Patient != nil {
		return p.Case.Patient.Guard()
	}
	return p.Case.Request.Fields.FamilyName + " " + p.Case.Request.Fields.FirstName
}

// Birth is the date of birth beside Guard, and Sex how it is said.
func (p caseSheetView) Birth() string {
	if p.Case.Patient != nil {
		return p.Case.Patient.BirthDate
	}
	return p.Case.Request.Fields.BirthDate
}

// Sex is that of the patient.
func (p caseSheetView) Sex() string {
	if p.Case.Patient != nil {
		return p.Case.Patient.Sex
	}
	return p.Case.Request.Fields.Sex
}

// caseSheetOf is the sheet as asked for: for a family in the language of the request,
// for professionals in that of the page.
func (s *Server) caseSheetOf(v *visit) (p caseSheetView, err error) {
	p = caseSheetView{Family: v.FormValue("pour") == "famille", Address: fileAddress(v.id()), Prints: v.by.Can(access.SendAnswer)}
	if p.Case, err = casefile.Open(v.Context(), v.db, v.by, v.id()); err != nil {
		return p, err
	}
	lang := v.lang
	if p.Family {
		lang = text.Choose(p.Case.Request.Fields.Lang)
	}
	p.Case.Signs = s.labelled(p.Case.Signs, lang)
	p.Sheet = casefile.Sheet(s.Text, p.Case, p.what(), lang)
	return p, nil
}

func (p caseSheetView) what() string {
	if p.Family {
		return casefile.SheetFamily
	}
	return casefile.SheetProfessional
}

func (s *Server) caseSheet(v *visit) error {
	p, err := s.caseSheetOf(v)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "file/sheet", p)
}

// caseSheetPrint writes down that the sheet is printed, and shows it ready to be.
func (s *Server) caseSheetPrint(v *visit) error {
	p, err := s.caseSheetOf(v)
	if err == nil {
		err = casefile.Print(v.Context(), v.db, v.by, v.id(), p.what())
	}
	if err != nil {
		return s.stopped(v, v.id(), p.what(), err)
	}
	p.Printed = true
	return s.render(v, http.StatusOK, "file/sheet", p)
}

func (s *Server) caseSheetPDF(v *visit) error { return s.caseSheetFile(v, "pdf") }

func (s *Server) caseSheetODT(v *visit) error { return s.caseSheetFile(v, "odt") }

// caseSheetFile gives the sheet as a file. That it leaves is written down first.
func (s *Server) caseSheetFile(v *visit, ending string) error {
	p, err := s.caseSheetOf(v)
	if err == nil {
		err = casefile.Print(v.Context(), v.db, v.by, v.id(), p.what())
	}
	if err != nil {
		return s.stopped(v, v.id(), p.what(), err)
	}
	name := p.Case.Request.Reference + "-fiche"
	if p.Family {
		name += "-famille"
	}
	return v.take(p.Sheet, name, ending)
}
