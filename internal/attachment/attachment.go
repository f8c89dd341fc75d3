// Package attachment keeps the files that are joined to a request: it takes a
// stream from outside (Taker), has it inspected and scanned, seals it in pieces
// and stores these in the transaction of whoever has the reason. The verbs, with
// their rights, stand in package request; here is no request and no right.
//
// What came is never on a disk in clear: the pieces are sealed in memory, wait in
// a file without a name, and go into the database as they are.
package attachment

import (
	"time"

	"phare"
	"phare/internal/inspect"
)

// Limits of what comes from outside, in bytes and files.
const (
	PublicFile  = 10 << 20 // one file, by anyone
	PublicFiles = 5        // of one request, by anyone
	PublicAll   = 25 << 20
	StaffFile   = 25 << 20 // one file, by the desk
	StaffScan   = 100 << 20
)

// State says what becomes of a file.
type State string

// The states. A file that acts, or in which a virus was found, is kept apart: it
// is part of the file and given to nobody.
const (
	Kept      State = "kept"
	Apart     State = "apart"
	Withdrawn State = "withdrawn"
)

// What the virus scanner said.
const (
	Clean   = "clean"
	Found   = "found"
	NoScan  = "none" // there is none, or it did not answer
	Virus   = "virus"
	maxName = 120 // characters of a name
)

// WithdrawnLife is how long the bytes of a withdrawn file can be put back.
const WithdrawnLife = 30 * 24 * time.Hour

// Attachment is one file joined to a request, without its bytes.
type Attachment struct {
	ID       phare.ID
	Platform string
	Draft    string   // the form it was joined to, until that is sent
	Request  phare.ID // empty: still with a draft
	Name     string   // as it was given, made safe; empty once the request was erased
	Kind     inspect.Kind
	Size     int64 // of what is kept
	State    State
	Scan     string
	Findings []string // why it is kept apart
	Pages    int
	Width    int
	Height   int
	Tags     []string // DICOM: what can tell who the patient is
	ByID     string
	ByName   string // empty: the requester
	AddedAt  time.Time

	OpenedAt      time.Time // by someone of the desk, the first time
	WithdrawnAt   time.Time
	WithdrawnName string
	Reason        string

	print  string // SHA-256 of what is kept
	key    string // of its pieces
	pieces int
	upload string // on its way: not counted twice
}

// OnlyUnclear says whether a file is kept apart only because of how it is written, so
// that its sender can make another one of it.
func (a Attachment) OnlyUnclear() bool {
	return len(a.Findings) == 1 && a.Findings[0] == inspect.Unclear
}

// IsOut says whether the bytes can be given out to the desk.
func (a Attachment) IsOut() bool { return a.State == Kept && !a.IsErased() }

// IsNew says whether the requester joined it and nobody of the desk opened it yet.
func (a Attachment) IsNew() bool { return a.IsPublic() && a.IsOut() && a.OpenedAt.IsZero() }

// IsErased says whether the bytes are gone: with the request, or long after it
// was withdrawn.
func (a Attachment) IsErased() bool { return a.key == "" || a.pieces == 0 }

// MayLeave says whether the file may be sent outside the desk: only one in which
// a scanner found nothing. Nothing that was not scanned leaves.
func (a Attachment) MayLeave() bool { return a.State == Kept && a.Scan == Clean }

// IsPublic says whether the requester joined it.
func (a Attachment) IsPublic() bool { return a.ByName == "" }

// IsPhoto says whether it is a picture.
func (a Attachment) IsPhoto() bool { return a.Kind == inspect.JPEG || a.Kind == inspect.PNG }

// Megabytes is the size in tenths of a megabyte, at least one.
func (a Attachment) Megabytes() float64 { return max(0.1, float64((a.Size+50_000)/100_000)/10) }

// IsBack says whether it was withdrawn so lately that it can be put back.
func (a Attachment) IsBack(now time.Time) bool {
	return a.State == Withdrawn && !a.IsErased() && now.Before(a.WithdrawnAt.Add(WithdrawnLife))
}
