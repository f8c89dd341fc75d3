// Package answer is what the desk writes back, in two voices from the same facts,
// for the professional and for the family: one answer of a request, or a first one
// that leaves while needs of it are open, and others after it. It
// promises that only a physician signs, that a signed text is never changed in
// silence, and that an answer is read only by who holds both its link and the
// secret of the receipt. It does not know how an expert was asked (package
// expertise) nor how a letter becomes a file (package document).
package answer

import (
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
)

// A Voice is for whom the answer is put into words.
type Voice string

// The two voices.
const (
	Professional Voice = "professional"
	Family       Voice = "family"
)

// Voices are both voices, the professional one first.
func Voices() []Voice { return []Voice{Professional, Family} }

// How an answer leaves. Only by mail does it leave through this program.
const (
	ByMail  = "mail"  // a link goes by mail; the secret of the receipt opens it
	ByPost  = "post"  // the letter is printed and posted
	ByPhone = "phone" // read aloud, the letter follows or not
	ByHand  = "hand"  // given, or sent by the secure mail of the hospital
)

// Ways are the ways that a person can choose.
func Ways() []string { return []string{ByMail, ByPost, ByPhone, ByHand} }

// The next actions that this package sets; keys under "next.".
const (
	NextSign = "sign" // the text is finished, and waits for a physician
	NextSend = "send"
)

// sendWithin is how soon a signed answer must leave.
const sendWithin = 24 * time.Hour

// longest is how long one voice can be, in characters: about eight pages.
const longest = 20_000

// Answer is one answer to a request.
type Answer struct {
	ID           phare.ID
	Platform     string
	Request      phare.ID
	Professional string
	Family       string
	Author       string // account that wrote last
	WrittenAt    time.Time
	Signer       string // account; empty: not signed
	SignerName   string
	SignedAt     time.Time
	Way          string // how it left
	SentAt       time.Time
	OpenedAt     time.Time // first reading through the link
	Version      int64     // 0: nothing is stored yet
	Round        int64     // 1: the first answer to its request

	token string // stored form of the link's secret
}

// LogValue keeps health words out of the logs: an answer prints as its id.
func (a Answer) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// String does the same for %v.
func (a Answer) String() string { return "answer " + string(a.ID) }

// Text is the answer in one voice.
func (a Answer) Text(voice Voice) string {
	if voice == Family {
		return a.Family
	}
	return a.Professional
}

// IsSigned says whether a physician stands for it.
func (a Answer) IsSigned() bool { return a.Signer != "" }

// IsSent says whether it has left.
func (a Answer) IsSent() bool { return !a.SentAt.IsZero() }

// Earlier is an answer that was signed, then taken back to be changed.
type Earlier struct {
	Professional, Family, SignerName string
	SignedAt, EndedAt                time.Time
	EndedBy                          string // name of who took it back
}

// Opinion is what one expert was asked and said, as the letters tell it.
type Opinion struct {
	Name, Place, Zone             string
	State                         string // as in package expertise: "answered", "sent", …
	SentAt, EndedAt               time.Time
	Words, Exams, Referral, Delay string // Delay: how soon, in the expert's words
}

// IsBack says whether there is an opinion to tell of.
func (o Opinion) IsBack() bool { return o.State == "answered" }

// Sheet is an answer with all the facts that it is written from.
type Sheet struct {
	Answer   Answer
	Request  request.Request
	Patient  *patient.Patient // nil until the desk has identified the patient
	Signs    []request.Sign
	Choices  []request.Choice // newest first
	Opinions []Opinion        // oldest first
	Earlier  []Earlier        // newest first
	Given    []Answer         // that left before this one, newest first
	Open     []string         // names of the needs that keep the request open
	Desk     access.Platform
	Bar      error // what keeps the answer from leaving now; nil: nothing
}

// CanGoOn says whether another answer can be begun: the last one has left, and needs
// keep the request open.
func (s Sheet) CanGoOn() bool { return s.Answer.IsSent() && s.CanWrite() }

// GoOn is the sheet of the answer that follows the one that has left.
func (s Sheet) GoOn() Sheet {
	s.Given, s.Earlier = append([]Answer{s.Answer}, s.Given...), nil
	s.Answer = Answer{Round: s.Answer.Round + 1}
	return s
}

// CanDrop says whether it is another answer that was begun and can be given up.
func (s Sheet) CanDrop() bool {
	return s.Answer.Version > 0 && !s.Answer.IsSigned() && len(s.Given) > 0
}

// Guard names the patient beside every button that signs or sends, so that the
// wrong file is noticed.
func (s Sheet) Guard() string {
	if s.Patient != nil {
		return s.Patient.Guard()
	}
	f := s.Request.Fields
	return phare.Clean(strings.ToUpper(f.FamilyName) + " " + f.FirstName)
}

// BirthDate is the other half of the guard, as 2006-01-02 or as much as is known.
func (s Sheet) BirthDate() string {
	if s.Patient != nil { // never the requester's date beside the desk's name
		return s.Patient.BirthDate
	}
	return s.Request.Fields.BirthDate
}

// Sex is that of the patient, as the desk knows it or else as it was told.
func (s Sheet) Sex() string {
	if s.Patient != nil {
		return s.Patient.Sex
	}
	return s.Request.Fields.Sex
}

// Chosen are the networks and centres that the desk chose, each once, in the
// order of the choices: the teams that an answer can propose. A person was
// chosen to be asked, which proposes nobody.
func (s Sheet) Chosen() (labels []string) {
	for _, c := range slices.Backward(s.Choices) {
		team := c.Kind == request.ChoseNetwork || c.Kind == request.ChoseOrganisation
		if team && !slices.Contains(labels, c.Label) {
			labels = append(labels, c.Label)
		}
	}
	return labels
}

// Voice is the voice that the requester reads.
func (s Sheet) Voice() Voice {
	if request.IsCare(s.Request.Fields.Who) {
		return Professional
	}
	return Family
}

// CanWrite says whether the text can be changed; a signed one can, and loses
// its signature.
func (s Sheet) CanWrite() bool {
	return s.Request.State == request.Signed || s.Request.State.CanBecome(request.Signed)
}

// AwaitsSignature says whether a finished text waits for a physician.
func (s Sheet) AwaitsSignature() bool {
	return s.Request.Next == NextSign && !s.Answer.IsSigned() && s.Answer.signable() == nil
}

// Draft is what a person typed, in both voices, over the version they saw.
type Draft struct {
	Professional, Family string
	Version              int64 // of the answer; 0: there was none
}

// accept says what keeps a draft from being kept. It may be half done.
func (d Draft) accept() (Draft, error) {
	d.Professional, d.Family = tidy(d.Professional), tidy(d.Family)
	var empty *phare.Error
	if d.Professional == "" && d.Family == "" {
		empty = phare.Field(string(Professional), "answer.empty")
	}
	return d, phare.Faults(empty, tooLong(Professional, d.Professional), tooLong(Family, d.Family))
}

func tooLong(voice Voice, s string) *phare.Error {
	if utf8.RuneCountInString(s) <= longest {
		return nil
	}
	e := phare.Field(string(voice), "answer.toolong")
	e.Args = map[string]any{"Max": longest}
	return e
}

// tidy trims each line's end; the words stay as they are.
func tidy(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// marks begin what a prepared text leaves for a person to write, in either
// language.
var marks = [...]string{"[à compléter", "[to complete"}

// unfinished says whether a text still has a place that a person must fill in.
func unfinished(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(marks[:], func(m string) bool { return strings.Contains(s, m) })
}

// signable says what keeps an answer from being signed: both voices must be
// there, and finished.
func (a Answer) signable() error {
	var all []*phare.Error
	for _, v := range Voices() {
		switch text := a.Text(v); {
		case text == "":
			all = append(all, phare.Field(string(v), "answer."+string(v)+".missing"))
		case unfinished(text):
			all = append(all, phare.Field(string(v), "answer."+string(v)+".unfinished"))
		}
	}
	return phare.Faults(all...)
}
