package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/term"
)

// signsPage enters signs: what the requester wrote, what is known, a search and
// its proposals to tick.
type signsPage struct {
	request.File
	By    access.Actor
	Form  form
	Found []proposedSign              // answers to the search, or none
	Asked bool                        // a search was made
	Off   bool                        // this site has no index of signs
	Notes map[string]request.SignNote // who entered each sign, by HPO id
	Desk  access.Platform

	CanRead bool // this site can read letters
	Entered entered
}

// proposedSign is one answer to a search, with what is known of it already.
type proposedSign struct {
	HPO, Label, Matched, Presence string
}

// proposals is how many signs a search offers.
const proposals = 12

func (s *Server) signs(v *visit) error { return s.showSigns(v, http.StatusOK, form{}) }

func (s *Server) showSigns(v *visit, status int, f form) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	file.Signs = s.labelled(file.Signs, v.lang)
	p := signsPage{File: file, By: v.by, Form: f, Off: s.Index == nil, CanRead: s.Extract != nil}
	if p.Notes, err = request.SignNotes(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if q := phare.Clean(f.Get("q")); q != "" && !p.Off {
		p.Asked, p.Found = true, s.proposeSigns(q, v.lang, file.Signs)
	}
	if v.Method == http.MethodGet {
		p.Entered = enteredOf(v.URL.Query(), len(file.Signs))
	}
	return s.render(v, status, "file/signs", p)
}

// proposeSigns searches signs as a person types them.
func (s *Server) proposeSigns(q, lang string, known []request.Sign) (all []proposedSign) {
	for _, hit := range s.Index.Terms(q, lang, proposals) {
		x := proposedSign{HPO: s.Knowledge.Terms[hit.Index].ID, Label: s.Knowledge.TermName(hit.Index, lang)}
		if !strings.EqualFold(hit.Matched.Text, x.Label) {
			x.Matched = hit.Matched.Text
		}
		for _, k := range known {
			if k.HPO == x.HPO {
				x.Presence = k.Presence
			}
		}
		all = append(all, x)
	}
	return all
}

// signsPost searches, adds what was ticked, or takes one sign off. The search
// is posted because a sign has no place in an address.
func (s *Server) signsPost(v *visit) error {
	id := v.id()
	f := posted(v)
	to := fileAddress(id) + "/signes"
	var err error
	switch v.PostFormValue("do") {
	case "add":
		var now entered
		now, err = s.noteSigns(v, s.marked(v, "sign."))
		to = now.on(to)
	case "drop":
		err = request.DropSign(v.Context(), v.db, v.by, id, v.line("sign"))
	default:
		return s.showSigns(v, http.StatusOK, f)
	}
	if err == nil {
		return v.redirect(to)
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showSigns(v, http.StatusUnprocessableEntity, f)
}

// entered says how many signs were added just now, and how many say the contrary
// of what was there.
type entered struct{ Added, Present, Absent int }

// noteSigns writes signs down and counts what that changed.
func (s *Server) noteSigns(v *visit, signs []request.Sign) (n entered, err error) {
	before := map[string]string{}
	err = v.db.Read(v.Context(), func(view *store.View) error {
		known, err := request.Signs(view, v.by, v.id())
		for _, x := range known {
			before[x.HPO] = x.Presence
		}
		return err
	})
	if err != nil {
		return n, err
	}
	for _, x := range signs {
		switch was := before[x.HPO]; {
		case was == request.Absent && x.Presence == request.Present:
			n.Present++
		case was == request.Present && x.Presence == request.Absent:
			n.Absent++
		case was != x.Presence:
			n.Added++
		}
	}
	return n, request.SetSigns(v.Context(), v.db, v.by, v.id(), signs)
}

// on is the address of the page of signs that says these numbers: they tell
// nothing of anyone.
func (n entered) on(page string) string {
	q := url.Values{}
	for name, count := range map[string]int{"ajoutes": n.Added, "presents": n.Present, "absents": n.Absent} {
		if count > 0 {
			q.Set(name, strconv.Itoa(count))
		}
	}
	if len(q) == 0 {
		return page
	}
	return page + "?" + q.Encode() + "#ajoutes"
}

// enteredOf reads the numbers back; one that no adding gave is not believed.
func enteredOf(q url.Values, most int) entered {
	count := func(name string) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n > 0 && n <= most {
			return n
		}
		return 0
	}
	return entered{count("ajoutes"), count("presents"), count("absents")}
}

// labelled are signs with their labels in a language; one that the knowledge in
// use does not know in it keeps the label it was entered with.
func (s *Server) labelled(signs []request.Sign, lang string) []request.Sign {
	if s.Knowledge == nil {
		return signs
	}
	all := slices.Clone(signs)
	for i, x := range all {
		t, status := s.Knowledge.TermByID(x.HPO)
		if status != term.IDLive {
			continue
		}
		if label := s.Knowledge.TermLabel(t, lang); label.Lang == lang {
			all[i].Label = label.Text
		}
	}
	return all
}

// marked are the signs answered in fields of that prefix, labelled as shown.
func (s *Server) marked(v *visit, prefix string) (all []request.Sign) {
	if s.Knowledge == nil {
		return nil
	}
	for name, values := range v.PostForm {
		hpo, ok := strings.CutPrefix(name, prefix)
		if !ok || values[0] == "" {
			continue
		}
		t, _ := s.Knowledge.TermByID(hpo)
		if t < 0 {
			all = append(all, request.Sign{HPO: hpo}) // refused by the verb
			continue
		}
		all = append(all, request.Sign{HPO: s.Knowledge.Terms[t].ID, Presence: values[0], Label: s.Knowledge.TermName(t, v.lang)})
	}
	return all
}
