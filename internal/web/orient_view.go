package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"phare/internal/directory"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/term"
)

// How much of a ranking the page shows.
const (
	diseasesShown = 10 // folded
	notAskedShown = 6  // signs of a disease worth looking for, the most frequent
	preciseShown  = 3  // more precise signs for one that was entered
	aliasesShown  = 3  // codes beside the first
	nearShare     = 4  // a neighbour counts from a quarter of what its sign can weigh
)

// networkView is one network, why it is shown, and whom to ask there.
type networkView struct {
	Slug, Name, Scope string
	Support           orientation.Support // empty when no ranking led here
	Because           string              // key of the reason
	Rule              string              // the rule that links a disease to the network
	Signs             []string            // labels of the signs that speak for it
	Typical           []string            // labels of the signs that the network itself gives as a reason to think of it
	Diseases          int                 // how many of the first diseases are of this network
	Proposals         []proposalView
	Above             []proposalView // that answer for this network too, and stand under an earlier one
}

// proposalView is one entry that can be chosen.
type proposalView struct{ directory.Proposal }

// Choice is the value of its button.
func (p proposalView) Choice() string {
	if p.Kind == directory.KindNetwork {
		return request.ChoseNetwork + ":" + string(p.ID)
	}
	return request.ChoseOrganisation + ":" + string(p.ID)
}

// codeView is one code of a disease, and where the public site that gives it
// tells of it; empty when we know no such page.
type codeView struct{ Code, Link string }

// codesOf are the first codes of a disease, for those who search by them.
func codesOf(e orientation.Entry, lang string) (all []codeView) {
	for _, code := range append([]string{e.Family}, e.Aliases[:min(len(e.Aliases), aliasesShown)]...) {
		all = append(all, codeView{code, codeLink(code, lang)})
	}
	return all
}

// codeLink is the public page of an ORPHA or OMIM code.
func codeLink(code, lang string) string {
	source, number, _ := strings.Cut(code, ":")
	switch source {
	case "ORPHA":
		return "https://www.orpha.net/" + lang + "/disease/detail/" + number
	case "OMIM":
		return "https://omim.org/entry/" + number
	}
	return ""
}

// namedTerm is a term with its label in the reader's language.
type namedTerm struct{ ID, Label string }

// diseaseView is one disease of the folded list, sign by sign.
type diseaseView struct {
	ID, Name                   string
	Codes                      []codeView // all the codes that mean it, its own first
	Support                    orientation.Support
	Here                       []frequencyView
	Matched, Partial, Opposite []signLine
	Missing, Contrary, Far     []signLine
	Precise                    []preciseView
	NotAsked                   []signLine
}

// preciseView is a sign that was entered, and the more precise ones that a
// disease has, the most frequent first.
type preciseView struct {
	Entered string
	Signs   []signLine
}

// signLine is one reason, in words.
type signLine struct {
	Label, Via string
	Entered    bool   // Via is what was entered, not what the sources have
	Freq       string // key of a frequency class, or empty
	Count      string // "3/10"
	Sources    []string
}

// linksOf are the networks of a disease, or of its family when it has none of
// its own, the first choice first.
func (s *Server) linksOf(d int32) []term.NetworkLink {
	x := &s.Knowledge.Diseases[d]
	if len(x.Networks) > 0 {
		return x.Networks
	}
	return s.Knowledge.Families[x.Family].Networks
}

// networksOf shows the networks of a disease that the desk picked.
func (s *Server) networksOf(p *orientPage, id, lang string) {
	d, ok := s.Knowledge.DiseaseByID(id)
	if !ok {
		return
	}
	p.Picked = s.Knowledge.DiseaseName(d, lang)
	for _, l := range s.linksOf(d) {
		n := s.networkView(l.Network, lang)
		n.Because, n.Rule = "orient.why.disease", s.ruleWords(lang, l.Rule)
		p.Networks = append(p.Networks, n)
	}
}

// ruleWords says which rule gives a disease its network: "starter", or the way
// and the ORPHA code of the classification, as in "head 98006".
func (s *Server) ruleWords(lang, rule string) string {
	kind, code, _ := strings.Cut(rule, " ")
	switch kind {
	case "starter":
		return s.Text.Get(lang, "orient.rule.starter", nil)
	case "head", "ancestor":
		return s.Text.Get(lang, "orient.rule.orphanet", nil) + " ORPHA:" + code
	}
	return rule
}

func (s *Server) networkView(i int32, lang string) networkView {
	n := &s.Knowledge.Networks[i]
	view := networkView{Slug: n.Slug, Name: n.Name, Scope: n.ScopeFR}
	if lang == "en" {
		view.Scope = n.ScopeEN
	}
	return view
}

// viewRanking puts a stored ranking into words. An abstention shows no list.
func (s *Server) viewRanking(p *orientPage, lang string) {
	res := p.Ranked.Result
	p.Meta, p.SameMeta = s.Knowledge.Meta, s.Knowledge.Meta.Digest == res.Knowledge
	for _, id := range res.Signs {
		p.Signs = append(p.Signs, namedTerm{id, s.termLabel(id, lang)})
	}
	if p.Abstain = res.Abstain; p.Abstain != "" {
		return
	}
	p.Networks = s.networksIn(res, lang)
	res = s.readable(res)
	for _, e := range res.Entries[:min(len(res.Entries), diseasesShown)] {
		d := s.diseaseView(e, lang)
		d.Here = s.frequencies(e.Family, p.Desk.Territory)
		p.Diseases = append(p.Diseases, d)
	}
}

// networksIn are the networks that a stored result proposes, in words.
func (s *Server) networksIn(res orientation.Result, lang string) (all []networkView) {
	res = s.readable(res)
	for _, n := range request.Proposed(res) {
		if at, ok := s.Knowledge.NetworkBySlug(n.Slug); ok {
			all = append(all, s.networkReasons(at, n.Support, res, lang))
		}
	}
	return all
}

// readable is a stored result with the lines as a person should read them.
func (s *Server) readable(res orientation.Result) orientation.Result {
	if s.Knowledge == nil {
		return res
	}
	res = s.opposites().Reword(res)
	s.setFarApart(&res)
	return res
}

// setFarApart names a neighbour that is far from the person's sign as what it is
// for a reader, on the screen and on paper alike. Its small part of the score
// stays; what is stored is not touched.
func (s *Server) setFarApart(res *orientation.Result) {
	if s.Engine == nil {
		return
	}
	ceiling := s.Engine.Ceilings(res.Query)
	res.Entries = slices.Clone(res.Entries)
	for i := range res.Entries {
		lines := slices.Clone(res.Entries[i].Lines)
		for j, l := range lines {
			if l.Kind == orientation.Partial && l.Weight*nearShare < ceiling[l.Term] {
				lines[j].Kind = orientation.Far
			}
		}
		res.Entries[i].Lines = lines
	}
}

// networkReasons says why a network is on the list: which signs its diseases
// share with the person, among the diseases that are explained.
func (s *Server) networkReasons(at int32, support orientation.Support, res orientation.Result, lang string) networkView {
	view := s.networkView(at, lang)
	view.Support, view.Because = support, "orient.why.signs"
	for _, e := range res.Entries[:min(len(res.Entries), diseasesShown)] {
		d, ok := s.Knowledge.DiseaseByID(e.Profile)
		if !ok || !slices.ContainsFunc(s.Knowledge.Families[s.Knowledge.Diseases[d].Family].Networks, func(l term.NetworkLink) bool { return l.Network == at }) {
			continue
		}
		view.Diseases++
		for _, l := range e.Lines {
			if label := s.termLabel(l.Term, lang); (l.Kind == orientation.Supports || l.Kind == orientation.Partial) && !slices.Contains(view.Signs, label) {
				view.Signs = append(view.Signs, label)
			}
		}
	}
	if view.Diseases == 0 {
		view.Because = "orient.why.further"
	}
	view.Typical = s.typicalOf(at, res.Signs, lang)
	return view
}

// typicalOf are the signs of the person that a network names among its own.
func (s *Server) typicalOf(at int32, signs []string, lang string) (labels []string) {
	for _, id := range signs {
		t, _ := s.Knowledge.TermByID(id)
		if t >= 0 && slices.ContainsFunc(s.Knowledge.Networks[at].Signs, func(n int32) bool { return s.Knowledge.IsA(t, n) }) {
			labels = append(labels, s.Knowledge.TermName(t, lang))
		}
	}
	return labels
}

func (s *Server) diseaseView(e orientation.Entry, lang string) diseaseView {
	view := diseaseView{ID: e.Family, Name: s.diseaseName(e.Family, lang), Codes: codesOf(e, lang), Support: e.Support}
	for _, l := range e.Lines {
		line := s.signLine(l, lang)
		switch l.Kind {
		case orientation.Supports:
			view.Matched = append(view.Matched, line)
		case orientation.Partial:
			view.Partial = append(view.Partial, line)
		case orientation.Opposite:
			view.Opposite = append(view.Opposite, line)
		case orientation.Far:
			view.Far = append(view.Far, line)
		case orientation.Missing:
			view.Missing = append(view.Missing, line)
		case orientation.Contrary:
			view.Contrary = append(view.Contrary, line)
		case orientation.Precise:
			view.addPrecise(line)
		case orientation.NotAsked:
			if len(view.NotAsked) < notAskedShown {
				view.NotAsked = append(view.NotAsked, line)
			}
		}
	}
	return view
}

// addPrecise puts a more precise sign under the one that was entered.
func (d *diseaseView) addPrecise(line signLine) {
	i := slices.IndexFunc(d.Precise, func(p preciseView) bool { return p.Entered == line.Via })
	if i < 0 {
		i, d.Precise = len(d.Precise), append(d.Precise, preciseView{Entered: line.Via})
	}
	if p := &d.Precise[i]; len(p.Signs) < preciseShown {
		p.Signs = append(p.Signs, line)
	}
}

func (s *Server) signLine(l orientation.Line, lang string) signLine {
	line := signLine{Label: s.termLabel(l.Term, lang), Entered: l.Kind == orientation.Precise}
	for _, source := range l.Sources {
		if source == "starter" {
			source = s.Text.Get(lang, "orient.rule.starter", nil)
		}
		line.Sources = append(line.Sources, source)
	}
	if l.Via != "" && l.Via != l.Term {
		line.Via = s.termLabel(l.Via, lang)
	}
	switch {
	case l.Freq.M > 0:
		line.Count = fmt.Sprintf("%d/%d", l.Freq.N, l.Freq.M)
	case l.Freq.Class != term.FreqUnknown:
		line.Freq = "orient.freq." + strconv.Itoa(int(l.Freq.Class))
	}
	return line
}

// termLabel is a term's name, or its id when the knowledge in use lacks it.
func (s *Server) termLabel(id, lang string) string {
	if s.Knowledge == nil {
		return id
	}
	t, _ := s.Knowledge.TermByID(id)
	if t < 0 {
		return id
	}
	return s.Knowledge.TermName(t, lang)
}
