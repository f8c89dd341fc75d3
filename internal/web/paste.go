package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/extract"
	"phare/internal/request"
	"phare/internal/text"
)

// pastePage reads a letter that was pasted, and proposes the signs that its
// words name. The letter lives in the page only: it is posted, shown again, and
// kept nowhere.
type pastePage struct {
	request.File
	By     access.Actor
	Form   form
	Most   int         // letters that are read
	Off    bool        // this site has nothing to read letters with
	Asked  bool        // a letter was read
	Parts  []piece     // the letter, with what was found
	Groups []signGroup // by status, none of them ticked
}

// piece is a part of a letter: plain words, or words that name a sign.
type piece struct {
	Text   string
	Status extract.Status // empty: plain words
}

// signGroup is what was found with one status.
type signGroup struct {
	Status   extract.Status
	Presence string // what a tick enters
	Signs    []foundSign
}

// foundSign is one sign of a letter, with the words that made us think so.
type foundSign struct {
	HPO, Label string
	Words      []string // as they are in the letter
	Cues       []string // what decided the status
	Presence   string   // what is entered already
}

// longestLetter is how many letters of a text are read: some six pages.
const longestLetter = 15000

func (s *Server) paste(v *visit) error { return s.showPaste(v, http.StatusOK, form{}) }

// pastePost reads a letter, or the story of the request itself, or enters what
// was ticked.
func (s *Server) pastePost(v *visit) error {
	f := posted(v)
	if v.PostFormValue("do") != "add" {
		return s.showPaste(v, http.StatusOK, f)
	}
	signs, err := s.tickedOnce(v)
	var now entered
	if err == nil {
		now, err = s.noteSigns(v, signs)
	}
	if err == nil {
		return v.redirect(now.on(fileAddress(v.id()) + "/signes"))
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showPaste(v, http.StatusUnprocessableEntity, f)
}

func (s *Server) showPaste(v *visit, status int, f form) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if f.Get("do") == "story" {
		f.Values.Set("letter", strings.Join(notEmpty(file.Fields.Question, file.Fields.Story, file.Fields.Done), "\n\n"))
	}
	p := pastePage{File: file, By: v.by, Form: f, Most: longestLetter, Off: s.Extract == nil}
	letter := strings.ReplaceAll(f.Get("letter"), "\r\n", "\n")
	switch n := utf8.RuneCountInString(letter); {
	case p.Off || f.Values == nil:
	case strings.TrimSpace(letter) == "":
		s.wrong(v, &p.Form, phare.Field("letter", "extract.letter.missing"))
		status = http.StatusUnprocessableEntity
	case n > longestLetter:
		s.wrong(v, &p.Form, &phare.Error{Kind: phare.Invalid, Field: "letter", Key: "extract.letter.toolong",
			Args: map[string]any{"Most": text.Number(v.lang, longestLetter), "Has": text.Number(v.lang, n)}})
		status = http.StatusUnprocessableEntity
	default:
		p.Asked = true
		s.readLetter(&p, letter, v.lang)
	}
	return s.render(v, status, "file/paste", p)
}

func notEmpty(all ...string) (kept []string) {
	for _, s := range all {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// readLetter parts the letter at what was found and gathers the signs.
func (s *Server) readLetter(p *pastePage, letter, lang string) {
	p.Groups = []signGroup{
		{Status: extract.Present, Presence: request.Present}, {Status: extract.Absent, Presence: request.Absent},
		{Status: extract.Uncertain, Presence: request.Present}, {Status: extract.Family, Presence: request.Present},
	}
	at := 0
	for _, m := range s.Extract().Find("", letter) {
		if m.Start > at {
			p.Parts = append(p.Parts, piece{Text: letter[at:m.Start]})
		}
		p.Parts = append(p.Parts, piece{Text: m.Text, Status: m.Status})
		at = m.End
		for i := range p.Groups {
			if p.Groups[i].Status == m.Status {
				p.Groups[i].add(s.found(m, letter, lang, p.Signs))
			}
		}
	}
	p.Parts = append(p.Parts, piece{Text: letter[at:]})
	kept := p.Groups[:0]
	for _, g := range p.Groups {
		if len(g.Signs) > 0 {
			kept = append(kept, g)
		}
	}
	p.Groups = kept
}

// found is a mention of a letter as the page lists it.
func (s *Server) found(m extract.Mention, letter, lang string, known []request.Sign) foundSign {
	x := foundSign{HPO: m.Sign, Label: m.Label, Words: []string{phare.Clean(m.Text)}}
	if t, _ := s.Knowledge.TermByID(m.Sign); t >= 0 {
		x.Label = s.Knowledge.TermName(t, lang)
	}
	if m.Cue.Text != "" {
		x.Cues = []string{phare.Clean(m.Cue.Text) + apostrophe(letter[m.Cue.End:])}
	}
	for _, k := range known {
		if k.HPO == m.Sign {
			x.Presence = k.Presence
		}
	}
	return x
}

// apostrophe is that with which the rest of a letter begins, or empty: words end
// before it, and "pas d" is no French.
func apostrophe(rest string) string {
	if strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, "’") {
		return "’"
	}
	return ""
}

// add puts a sign into the group, once, with all its words, each once.
func (g *signGroup) add(x foundSign) {
	for i := range g.Signs {
		if o := &g.Signs[i]; o.HPO == x.HPO {
			o.Words, o.Cues = once(o.Words, x.Words), once(o.Cues, x.Cues)
			return
		}
	}
	g.Signs = append(g.Signs, x)
}

func once(all, more []string) []string {
	for _, s := range more {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// tickedOnce is what was ticked, and refuses a sign ticked both as present and absent.
func (s *Server) tickedOnce(v *visit) ([]request.Sign, error) {
	for name, values := range v.PostForm {
		if strings.HasPrefix(name, "sign.") && len(values) > 1 {
			for _, x := range values {
				if x != values[0] {
					return nil, phare.Field("sign", "extract.both")
				}
			}
		}
	}
	return s.marked(v, "sign."), nil
}
