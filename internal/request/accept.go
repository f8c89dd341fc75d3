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
func (f Fields) faults(now time.Time) (all []*phare.Error) {
	facts := Form(f.Who)
	if facts == nil {
		all, facts = append(all, phare.Field("who", "request.who.missing")), Form(GP)
	}
	for _, x := range facts {
		switch x.Name {
		case "phone":
			all = append(all, f.contactFaults()...)
		case "mail", "news", "centre": // with the telephone
		default:
			all = append(all, f.fault(x, now))
		}
	}
	return append(all, f.tooLong()...)
}

// fault is what is wrong with one answer, or nil.
func (f Fields) fault(x Fact, now time.Time) *phare.Error {
	value, of := f.Get(x.Name), Answers(x.Name)
	switch {
	case x.Name == "consent" && value != "yes":
		return phare.Field("consent", "request.consent.missing")
	case x.Name == "name" && f.Who == Family && f.Relation == "self":
		return nil // it is the patient's
	case x.Name == "birth_date" && value != "" && !isBirthDate(value, now):
		return phare.Field("birth_date", "request.birth_date.bad")
	case x.Name == "close_mail" && value != "" && !mail.IsAddress(value):
		return phare.Field("close_mail", "request.mail.bad")
	case x.Name == "close_phone" && value != "" && !isPhone(value):
		return phare.Field("close_phone", "request.phone.bad")
	case value != "" && len(of) > 0 && !slices.Contains(of, value):
		return missing(x.Name)
	case value != "" || !f.Asks(x):
		return nil
	case x.Need == Required, x.Need == UnlessUnsure && !f.IsUnsure(x.Name):
		return missing(x.Name)
	case x.Need == Either && x.Name == "first_name" && f.FamilyName == "":
		return phare.Field("first_name", "request.name.either")
	}
	return nil
}

// missing are the sentences for what must be answered, or was answered with
// what no page offers.
func missing(name string) *phare.Error { return phare.Field(name, "request."+name+".missing") }

// contactFaults are those of how to reach who asks: one way is enough, for a
// family a postal address too.
func (f Fields) contactFaults() []*phare.Error {
	var phone, address *phare.Error
	reach := f.Phone + f.Mail
	if f.Who == Family {
		reach += f.Place
	}
	switch {
	case reach == "" && f.Who == Family:
		phone = phare.Field("phone", "request.contact.family")
	case reach == "":
		phone = phare.Field("phone", "request.contact.missing")
	case f.Phone != "" && !isPhone(f.Phone):
		phone = phare.Field("phone", "request.phone.bad")
	}
	if f.Mail != "" && !mail.IsAddress(f.Mail) {
		address = phare.Field("mail", "request.mail.bad")
	}
	return []*phare.Error{phone, address, f.newsFault(phone)}
}

func isPhone(s string) bool {
	n := len(digitsOf(s))
	return n >= 6 && n <= 15
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
	f.BirthDate, f.Came = readBirthDate(f.BirthDate), readBirthDate(f.Came)
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
		{"diagnosis", &f.Diagnosis, false}, {"disease", &f.Disease, false}, {"followed", &f.Followed, false}, {"since", &f.Since, false},
		{"platform", &f.Platform, false}, {"commune", &f.Commune, false}, {"relation", &f.Relation, false},
		{"first_name", &f.FirstName, false}, {"family_name", &f.FamilyName, false},
		{"sex", &f.Sex, false}, {"birth_date", &f.BirthDate, false},
		{"story", &f.Story, true}, {"done", &f.Done, true}, {"question", &f.Question, true}, {"urgency", &f.Urgency, false},
		{"name", &f.Name, false}, {"place", &f.Place, true}, {"phone", &f.Phone, false}, {"mail", &f.Mail, false},
		{"news", &f.News, false}, {"centre", &f.Centre, true},
		{"interpreter", &f.Interpreter, false}, {"job", &f.Job, false},
		{"treating", &f.Treating, false}, {"doctor", &f.Doctor, true}, {"aware", &f.Aware, false},
		{"close_name", &f.CloseName, false}, {"close_phone", &f.ClosePhone, false}, {"close_mail", &f.CloseMail, false},
		{"consent", &f.Consent, false}, {"consent_by", &f.ConsentBy, false},
		{"channel", &f.Channel, false}, {"came", &f.Came, false}, {"promised", &f.Promised, true},
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

// Longest is how many characters the field called name holds.
func Longest(name string) int {
	var f Fields
	for _, x := range f.each() {
		if x.name == name && x.long {
			return maxText
		}
	}
	return maxLine
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
