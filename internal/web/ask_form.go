package web

import (
	"slices"

	"phare/internal/request"
)

// entrance is one kind of requester as the site shows it: an address and its words.
type entrance struct{ Who, Slug string }

// doors are the addresses of the form, in the order of request.Kinds. Physicians
// and families keep those they always had.
func doors() []entrance {
	return []entrance{{request.GP, "medecin"}, {request.CPTS, "cpts"}, {request.Nurse, "soignant"}, {request.Hospital, "hopital"},
		{request.Social, "social"}, {request.Family, familySlug}, {request.Association, "association"}, {request.Peer, "plateforme"}, {request.Centre, "centre"}}
}

const familySlug = "famille"

// slugOf is the address of a kind of requester's form.
func slugOf(who string) string {
	for _, d := range doors() {
		if d.Who == who {
			return d.Slug
		}
	}
	return ""
}

// whoOf is the kind of requester whose one-page form has that address, empty for
// any other address: a family has pages of its own.
func whoOf(slug string) string {
	for _, d := range doors() {
		if d.Slug == slug && d.Who != request.Family {
			return d.Who
		}
	}
	return ""
}

// askField is one question as a page shows it.
type askField struct {
	field
	When string // the answer to the first question that it goes with
	Show string // which part of parts.html draws it
}

// askPart is some questions under a heading.
type askPart struct {
	Name   string
	Fields []askField
}

// askKey is where the words of a question are found: those for that kind of
// requester, else those for all.
func (s *Server) askKey(who, name string) string {
	if key := "ask." + who + "." + name; s.Text.Has(key + ".label") {
		return key
	}
	return "ask." + name
}

// shapes are how the questions are drawn that are neither a choice nor a line,
// and what a browser may fill in by itself.
var (
	areas = map[string]string{"question": "short", "story": "area", "done": "area", "doctor": "short"}
	autos = map[string]string{"name": "name", "place": "organization", "job": "organization-title", "phone": "tel", "mail": "email"}
)

// askParts are the questions of the one-page form to one kind of requester.
func (s *Server) askParts(lang, who string, f form, choices map[string][]option) (all []askPart) {
	for _, x := range request.Form(who) {
		q := askField{When: x.When, Show: "input",
			field: field{Name: x.Name, Key: s.askKey(who, x.Name), Value: f.Get(x.Name), Fault: f.Fault(x.Name), Type: "text", Auto: "off"}}
		// A telephone or an address is enough, and one of the names: the hint says so.
		q.Optional = x.Need == request.Optional && x.Name != "mail"
		if auto := autos[x.Name]; auto != "" {
			q.Auto = auto
		}
		switch {
		case x.Name == "platform":
			q.Show, q.Options = "choose", choices["platform"]
		case x.Name == "consent":
			q.Show = "check"
		case choices[x.Name] != nil:
			q.Show, q.Options = "radios", choices[x.Name]
		case areas[x.Name] != "":
			q.Show, q.Type = "area", areas[x.Name]
		case x.Name == "phone" || x.Name == "close_phone":
			q.Type = "tel"
		}
		if len(all) == 0 || all[len(all)-1].Name != x.Part {
			all = append(all, askPart{Name: x.Part})
		}
		last := &all[len(all)-1]
		last.Fields = append(last.Fields, q)
		if x.Need == request.UnlessUnsure {
			last.Fields = append(last.Fields, askField{Show: "unsure", field: field{Name: "unsure", Key: "ask.unsure", Type: x.Name, Value: unsureOf(f, x.Name)}})
		}
	}
	return all
}

// unsureOf is name if that field was answered "I do not know".
func unsureOf(f form, name string) string {
	if slices.Contains(f.Values["unsure"], name) {
		return name
	}
	return ""
}

// namesOf are the fields of the form of one kind of requester.
func namesOf(who string) (names []string) {
	for _, x := range request.Form(who) {
		names = append(names, x.Name)
	}
	return names
}

// askChoices are the answers to choose from, in words.
func (s *Server) askChoices(lang string) map[string][]option {
	all := map[string][]option{}
	for _, name := range []string{"diagnosis", "relation", "sex", "urgency", "news", "treating", "aware", "consent_by"} {
		for _, x := range request.Answers(name) {
			all[name] = append(all[name], option{x, s.Text.Get(lang, "ask.value."+name+"."+x, nil)})
		}
	}
	for _, who := range request.Kinds() {
		all["who"] = append(all["who"], option{who, s.Text.Get(lang, "ask.kind."+who, nil)})
	}
	return all
}
