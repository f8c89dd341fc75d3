package web

import (
	"errors"
	"net/http"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/directory"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/term"
)

// resultPage is one stored orientation as it was, to be printed: one sheet for
// those who decide, and an annex with the points. Nothing on it depends on today
// but the words for its codes, the teams of the directory, and the choices made.
type resultPage struct {
	request.Orientation
	Reference string
	Initials  string
	Maker     string
	Choices   []request.Choice
	Teams     []networkView // the networks that were proposed, in words, with whom to ask there
	Desk      access.Platform
	Print     string // fingerprint
	Replay    string // key of what comes out when it is computed again
	Same      bool   // the same, bit for bit
	Present   []namedTerm
	Absent    []namedTerm
	Unknown   []namedTerm // asked in vain
	Networks  []resultNetwork
	Entries   []resultEntry
	Others    int           // diseases that are kept without their reasons
	Sources   []term.Source // of the knowledge, when it is still the one in use
}

// resultNetwork is one network with its score as stored.
type resultNetwork struct {
	orientation.NetworkScore
	Name     string
	Proposed bool // it was put to the desk
}

// resultEntry is one disease with the reasons that were stored.
type resultEntry struct {
	orientation.Entry
	Name   string
	Codes  []codeView
	Groups []resultGroup
}

// resultGroup is the reasons of one kind. Its weights, with those of the other
// groups, sum to the score.
type resultGroup struct {
	Kind   orientation.Kind
	Weight int64
	Lines  []signLine
	More   int // lines that are counted in Weight and not shown
}

// groupShown is how many reasons of one kind are shown.
const groupShown = 8

// orientResult opens one result, and says whether it comes out the same today.
func (s *Server) orientResult(v *visit) error {
	r, err := request.OpenResult(v.Context(), v.db, v.by, v.id(), phare.ID(v.PathValue("result")))
	if err != nil {
		return err
	}
	o := r.Orientation
	p := resultPage{Orientation: o, Reference: r.Request.Reference, Initials: r.Initials(), Maker: r.Maker, Choices: r.Choices}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Print, err = o.Print(); err != nil {
		return err
	}
	p.Replay = s.replayed(o.Result)
	p.Same = p.Replay == "result.same"
	s.fillResult(&p, v.lang)
	if err := s.fillTeams(v, &p); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "orient/result", p)
}

// replayed says in a key what comes out when a stored result is computed again.
func (s *Server) replayed(stored orientation.Result) string {
	if s.Engine == nil {
		return "result.noengine"
	}
	err := s.Engine.Replay(stored)
	switch {
	case err == nil:
		return "result.same"
	case errors.Is(err, orientation.ErrVersion):
		return "result.engine"
	case errors.Is(err, orientation.ErrKnowledge):
		return "result.knowledge"
	}
	return "result.differs" // the same engine and knowledge: that must never be, and is said
}

func (s *Server) fillResult(p *resultPage, lang string) {
	res := p.Result
	for _, id := range res.Signs {
		p.Present = append(p.Present, namedTerm{id, s.termLabel(id, lang)})
	}
	for _, id := range res.Query.Excluded {
		p.Absent = append(p.Absent, namedTerm{id, s.termLabel(id, lang)})
	}
	for _, id := range res.Query.Asked {
		p.Unknown = append(p.Unknown, namedTerm{id, s.termLabel(id, lang)})
	}
	proposed := request.Proposed(res)
	for _, n := range res.Networks {
		if n.Score > 0 && res.Abstain == "" {
			p.Networks = append(p.Networks, resultNetwork{n, s.networkName(n.Slug), slices.Contains(proposed, n)})
		}
	}
	for _, e := range s.readable(res).Entries {
		if e.Lines != nil && res.Abstain == "" { // only the first are kept with their reasons
			p.Entries = append(p.Entries, resultEntry{e, s.diseaseName(e.Family, lang), codesOf(e, lang), s.groups(e.Lines, lang)})
		}
	}
	p.Others = len(res.Entries) - len(p.Entries)
	if s.Knowledge != nil && s.Knowledge.Meta.Digest == res.Knowledge {
		p.Sources = s.Knowledge.Meta.Sources
	}
}

// teamsShown is how many teams of one network the sheet names: five networks
// and what else is said fit on it.
const teamsShown = 2

// fillTeams puts the proposed networks into words, with their nearest teams.
func (s *Server) fillTeams(v *visit, p *resultPage) error {
	if s.Knowledge == nil || s.Engine == nil {
		return nil
	}
	p.Teams = s.networksIn(p.Result, v.lang)
	slugs := make([]string, len(p.Teams))
	for i, n := range p.Teams {
		slugs[i] = n.Slug
	}
	return v.db.Read(v.Context(), func(view *store.View) error {
		proposals, err := directory.Propose(view, v.by, slugs, p.Desk.Territory)
		place(p.Teams, proposals)
		for i := range p.Teams {
			n := &p.Teams[i]
			n.Proposals = n.Proposals[:min(len(n.Proposals), teamsShown)]
			n.Above = n.Above[:min(len(n.Above), teamsShown-len(n.Proposals))]
		}
		return err
	})
}

// groups puts reasons together by kind, in the order in which they come.
func (s *Server) groups(lines []orientation.Line, lang string) (all []resultGroup) {
	for _, l := range lines {
		i := slices.IndexFunc(all, func(g resultGroup) bool { return g.Kind == l.Kind })
		if i < 0 {
			i, all = len(all), append(all, resultGroup{Kind: l.Kind})
		}
		g := &all[i]
		g.Weight += l.Weight
		switch {
		case l.Kind == orientation.Onset: // it has no sign: its weight says it all
		case len(g.Lines) == groupShown:
			g.More++
		default:
			g.Lines = append(g.Lines, s.signLine(l, lang))
		}
	}
	return all
}

// networkName is a network's name, or its slug when the knowledge in use lacks it.
func (s *Server) networkName(slug string) string {
	if s.Knowledge != nil {
		if at, ok := s.Knowledge.NetworkBySlug(slug); ok {
			return s.Knowledge.Networks[at].Name
		}
	}
	return slug
}

// diseaseName is a disease's name, or its code when the knowledge in use lacks it.
func (s *Server) diseaseName(id, lang string) string {
	if s.Knowledge != nil {
		if d, ok := s.Knowledge.DiseaseByID(id); ok {
			return s.Knowledge.DiseaseName(d, lang)
		}
	}
	return id
}
