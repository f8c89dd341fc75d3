package answer

import (
	"reflect"
	"strings"
	"testing"

	"phare"
	"phare/internal/document"
	"phare/internal/request"
	"phare/internal/text"
)

func catalog(t *testing.T) *text.Catalog {
	t.Helper()
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func faultsOf(err error) (names []string) {
	if e, ok := err.(*phare.Error); ok {
		for _, one := range e.All() {
			names = append(names, one.Field+" "+one.Key)
		}
	}
	return names
}

func TestDraftAccept(t *testing.T) {
	long := strings.Repeat("é", longest+1)
	for _, tt := range []struct {
		in   Draft
		want []string
	}{
		{Draft{}, []string{"professional answer.empty"}},
		{Draft{Professional: " \r\n\t"}, []string{"professional answer.empty"}},
		{Draft{Family: "x"}, nil},
		{Draft{Professional: long[:2*longest]}, nil},
		{Draft{Professional: long, Family: long}, []string{"professional answer.toolong", "family answer.toolong"}},
	} {
		if _, err := tt.in.accept(); !reflect.DeepEqual(faultsOf(err), tt.want) {
			t.Errorf("accept(%.20q, %.20q) = %v, want %v", tt.in.Professional, tt.in.Family, err, tt.want)
		}
	}
	if d, _ := (Draft{Professional: " a  \r\n\r\nb\t\n", Family: "c"}).accept(); d.Professional != "a\n\nb" {
		t.Errorf("kept %q", d.Professional)
	}
}

func TestSignable(t *testing.T) {
	for _, tt := range []struct {
		a    Answer
		want []string
	}{
		{Answer{}, []string{"professional answer.professional.missing", "family answer.family.missing"}},
		{Answer{Professional: "a"}, []string{"family answer.family.missing"}},
		{Answer{Professional: "a", Family: "- [À compléter\u202f: qui]"}, []string{"family answer.family.unfinished"}},
		{Answer{Professional: "[to complete: who]", Family: "b"}, []string{"professional answer.professional.unfinished"}},
		{Answer{Professional: "a [sic]", Family: "b"}, nil},
	} {
		if got := faultsOf(tt.a.signable()); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("signable(%q, %q) = %v, want %v", tt.a.Professional, tt.a.Family, got, tt.want)
		}
	}
}

// What the desk must still write is marked so that nobody can sign over it, in
// every language.
func TestPlacesToFillAreMarked(t *testing.T) {
	words, n := catalog(t), 0
	for _, lang := range text.Langs {
		for key := range words.Keys(lang) {
			if strings.HasPrefix(key, "letter.todo.") {
				if n++; !unfinished(words.Get(lang, key, nil)) {
					t.Errorf("%s %s is not marked", lang, key)
				}
			}
		}
	}
	if n != 8 {
		t.Errorf("%d places, want 4 in 2 languages", n)
	}
}

// The two voices come from the same facts: the professional one in five lines
// first, the family's without the experts' words.
func TestPrepare(t *testing.T) {
	s := Sheet{
		Request: request.Request{Reference: "MR-7K3F-92QX", Fields: request.Fields{Who: request.Family, Diagnosis: request.Suspected, Disease: "Maladie d’essai",
			Question: "Quelle équipe\n pour nous ?", Name: "Ada Essai"}},
		Signs: []request.Sign{{HPO: "HP:0001251", Presence: request.Present, Label: "Ataxie"}, {HPO: "HP:0000365", Presence: request.Absent, Label: "Surdité"}},
		Choices: []request.Choice{{Kind: request.ChoseNetwork, Label: "Centre B"}, {Kind: request.ChosePerson, Label: "Dr Choisi"},
			{Kind: request.ChoseOrganisation, Label: "Centre A"}, {Kind: request.ChoseOrganisation, Label: "Centre A"}, {Kind: request.ChoseNone}},
		Opinions: []Opinion{
			{Name: "Pr Ada Imaginaire", Place: "Hôpital inventé", State: "answered", Words: "Évoquer une cytolyse hépatique.", Exams: "IRM", Referral: "Hôpital de jour", Delay: "sous\n trois mois"},
			{Name: "Dr Muet", State: "sent"}, {Name: "Dr Refus", State: "refused"}},
	}
	s.Desk.Name, s.Desk.Zone, s.Desk.Phone = "Plateforme d’essai", "Indian/Reunion", "0262 00 00 01"
	d := Prepare(catalog(t), s)
	blocks := document.Prose(d.Professional)
	if blocks[0].Kind != document.Heading || blocks[1].Kind != document.List || len(blocks[1].Lines) != 5 {
		t.Errorf("not five lines first: %v", blocks[:2])
	}
	for _, want := range []string{"Quelle équipe pour nous ?", "Maladie d’essai", "Ataxie", "Surdité", "Pr Ada Imaginaire (Hôpital inventé)", "Dr Muet", "Centre A\u202f; Centre B",
		"Évoquer une cytolyse hépatique.", "IRM", "Hôpital de jour", "Délai conseillé : sous\n trois mois"} {
		if !strings.Contains(d.Professional, want) {
			t.Errorf("the professional text lacks %q:\n%s", want, d.Professional)
		}
	}
	if strings.Contains(d.Professional, "Dr Refus") || strings.Contains(d.Professional, "Dr Choisi") {
		t.Error("who refused is named, or who was chosen to be asked is proposed")
	}
	for _, want := range []string{"Vous nous avez écrit", "Centre A", "Centre B", "Pr Ada Imaginaire", "- Délai conseillé par Pr Ada Imaginaire : sous trois mois", "0262 00 00 01", "MR-7K3F-92QX"} {
		if !strings.Contains(d.Family, want) {
			t.Errorf("the family's text lacks %q:\n%s", want, d.Family)
		}
	}
	for _, never := range []string{"cytolyse", "Maladie d’essai", "Ataxie", "IRM", "Dr Refus", "Dr Muet", "Dr Choisi"} {
		if strings.Contains(d.Family, never) {
			t.Errorf("the family's text holds %q", never)
		}
	}
	for _, line := range strings.FieldsFunc(d.Family, func(c rune) bool { return strings.ContainsRune("\n.?!", c) }) {
		if n := len(strings.Fields(line)); n > 20 {
			t.Errorf("a sentence of %d words for the family: %s", n, line)
		}
	}
	if !unfinished(d.Professional) || !unfinished(d.Family) {
		t.Error("a prepared text can be signed as it is")
	}
	s.Request.Fields.Lang = "en"
	if en := Prepare(catalog(t), s); !strings.Contains(en.Professional, "In five lines") || !strings.Contains(en.Family, "Hello,") {
		t.Errorf("not in the language of the request: %v", en)
	}
	s.Request.Fields.Who, s.Request.Fields.Lang = request.GP, ""
	if gp := Prepare(catalog(t), s); strings.Contains(gp.Family, "Quelle équipe") || !strings.Contains(gp.Family, "Ada Essai") {
		t.Errorf("the family of a physician's request: %s", gp.Family)
	}
}

// Where no team was chosen, the place of the team is left to fill in, whoever
// was asked.
func TestPrepareNoTeam(t *testing.T) {
	words := catalog(t)
	s := Sheet{Choices: []request.Choice{{Kind: request.ChosePerson, Label: "Dr Choisi"}, {Kind: request.ChoseNone}}}
	mark := words.Get("fr", "letter.todo.team", nil)
	d := Prepare(words, s)
	for _, text := range []string{d.Professional, d.Family} {
		if !strings.Contains(text, mark) || strings.Contains(text, "Dr Choisi") {
			t.Errorf("no team was chosen: %s", text)
		}
	}
}

// To whom each voice speaks.
func TestRecipient(t *testing.T) {
	gp := request.Fields{Who: request.GP, Name: "Dr Ida Fictive", Place: "3 rue Inventée\n97400 Saint-Denis", FamilyName: "Payet-Inventé", FirstName: "Lou"}
	family := request.Fields{Who: request.Family, Name: "Ada Essai", Place: "1 rue Inventée", Doctor: "Dr Traitant", FamilyName: "Essai", FirstName: "Lou"}
	self := request.Fields{Who: request.Family, FirstName: "Lou"}
	for _, tt := range []struct {
		f     request.Fields
		voice Voice
		want  []string
	}{
		{gp, Professional, []string{"Dr Ida Fictive", "3 rue Inventée", "97400 Saint-Denis"}},
		{gp, Family, []string{"À la famille de PAYET-INVENTÉ Lou"}},
		{family, Professional, []string{"Dr Traitant"}},
		{family, Family, []string{"Ada Essai", "1 rue Inventée"}},
		{self, Professional, []string{"Au médecin traitant"}},
		{self, Family, []string{"À la famille de Lou"}},
	} {
		s := Sheet{Request: request.Request{Fields: tt.f}}
		if got := s.recipient(s.pen(catalog(t)), tt.voice); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("recipient of %s %s: %q, want %q", tt.f.Who, tt.voice, got, tt.want)
		}
	}
}
