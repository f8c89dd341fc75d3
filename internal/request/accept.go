package request

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"phare"
	"phare/internal/mail"
)

// How long an answer may be, in characters.
const (
	maxLine = 200
	maxText = 8000
)

// accept says what keeps the fields from being a request. They must be tidy.
// At most ten facts are compulsory; what a family does not know is an answer.
func (f Fields) accept(now time.Time) error { return phare.Faults(f.faults(now)...) }

// Check is accept for a page that asks for some of the fields: it reports only
// the faults of those. Without names it reports all.
func (f Fields) Check(now time.Time, names ...string) error {
	var some []*phare.Error
	for _, e := range f.Tidy().faults(now) {
		if e != nil && (len(names) == 0 || slices.Contains(names, e.Field)) {
			some = append(some, e)
		}
	}
	return phare.Faults(some...)
}

// faults are the faults in the order of the form; entries can be nil.
func (f Fields) faults(now time.Time) []*phare.Error {
	all := []*phare.Error{
		oneOf("who", f.Who, GP, Family),
		given("platform", f.Platform),
		oneOf("diagnosis", f.Diagnosis, NoDiagnosis, Suspected, Confirmed, NotKnown),
	}
	if f.Who == Family {
		all = append(all, oneOf("relation", f.Relation, Relations()...))
	}
	all = append(all, f.patientFaults(now)...)
	if f.Who == Family {
		all = append(all, given("story", f.Story), f.unlessUnsure("question", f.Question))
	} else {
		all = append(all, given("question", f.Question))
	}
	all = append(all, oneOf("urgency", f.Urgency, Routine, Soon, Urgent))
	all = append(all, f.contactFaults()...)
	if f.Consent != "yes" {
		all = append(all, phare.Field("consent", "request.consent.missing"))
	}
	return append(all, f.tooLong()...)
}

// Relations are what a relative can be to the patient.
func Relations() []string { return []string{"self", "parent", "relative", "other"} }

// Sexes are the answers to the question of sex.
func Sexes() []string { return []string{"female", "male", "other", "unknown"} }

func (f Fields) patientFaults(now time.Time) []*phare.Error {
	all := []*phare.Error{nil, nil, nil, oneOf("sex", f.Sex, Sexes()...)}
	switch {
	case f.Who == Family && f.FamilyName == "" && f.FirstName == "":
		all[0] = phare.Field("first_name", "request.name.either")
	case f.Who != Family:
		all[0], all[1] = given("family_name", f.FamilyName), given("first_name", f.FirstName)
	}
	switch {
	case f.BirthDate == "" && !(f.Who == Family && f.IsUnsure("birth_date")):
		all[2] = phare.Field("birth_date", "request.birth_date.missing")
	case f.BirthDate != "" && !isBirthDate(f.BirthDate, now):
		all[2] = phare.Field("birth_date", "request.birth_date.bad")
	}
	return all
}

func (f Fields) contactFaults() []*phare.Error {
	var name, phone, address *phare.Error
	if !(f.Who == Family && f.Relation == "self") {
		name = given("name", f.Name)
	}
	reach := f.Phone + f.Mail
	if f.Who == Family {
		reach += f.Place
	}
	switch n := len(digitsOf(f.Phone)); {
	case reach == "" && f.Who == Family:
		phone = phare.Field("phone", "request.contact.family")
	case reach == "":
		phone = phare.Field("phone", "request.contact.missing")
	case f.Phone != "" && (n < 6 || n > 15):
		phone = phare.Field("phone", "request.phone.bad")
	}
	if f.Mail != "" && !mail.IsAddress(f.Mail) {
		address = phare.Field("mail", "request.mail.bad")
	}
	return []*phare.Error{name, phone, address, f.newsFault(phone)}
}

// tooLong finds answers that no one could read; nothing is ever cut.
func (f Fields) tooLong() (all []*phare.Error) {
	for _, x := range f.each() {
		limit := maxLine
		if x.long {
			limit = maxText
		}
		if utf8.RuneCountInString(*x.value) > limit {
			e := phare.Field(x.name, "request.toolong")
			e.Args = map[string]any{"Max": limit}
			all = append(all, e)
		}
	}
	return all
}

func given(name, value string) *phare.Error {
	if value == "" {
		return phare.Field(name, "request."+name+".missing")
	}
	return nil
}

func oneOf(name, value string, allowed ...string) *phare.Error {
	if !slices.Contains(allowed, value) {
		return phare.Field(name, "request."+name+".missing")
	}
	return nil
}

func (f Fields) unlessUnsure(name, value string) *phare.Error {
	if f.IsUnsure(name) {
		return nil
	}
	return given(name, value)
}

// Tidy trims what was typed and drops what no keyboard types on purpose
// (control characters, broken bytes), writes a birth date that can be read as
// 2006-01-02, and forgets "I do not know" beside an answer, but for the urgency:
// a family that does not know it is in no hurry. Words stay as they are.
func (f Fields) Tidy() Fields {
	for _, x := range f.each() {
		*x.value = keepTyped(*x.value)
		if x.long {
			*x.value = strings.TrimSpace(strings.ReplaceAll(*x.value, "\r\n", "\n"))
		} else {
			*x.value = phare.Clean(*x.value)
		}
	}
	f.BirthDate = readBirthDate(f.BirthDate)
	if f.Who == Family && f.Relation == "self" {
		f.Name = phare.Clean(f.FirstName + " " + f.FamilyName)
	}
	if f.Who == Family && f.Urgency == NotKnown {
		f.Urgency = Routine
		f.SetUnsure("urgency", true)
	}
	var unsure []string
	for _, x := range f.each() {
		open := *x.value == "" || f.Who == Family && x.name == "urgency" && *x.value == Routine
		if f.IsUnsure(x.name) && open {
			unsure = append(unsure, x.name)
		}
	}
	f.Unsure = strings.Join(unsure, " ")
	return f
}

func keepTyped(s string) string {
	return strings.Map(func(c rune) rune {
		if c == utf8.RuneError || unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r' {
			return -1
		}
		return c
	}, s)
}

// answer is one field by its name on the forms.
type answer struct {
	name  string
	value *string
	long  bool // more than one line
}

// each lists the fields that people fill in, in the order of the forms.
func (f *Fields) each() []answer {
	return []answer{
		{"platform", &f.Platform, false}, {"commune", &f.Commune, false},
		{"diagnosis", &f.Diagnosis, false}, {"disease", &f.Disease, false}, {"relation", &f.Relation, false},
		{"first_name", &f.FirstName, false}, {"family_name", &f.FamilyName, false},
		{"sex", &f.Sex, false}, {"birth_date", &f.BirthDate, false},
		{"story", &f.Story, true}, {"done", &f.Done, true}, {"question", &f.Question, true}, {"urgency", &f.Urgency, false},
		{"name", &f.Name, false}, {"place", &f.Place, true}, {"phone", &f.Phone, false}, {"mail", &f.Mail, false},
		{"news", &f.News, false}, {"centre", &f.Centre, true}, {"interpreter", &f.Interpreter, false}, {"doctor", &f.Doctor, true}, {"consent", &f.Consent, false},
	}
}

// SetUnsure says whether the field called name was answered "I do not know".
func (f *Fields) SetUnsure(name string, unsure bool) {
	words := slices.DeleteFunc(strings.Fields(f.Unsure), func(w string) bool { return w == name })
	if unsure {
		words = append(words, name)
	}
	f.Unsure = strings.Join(words, " ")
}

// Set gives the field called name on the forms a value; other names do nothing.
// A patient who asks for themselves is not asked their name twice, and it is
// forgotten as the requester's when it turns out that someone else asks.
func (f *Fields) Set(name, value string) {
	if name == "relation" && f.Relation == "self" && value != "self" {
		f.Name = ""
	}
	for _, x := range f.each() {
		if x.name == name {
			*x.value = value
		}
	}
}

// Get is the value of the field called name on the forms.
func (f Fields) Get(name string) string {
	for _, x := range f.each() {
		if x.name == name {
			return *x.value
		}
	}
	return ""
}
