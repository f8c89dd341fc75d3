package web

import (
	"net/http"
	"net/url"
	"strconv"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
)

func (s *Server) patientRoutes() []Route {
	edit := Policy{Right: access.EditPatient, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}/patient", edit, s.patientForm},
		{"POST /bureau/demandes/{id}/patient", edit, s.patientSave},
		{"POST /bureau/demandes/{id}/patient/lier", edit, s.patientLink},
		{"GET /bureau/demandes/{id}/signes", edit, s.signs},
		{"POST /bureau/demandes/{id}/signes", edit, s.signsPost},
		{"GET /bureau/demandes/{id}/signes/lettre", edit, s.paste},
		{"POST /bureau/demandes/{id}/signes/lettre", edit, s.pastePost},
	}
}

// patientPage says who the patient of a request is.
type patientPage struct {
	request.File
	Zone     string
	Form     form
	Same     []patient.Candidate
	Statuses []patient.Status
	Sexes    []string
	Doubts   []string // keys of what is odd about the identity as stored
}

func (s *Server) patientForm(v *visit) error { return s.showPatient(v, http.StatusOK, form{}) }

func (s *Server) showPatient(v *visit, status int, f form) error {
	file, same, err := request.Lookup(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := patientPage{File: file, Form: f, Statuses: patient.Statuses(), Sexes: patient.Sexes()}
	known := file.Draft()
	if file.Patient != nil {
		known, p.Doubts = *file.Patient, file.Patient.Doubts()
	} else {
		p.Same = same
	}
	if f.Values == nil {
		p.Form.Values = patientValues(known)
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	p.Zone = here.Zone
	if err != nil {
		return err
	}
	return s.render(v, status, "file/patient", p)
}

func patientValues(p patient.Patient) url.Values {
	return url.Values{"identity": {string(p.Identity)}, "birth_name": {p.BirthName}, "first_names": {p.FirstNames}, "used_name": {p.UsedName},
		"birth_date": {patient.WriteDate(p.BirthDate)}, "sex": {p.Sex}, "birth_place": {p.BirthPlace}, "commune": {p.Commune}, "phone": {p.Phone},
		"ins": {p.INS}, "note": {p.Note}, "patient": {string(p.ID)}, "patient_version": {strconv.FormatInt(p.Version, 10)}}
}

func (s *Server) patientSave(v *visit) error {
	version, _ := strconv.ParseInt(v.line("patient_version"), 10, 64) // what is no number is no version, so a conflict
	p := patient.Patient{ID: phare.ID(v.line("patient")), Version: version, Identity: patient.Status(v.line("identity")),
		BirthName: v.line("birth_name"), FirstNames: v.line("first_names"), UsedName: v.line("used_name"), BirthDate: patient.ReadDate(v.line("birth_date")),
		Sex: v.line("sex"), BirthPlace: v.line("birth_place"), Commune: v.line("commune"), Phone: v.line("phone"), INS: v.line("ins"), Note: v.text("note")}
	return s.identified(v, request.Identify(v.Context(), v.db, v.by, v.ref(), p))
}

func (s *Server) patientLink(v *visit) error {
	return s.identified(v, request.Link(v.Context(), v.db, v.by, v.ref(), phare.ID(v.line("patient"))))
}

func (s *Server) identified(v *visit, err error) error {
	if err == nil {
		return v.redirect(fileAddress(v.id()) + "#who")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	if f.Values.Get("birth_name") == "" && f.Values.Get("identity") == "" {
		f.Values = nil // it was the choice of a known patient: the form begins afresh
	}
	return s.showPatient(v, statusOf(err), f)
}
