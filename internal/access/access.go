// Package access says who may do what: platforms, accounts, roles, rights,
// sessions, and the keyed hashes behind secrets and links. Every verb of the
// house takes an Actor and asks it first; nothing takes the actor from a context.
package access

import (
	"slices"

	"phare"
	"phare/internal/store"
)

// A Right is one kind of thing that a person may do.
type Right string

// The rights. Which role has which is the table below.
const (
	SubmitRequest  Right = "request.submit"  // send a request in
	ReadRequest    Right = "request.read"    // see the work list and open files
	TriageRequest  Right = "request.triage"  // take, assign, await, close
	EditPatient    Right = "patient.edit"    // identify the patient, enter signs
	Orient         Right = "orient"          // rank, choose recipients, ask an expert
	WriteAnswer    Right = "answer.write"    // prepare the answer
	SignAnswer     Right = "answer.sign"     // sign it
	SendAnswer     Right = "answer.send"     // send it to the requester
	AnswerQuestion Right = "question.answer" // give an opinion through a signed link
	ReadLetter     Right = "letter.read"     // read one's answer through a signed link
	ReadReport     Right = "report.read"     // see counts, never a file
	ReadDirectory  Right = "directory.read"
	EditDirectory  Right = "directory.edit"
	OwnEntry       Right = "entry.own"        // see and end one's sessions, keep one's passkeys
	ManageAccounts Right = "account.manage"   // invite, change roles, end accounts, review rights
	ConfirmHelp    Right = "account.confirm"  // be the second person when someone lost a way in
	SwitchModule   Right = "module.switch"    // switch the ranking from signs on or off
	ReadInstrument Right = "instrument.read"  // the tree and the sheets in use
	ReadDraft      Right = "instrument.draft" // what is not signed, and all versions
	EditInstrument Right = "instrument.edit"
	SignInstrument Right = "instrument.sign" // bring a text into use
	ReadAccesses   Right = "audit.file"      // see by name who opened a file
	ManageCircle   Right = "circle.manage"   // who is in the circle of a file; confidential files
	SwitchCircle   Right = "circle.switch"   // one circle for the desk, or one a file
	BreakGlass     Right = "glass.break"     // open a file from outside its circle, for an hour, to read
	ReviewGlass    Right = "glass.review"    // judge such accesses of others
	ReadTrail      Right = "audit.read"      // see whether the trail is signed and witnessed; no file
	AskErasure     Right = "erasure.ask"     // ask that a file be erased
	ConfirmErasure Right = "erasure.confirm" // be the second person; no file is shown
	NoteAsk        Right = "ask.note"        // write down what a person asks of their data; copy of an identity
	DecideAsk      Right = "ask.decide"      // decide about it; copy of the whole file
	ReadLimited    Right = "limited.read"    // read a file whose use is limited
	KeepRules      Right = "retention.edit"  // say how long what is kept, see what is due
)

// A Role is what a person is at the desk.
type Role string

// The roles of the desk, and the four ways of being there without an account.
const (
	Nurse     Role = "nurse"
	Secretary Role = "secretary"
	Physician Role = "physician"
	Director  Role = "director"
	Admin     Role = "admin"
	Public    Role = "public" // anyone, at the public form
	Expert    Role = "expert" // the bearer of a signed link to one question
	Reader    Role = "reader" // the bearer of a link to one answer, and its secret
	Sender    Role = "sender" // another program, with a key that an administrator made for it
	System    Role = "system" // jobs and commands of the operator
)

var rights = map[Role][]Right{
	Nurse: {OwnEntry, NoteAsk, SubmitRequest, ReadRequest, TriageRequest, EditPatient, Orient, WriteAnswer, SendAnswer, ReadReport, ReadDirectory, EditDirectory,
		ReadInstrument, ReadDraft, EditInstrument, ManageCircle, BreakGlass},
	Secretary: {OwnEntry, NoteAsk, SubmitRequest, ReadRequest, TriageRequest, EditPatient, SendAnswer, ReadReport, ReadDirectory, EditDirectory,
		ReadInstrument, ReadDraft},
	Physician: {OwnEntry, NoteAsk, DecideAsk, ReadLimited, KeepRules, ConfirmHelp, SubmitRequest, ReadRequest, TriageRequest, EditPatient, Orient, WriteAnswer, SignAnswer, SendAnswer, ReadReport, ReadDirectory, EditDirectory,
		ReadInstrument, ReadDraft, EditInstrument, SignInstrument, SwitchModule, ReadAccesses, ReadTrail, AskErasure, ConfirmErasure,
		ManageCircle, SwitchCircle, BreakGlass, ReviewGlass},
	Director: {OwnEntry, ConfirmHelp, ReadReport, ReadInstrument, ReadTrail, ConfirmErasure},
	Admin:    {OwnEntry, KeepRules, ConfirmHelp, ManageAccounts, ReadInstrument, SwitchModule, SwitchCircle, ReadTrail},
	Public:   {SubmitRequest},
	Expert:   {AnswerQuestion},
	Reader:   {ReadLetter},
	Sender:   {SubmitRequest},
	System:   {},
}

// Rights are all rights, in the order in which they are read aloud.
func Rights() []Right {
	return []Right{
		SubmitRequest, ReadRequest, TriageRequest, EditPatient, Orient, AnswerQuestion,
		WriteAnswer, SignAnswer, SendAnswer, ReadLetter,
		ReadDirectory, EditDirectory, ReadInstrument, ReadDraft, EditInstrument, SignInstrument, SwitchModule,
		ReadReport, ReadAccesses, ManageCircle, BreakGlass, ReviewGlass, SwitchCircle, NoteAsk, DecideAsk, ReadLimited, AskErasure, ConfirmErasure, KeepRules, ReadTrail, OwnEntry, ManageAccounts, ConfirmHelp,
	}
}

// RightsOf are the rights of a role.
func RightsOf(r Role) []Right { return slices.Clone(rights[r]) }

// Roles are the roles of the table, the program's own left out: it has none of
// these rights and is asked by its name.
func Roles() []Role { return append(StaffRoles(), Public, Expert, Reader, Sender) }

// StaffRoles are the roles that an account can have.
func StaffRoles() []Role { return []Role{Nurse, Secretary, Physician, Director, Admin} }

// Actor is who acts. It is made by a session, a link or a command, and passed
// on explicitly.
type Actor struct {
	ID       string // account id, "public", "link:"+question id, "system"
	Platform string // the only platform whose records this actor can reach
	Role     Role
	Name     string // as shown beside what they did; empty for the public
}

// Can says whether the actor has the right.
func (a Actor) Can(r Right) bool { return slices.Contains(rights[a.Role], r) }

// Check is nil if the actor has the right, else a Forbidden error.
func (a Actor) Check(r Right) error {
	if a.Platform != "" && a.Can(r) {
		return nil
	}
	return phare.Fault(phare.Forbidden, "error.forbidden")
}

// IsStaff says whether the actor has an account.
func (a Actor) IsStaff() bool { return slices.Contains(StaffRoles(), a.Role) }

// Anyone is the public at the door of one platform.
func Anyone(platform string) Actor { return Actor{ID: "public", Platform: platform, Role: Public} }

// Machine is the program itself, acting for one platform.
func Machine(platform string) Actor { return Actor{ID: "system", Platform: platform, Role: System} }

// Act is what the actor does to subject, as what the trail notes it: with the
// role it was done in.
func (a Actor) Act(verb, subject string) store.Act {
	return store.Act{Platform: a.Platform, Actor: a.ID, Role: string(a.Role), Verb: verb, Subject: subject}
}
