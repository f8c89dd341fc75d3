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
		{"GET /bureau/demandes/{id}/patient/historique", edit, s.patientHistory},
		{"GET /bureau/demandes/{id}/signes", edit, s.signs},
		{"POST /bureau/demandes/{id}/signes", edit, s.signsPost},
		{"GET /bureau/demandes/{id}/signes/lettre", edit, s.paste},
		{"POST /bureau/demandes/{id}/signes/lettre", edit, s.pastePost},
	}
}

// patientPage says who the patient of a request is.
type patientPage struct {
	request.File
	Zone   string
	Form   form
	Found  *seekFound // who may be meant; nil: it is known who
	Doubts []string   // keys of what is odd about the identity as stored
}

func (s *Server) patientForm(v *visit) error { return s.showPatient(v, http.StatusOK, form{}) }

func (s *Server) showPatient(v *visit, status int, f form) error {
	return s.showPatientWith(v, status, f, nil)
}

// showPatientWith shows who was found for the names as typed instead of as told.
func (s *Server) showPatientWith(v *visit, status int, f form, found *seekFound) error {
	file, same, err := request.Lookup(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := patientPage{File: file, Form: f}
	known := file.Draft()
	if file.Patient != nil {
		known, p.Doubts = *file.Patient, file.Patient.Doubts()
	} else if p.Found = found; found == nil {
		p.Found = &seekFound{Link: file.ID, Version: file.Version}
		for _, c := range same {
			p.Found.All = append(p.Found.All, request.Met{Candidate: c})
		}
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
		"ins": {p.INS}, "note": {p.Note}, "doubt": {p.Doubt}, "document": {p.Document}, "asked_on": {patient.WriteDate(p.AskedOn)}, "patient": {string(p.ID)}, "patient_version": {strconv.FormatInt(p.Version, 10)}}
}

func (s *Server) patientSave(v *visit) error {
	version, _ := strconv.ParseInt(v.line("patient_version"), 10, 64) // what is no number is no version, so a conflict
	p := patient.Patient{ID: phare.ID(v.line("patient")), Version: version, Identity: patient.Status(v.line("identity")),
		BirthName: v.line("birth_name"), FirstNames: v.line("first_names"), UsedName: v.line("used_name"), BirthDate: patient.ReadDate(v.line("birth_date")),
		Sex: v.line("sex"), BirthPlace: v.line("birth_place"), Commune: v.line("commune"), Phone: v.line("phone"), INS: v.line("ins"), Note: v.text("note"),
		Doubt: v.line("doubt"), Document: v.line("document"), AskedOn: patient.ReadDate(v.line("asked_on")), Again: v.line("again") == "yes"}
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

// historyPage is how an identity stood, after each change.
type historyPage struct {
	request.File
	Zone     string
	Versions []identityVersion
	Under    []patient.Patient // identities that were found to be this person's
}

// identityVersion is one change of an identity, in words.
type identityVersion struct {
	patient.Version
	First   bool
	Changes []traitLine
}

func (s *Server) patientHistory(v *visit) error {
	file, versions, under, err := request.IdentityHistory(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := historyPage{File: file, Under: under}
	for i, x := range versions {
		line := identityVersion{Version: x, First: i == len(versions)-1}
		if !line.First {
			for _, c := range x.Changes(versions[i+1]) {
				line.Changes = append(line.Changes, traitLine{Label: s.Text.Get(v.lang, "identity.trait."+c.Trait, nil),
					A: s.traitWords(v.lang, c.Trait, c.Before), B: s.traitWords(v.lang, c.Trait, c.After)})
			}
		}
		p.Versions = append(p.Versions, line)
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	p.Zone = here.Zone
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "file/history", p)
}
