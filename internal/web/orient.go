package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/directory"
	"phare/internal/instrument"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/term"
)

func (s *Server) orientRoutes() []Route {
	right, read := Policy{Right: access.Orient, File: FileWork}, Policy{Right: access.Orient, File: FileRead}
	return []Route{
		{"GET /bureau/demandes/{id}/orientation", read, s.orient},
		{"POST /bureau/demandes/{id}/orientation", right, s.orientPost},
		{"GET /bureau/demandes/{id}/orientation/{result}", right, s.orientResult},
		{"POST /bureau/demandes/{id}/choix", right, s.choose},
	}
}

// orientPage finds whom to ask. Four ways lead there: the network that the
// desk names, the networks of a disease that a physician named, those at the
// end of the desk's decision tree, and those that the signs point to, where the
// site has that module on. No proposal is ever
// chosen beforehand, and the page changes nothing of the request.
type orientPage struct {
	request.File
	By   access.Actor
	Desk access.Platform
	Form form

	Off         bool // ranking from signs is switched off on this site, or has no knowledge
	OffHere     bool // the platform has not switched it on
	Kept        []request.Orientation
	Reasons     []option
	Ran         bool // there is an orientation to show
	Stale       bool // the signs have changed since
	Ranked      request.Orientation
	Signs       []namedTerm // as the engine understood them
	Diseases    []diseaseView
	Meta        term.Meta // of the knowledge in use
	SameMeta    bool      // the orientation was made with it
	Abstain     string    // key of the sentence, or empty
	Networks    []networkView
	AllNetworks []option

	Next  nextView          // what to look for next
	Walks []instrument.Walk // ways through the decision tree that were joined

	NoSearch bool // diseases cannot be searched here
	Asked    bool // diseases were searched
	Hits     []diseaseHit
	Picked   string // the disease whose networks are shown
}

// HasDiagnosis says whether the requester gave a diagnosis, which changes the
// first way that is offered.
func (p orientPage) HasDiagnosis() bool {
	return p.Fields.Diagnosis == request.Confirmed || p.Fields.Diagnosis == request.Suspected
}

// Ranks says whether signs are ranked here: the site can, and the platform wants it.
func (p orientPage) Ranks() bool { return !p.Off && !p.OffHere }

// diseaseHit is one answer to the search of a disease.
type diseaseHit struct{ ID, Name, Matched, Networks string }

func (s *Server) orient(v *visit) error { return s.showOrient(v, http.StatusOK, form{}) }

// showOrient shows the page; f says which way is taken (a search, a disease, a
// network) and keeps what was typed.
func (s *Server) showOrient(v *visit, status int, f form) error {
	id := v.id()
	file, kept, on, err := request.OpenOrientation(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	file.Signs = s.labelled(file.Signs, v.lang)
	p := orientPage{File: file, By: v.by, Form: f, Kept: kept, Off: s.SignsOff || s.Engine == nil, OffHere: !on, NoSearch: s.Index == nil, Reasons: s.choiceReasons(v.lang)}
	if len(kept) > 0 {
		p.Ranked = kept[0]
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Walks, err = instrument.Walks(v.Context(), v.db, v.by, file.ID); err != nil {
		return err
	}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{}
		if p.HasDiagnosis() {
			p.Form.Values.Set("q", file.Fields.Disease)
		}
	}
	s.searchDisease(&p, v.lang)
	s.wayOf(&p, v.lang)
	s.lookNext(&p, v.lang)
	if err := s.propose(v, &p); err != nil {
		return err
	}
	return s.render(v, status, "orient/show", p)
}

// wayOf decides which networks the page shows, and why.
func (s *Server) wayOf(p *orientPage, lang string) {
	switch slug, disease := p.Form.Get("network"), p.Form.Get("disease"); {
	case slug != "":
		p.Networks = []networkView{{Slug: slug, Because: "orient.why.chosen"}}
	case disease != "" && s.Knowledge != nil:
		s.networksOf(p, disease, lang)
	case p.Ranks() && p.Ranked.ID != "":
		p.Ran, p.Stale = true, !p.Ranked.AnswersTo(p.File.Signs)
		s.viewRanking(p, lang)
	}
}

func (s *Server) searchDisease(p *orientPage, lang string) {
	q := phare.Clean(p.Form.Get("q"))
	if q == "" || p.NoSearch {
		return
	}
	p.Asked = true
	for _, hit := range s.Index.Diseases(q, lang, 8) {
		d := &s.Knowledge.Diseases[hit.Index]
		x := diseaseHit{ID: d.ID, Name: s.Knowledge.DiseaseName(hit.Index, lang)}
		if !strings.EqualFold(hit.Matched.Text, x.Name) {
			x.Matched = hit.Matched.Text
		}
		var names []string
		for _, l := range s.linksOf(hit.Index) {
			names = append(names, s.Knowledge.Networks[l.Network].Name)
		}
		x.Networks = strings.Join(names, ", ")
		p.Hits = append(p.Hits, x)
	}
}

// propose reads the directory for the networks of the page, and the list of all.
func (s *Server) propose(v *visit, p *orientPage) error {
	all, err := directory.List(v.Context(), v.db, v.by, "")
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, e := range all {
		if e.Kind == directory.KindNetwork {
			p.AllNetworks = append(p.AllNetworks, option{e.Network, e.Name})
			names[e.Network] = e.Name
		}
	}
	slices.SortFunc(p.AllNetworks, func(a, b option) int { return term.CompareNames(a.Label, b.Label) })
	var slugs []string
	for i := range p.Networks {
		n := &p.Networks[i]
		slugs = append(slugs, n.Slug)
		if n.Name == "" {
			n.Name = names[n.Slug]
		}
	}
	return v.db.Read(v.Context(), func(view *store.View) error {
		proposals, err := directory.Propose(view, v.by, slugs, p.Desk.Territory)
		place(p.Networks, proposals)
		return err
	})
}

// place puts each proposal under every network of the list that it answers for:
// in full under the first, and under the others with a link up to there.
func place(networks []networkView, proposals []directory.Proposal) {
	for i := range networks {
		for _, x := range proposals {
			switch {
			case x.Network == networks[i].Slug:
				networks[i].Proposals = append(networks[i].Proposals, proposalView{x})
			case slices.Contains(x.Networks(), networks[i].Slug):
				networks[i].Above = append(networks[i].Above, proposalView{x})
			}
		}
	}
}

// orientPost ranks the signs, or searches and picks a disease or a network: all
// of these are posted, because a disease has no place in an address.
func (s *Server) orientPost(v *visit) error {
	f := posted(v)
	if v.PostFormValue("do") != "rank" {
		return s.showOrient(v, http.StatusOK, f)
	}
	id := v.id()
	if s.SignsOff || s.Engine == nil {
		return phare.Fault(phare.Forbidden, "orient.off")
	}
	_, err := request.Orient(v.Context(), v.db, v.by, s.Engine, id)
	if err == nil {
		return v.redirect(fileAddress(id) + "/orientation")
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showOrient(v, http.StatusUnprocessableEntity, f)
}
