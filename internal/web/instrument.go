package web

import (
	"net/http"
	"strconv"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/directory"
	"phare/internal/instrument"
	"phare/internal/store"
	"phare/internal/text"
)

func (s *Server) instrumentRoutes() []Route {
	read, draft, triage := Policy{Right: access.ReadInstrument}, Policy{Right: access.ReadDraft}, Policy{Right: access.TriageRequest}
	edit, sign := Policy{Right: access.EditInstrument}, Policy{Right: access.SignInstrument}
	file := Policy{Right: access.TriageRequest, File: FileWork}
	return []Route{
		{"GET /bureau/arbre", read, s.tree},
		{"GET /bureau/arbre/parcours", read, s.walk},
		{"POST /bureau/arbre/joindre", triage, s.walkJoin},
		{"GET /bureau/arbre/modifier", edit, s.instrumentForm},
		{"POST /bureau/arbre/modifier", edit, s.instrumentSave},
		{"GET /bureau/arbre/signer", sign, s.instrumentReview},
		{"POST /bureau/arbre/signer", sign, s.instrumentSign},
		{"GET /bureau/arbre/versions", draft, s.instrumentVersions},
		{"GET /bureau/recueil", read, s.sheets},
		{"GET /bureau/recueil/{network}", read, s.sheet},
		{"GET /bureau/recueil/{network}/fiche.pdf", read, s.sheetPDF},
		{"GET /bureau/recueil/{network}/fiche.odt", read, s.sheetODT},
		{"GET /bureau/recueil/{network}/modifier", edit, s.instrumentForm},
		{"POST /bureau/recueil/{network}/modifier", edit, s.instrumentSave},
		{"GET /bureau/recueil/{network}/signer", sign, s.instrumentReview},
		{"POST /bureau/recueil/{network}/signer", sign, s.instrumentSign},
		{"GET /bureau/recueil/{network}/versions", draft, s.instrumentVersions},
		{"GET /bureau/demandes/{id}/arbre", file, s.walkFor},
		{"POST /bureau/demandes/{id}/arbre", file, s.walkJoinFor},
		{"GET /bureau/demandes/{id}/arbre/joint", file, s.walkJoined},
	}
}

// instrumentRef is the instrument that the address names.
func (v *visit) instrumentRef() instrument.Ref {
	if slug := v.PathValue("network"); slug != "" {
		return instrument.SheetRef(slug)
	}
	return instrument.TreeRef()
}

// instrumentAddress is the page of an instrument.
func instrumentAddress(ref instrument.Ref) string {
	if ref.Kind == instrument.KindSheet {
		return "/bureau/recueil/" + ref.Name
	}
	return "/bureau/arbre"
}

// instrumentHead is what every page of one instrument shows of it.
type instrumentHead struct {
	instrument.Instrument
	Shown   instrument.Version // the text on the page
	By      access.Actor
	Desk    access.Platform
	Refused bool // the shown text has faults: it is not drawn, walked, printed or signed
}

// Address is the page of the instrument.
func (h instrumentHead) Address() string { return instrumentAddress(h.Ref) }

// IsTree says whether it is the decision tree.
func (h instrumentHead) IsTree() bool { return h.Kind == instrument.KindTree }

// InUseShown says whether the page shows the text in use.
func (h instrumentHead) InUseShown() bool { return h.Shown.Number == h.InUse.Number }

// CanSign says whether the reader may bring the shown text into use.
func (h instrumentHead) CanSign() bool {
	return h.By.Can(access.SignInstrument) && h.Shown.Number == h.Latest.Number && !h.Shown.IsSigned() && !h.Refused
}

// instrumentHeadOf reads the instrument of the address, in the version that it
// asks for ("v").
func (s *Server) instrumentHeadOf(v *visit) (instrumentHead, error) {
	return s.headOf(v, v.instrumentRef(), v.URL.Query().Get("v"))
}

// headOf reads an instrument in the version asked for, without one in that in use.
func (s *Server) headOf(v *visit, ref instrument.Ref, asked string) (h instrumentHead, err error) {
	h.By = v.by
	if h.Instrument, err = instrument.Look(v.Context(), v.db, v.by, ref); err != nil {
		return h, err
	}
	if h.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return h, err
	}
	h.Shown = h.InUse
	if asked != "" {
		number, err := versionNumber(asked)
		if err == nil {
			h.Shown, err = instrument.LookVersion(v.Context(), v.db, v.by, ref, number)
		}
		if err != nil {
			return h, err
		}
	}
	h.Refused = instrument.Unfinished(ref, h.Shown)
	return h, nil
}

// versionNumber reads the number of a version as it stands in an address.
func versionNumber(typed string) (int64, error) {
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < 0 {
		return 0, phare.Fault(phare.NotFound, "error.notfound")
	}
	return n, nil
}

// treeView is a tree as a picture and as a list.
type treeView struct {
	Tree     instrument.Tree
	Pictures []instrument.Picture
	Outline  instrument.Branch
	Foot     string // of each picture: which edition it is
}

func (s *Server) treeView(words string, foot string) treeView {
	tree, _ := instrument.ParseTree(words, instrument.Networks())
	return treeView{tree, tree.Draw(), tree.Outline(), foot}
}

// statusWords says in one line what stands behind a text.
func (s *Server) statusWords(v *visit, x instrument.Version, zone string) string {
	switch {
	case x.IsSigned():
		return s.Text.Get(v.lang, "instrument.status.signed", map[string]any{"Number": x.Number, "Name": x.SignerName, "Day": text.ShortDay(v.lang, zone, x.SignedAt)})
	case x.IsStarter():
		return s.Text.Get(v.lang, "instrument.status.starter", nil)
	}
	return s.Text.Get(v.lang, "instrument.status.draft", map[string]any{"Number": x.Number, "Name": x.AuthorName})
}

// treePage is the tree, whole.
type treePage struct {
	instrumentHead
	View treeView
}

func (s *Server) tree(v *visit) error {
	h, err := s.instrumentHeadOf(v)
	if err != nil {
		return err
	}
	p := treePage{instrumentHead: h}
	if !h.Refused {
		p.View = s.treeView(h.Shown.Text, s.statusWords(v, h.Shown, h.Desk.Zone))
	}
	return s.render(v, http.StatusOK, "instrument/tree", p)
}

// sheetsPage lists the sheets.
type sheetsPage struct {
	By   access.Actor
	Rows []sheetRow
}

// sheetRow is one sheet of the list.
type sheetRow struct {
	instrument.Status
	Network, Scope string // its name, and what it deals with
}

// Unsigned says whether the sheet in use is a starter.
func (r sheetRow) Unsigned() bool { return r.InUse == 0 }

func (s *Server) sheets(v *visit) error {
	all, err := instrument.List(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p := sheetsPage{By: v.by}
	for _, x := range all {
		if x.Kind == instrument.KindSheet {
			name, scope, _ := strings.Cut(instrument.ReadSheet(instrument.Starter(x.Ref).Text).Title, " — ")
			p.Rows = append(p.Rows, sheetRow{x, name, scope})
		}
	}
	return s.render(v, http.StatusOK, "instrument/sheets", p)
}

// sheetPage is the collection of signs of one network.
type sheetPage struct {
	instrumentHead
	Sheet instrument.Sheet
	Teams []directory.Proposal // the nearest teams of the network
}

func (s *Server) sheetOf(v *visit) (p sheetPage, err error) {
	if p.instrumentHead, err = s.instrumentHeadOf(v); err != nil {
		return p, err
	}
	p.Sheet = instrument.ReadSheet(p.Shown.Text)
	if !v.by.Can(access.ReadDirectory) {
		return p, nil
	}
	err = v.db.Read(v.Context(), func(view *store.View) error {
		p.Teams, err = directory.Propose(view, v.by, []string{p.Name}, p.Desk.Territory)
		p.Teams = p.Teams[:min(len(p.Teams), instrument.TeamsShown)]
		return err
	})
	return p, err
}

func (s *Server) sheet(v *visit) error {
	p, err := s.sheetOf(v)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "instrument/sheet", p)
}

func (s *Server) sheetPDF(v *visit) error { return s.sheetFile(v, "pdf") }

func (s *Server) sheetODT(v *visit) error { return s.sheetFile(v, "odt") }

func (s *Server) sheetFile(v *visit, ending string) error {
	p, err := s.sheetOf(v)
	if err == nil && p.Refused {
		err = phare.Fault(phare.NotFound, "error.notfound")
	}
	if err != nil {
		return err
	}
	page := instrument.Page{Words: s.Text, Lang: v.lang, Desk: p.Desk.Name, Phone: p.Desk.Phone, Status: s.statusWords(v, p.Shown, p.Desk.Zone), Signed: p.Shown.IsSigned(), At: p.Shown.At}
	for _, t := range p.Teams {
		page.Teams = append(page.Teams, teamLine(t))
	}
	return v.take(p.Sheet.Document(page), "recueil-"+p.Name, ending)
}

// teamLine is a team in one line of paper.
func teamLine(t directory.Proposal) string {
	line := t.Name
	for _, more := range []string{t.Place, t.Phone, t.Site} {
		if more != "" {
			line += " · " + more
		}
	}
	return line
}
