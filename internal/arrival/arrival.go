// Package arrival keeps what came by mail, MSSanté or paper and belongs to no
// request yet (lesson 8): a message a gateway dropped into a folder, a letter that
// the desk scanned. It promises that nothing that came is lost or taken twice, that
// each has someone named to resolve it, that only who may triage sees it and that
// each look is written, and that no person is ever guessed: someone of the desk
// names the request it is for, makes a new one of it, or puts it aside and says why.
//
// An arrival is sealed with a key of its own, which goes with it.
package arrival

import (
	"log/slog"
	"time"

	"phare"
	"phare/internal/attachment"
	"phare/internal/eml"
	"phare/internal/request"
)

// Channels by which something arrives.
const (
	Mail   = request.Mail
	MSS    = request.MSS
	Letter = request.Letter
	Fax    = request.Fax
)

// Channels are those of the page, in its order.
func Channels() []string { return []string{Mail, MSS, Letter, Fax} }

// A State says what became of an arrival.
type State string

// The states. Aside is undone while it is kept.
const (
	Waiting State = "waiting"
	Matched State = "matched" // it is an existing request's
	Made    State = "made"    // a new request was made of it
	Aside   State = "aside"
)

// AsideLife is how long what was put aside is kept, and what was matched can be parted
// again.
const AsideLife = 30 * 24 * time.Hour

// Why an arrival is put aside.
const (
	Spam   = "spam"
	NotOur = "not-ours"  // for another team
	Twice  = "duplicate" // it came another way before
	Empty  = "empty"     // nothing in it, or not to be read
)

// Reasons are those of the page.
func Reasons() []string { return []string{NotOur, Twice, Empty, Spam} }

// Tellings are how the sender of something that is not ours was told so. Nobody of
// them is left without a word: "nothing" is for what is not theirs.
func Tellings() []string { return []string{"mail", "phone", "post", "nothing"} }

// Limits of the files of one arrival, by anyone.
const (
	maxFiles = eml.MaxFiles
	maxBytes = 60 << 20
)

// About is what an arrival says, sealed.
type About struct {
	From    string     `json:"from,omitempty"`    // as it calls itself
	Address string     `json:"address,omitempty"` // as it says; nobody checked it
	Subject string     `json:"subject,omitempty"`
	SentAt  time.Time  `json:"sent_at,omitzero"`
	Words   string     `json:"words,omitempty"`
	HTML    bool       `json:"html,omitempty"`
	Left    []eml.Left `json:"left,omitempty"`  // what was not kept, and why
	Alike   bool       `json:"alike,omitempty"` // another message bore the same name

	Joined *request.Joined `json:"joined,omitempty"` // to which request, while it can be undone
}

// Arrival is one thing that came.
type Arrival struct {
	ID       phare.ID
	Platform string
	Channel  string
	Source   string // "folder" or "desk"
	About    About
	CameAt   time.Time
	State    State
	Version  int64

	Holder, HolderName string // who is to resolve it; empty: nobody is left
	HolderSince        time.Time

	Request   phare.ID
	Reference string
	Reason    string
	Told      string // a code
	Remark    string // what the sender was told
	EndedAt   time.Time
	EndedName string

	Files []attachment.Attachment
	Count int  // of files
	Late  bool // nobody resolved it within a working day
}

// LogValue keeps what came out of the logs: an arrival prints as its id.
func (a Arrival) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// String does the same for %v.
func (a Arrival) String() string { return "arrival " + string(a.ID) }

// IsOpen says whether somebody has still to resolve it.
func (a Arrival) IsOpen() bool { return a.State == Waiting }

// IsBack says whether it was put aside so lately that it can be taken up again.
func (a Arrival) IsBack(now time.Time) bool {
	return a.State == Aside && now.Before(a.EndedAt.Add(AsideLife))
}

// CanPart says whether it was matched so lately that it can be parted again.
func (a Arrival) CanPart(now time.Time) bool {
	return a.State == Matched && a.About.Joined != nil && now.Before(a.EndedAt.Add(AsideLife))
}

// Missed is how many of its parts were not kept, but for those that another is the
// same as.
func (a Arrival) Missed() (n int) {
	for _, l := range a.About.Left {
		if l.Why != "same" && l.Why != eml.Words {
			n++
		}
	}
	return n
}

// Title is what a list calls it.
func (a Arrival) Title() string {
	if a.About.Subject != "" {
		return a.About.Subject
	}
	return phare.Clean(firstOf(a.About.Words, 80))
}

func firstOf(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// place is where the files of an arrival stand.
func place(platform string, id phare.ID) attachment.Place {
	return attachment.Place{Platform: platform, Draft: string(id), Subject: subject(id), Files: maxFiles, Bytes: maxBytes}
}

// subject names the key of an arrival.
func subject(id phare.ID) string { return "arrival/" + string(id) }

// Fields are what an arrival gives a new request to begin with: who wrote and their
// words, never a patient. ask 23: nobody types again what came in writing.
func (a Arrival) Fields(day string) request.Fields {
	words := a.About.Words
	if a.About.Subject != "" {
		words = a.About.Subject + "\n\n" + words
	}
	return request.Fields{Channel: a.Channel, Came: day, Name: a.About.From, Mail: a.About.Address, Story: firstOf(words, longestStory)}
}

// longestStory is what a request's story holds, in characters; the whole stands in
// its timeline.
const longestStory = 8000
