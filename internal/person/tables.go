package person

import "slices"

// This file is the list of what a copy holds. A test walks the schema: a table with a
// key of a request or of a patient stands here, given or left with a reason, and each
// of its columns too. To add a table: one line in given, or in left; its words under
// "copy.table." and "copy.col." in the catalogue, both languages.

// part is one table that a copy gives, with the columns it gives.
type part struct {
	table    string
	where    string // $1: the request, $2: the platform, $3: its patient, or empty
	row      string // the column that names a row
	columns  []string
	left     map[string]string // the others, each with its reason: "copy.left." in the catalogue
	quiet    []string          // stand in the JSON alone: ids, versions, codes of machines
	values   map[string]string // of a column of codes: where the catalogue has them in words
	identity bool              // is of the identity: in its copy too
}

// Reasons why something is left out of a copy.
const (
	leftSecurity = "security" // keys, secrets, indexes: they would weaken the guard of the file
	leftOthers   = "others"   // of other people
	leftInternal = "internal" // how the desk shares its work; nothing of the person
	leftTwice    = "twice"    // stands in the copy elsewhere, in full
	leftProgram  = "program"  // of the program: what is done next, when it was last seen
)

const (
	ofRequest = `request = $1 AND platform = $2`
	ofPatient = `patient = $3 AND platform = $2`
)

// staff are the columns that name a colleague's account: the name stands beside it.
var staff = map[string]string{"actor": leftInternal}

func and(left map[string]string, more ...string) map[string]string {
	all := map[string]string{}
	for k, v := range left {
		all[k] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

// given are the tables of a copy, in its order.
var given = []part{
	{table: "patient", where: `id = $3 AND platform = $2`, row: "id", identity: true,
		columns: []string{"identity", "birth_name", "first_names", "used_name", "birth_date", "sex", "birth_place", "commune", "phone", "ins", "note", "doubt", "document", "checked_name", "checked_at", "asked_on", "created_at", "version"},
		left:    map[string]string{"birth_index": leftSecurity, "merged_into": leftProgram, "sounding": leftProgram, "checked_by": leftInternal},
		quiet:   []string{"version"}, values: map[string]string{"identity": "patient.identity.", "sex": "patient.sex.", "document": "identity.document."}},
	{table: "patient_version", where: ofPatient, row: "id", identity: true, columns: []string{"version", "at", "name", "content"}, left: and(staff, "patient", leftProgram)},
	{table: "patient_death", where: ofPatient, row: "patient", identity: true, columns: []string{"day", "source", "at", "name"}, left: staff},
	{table: "request", where: `id = $1 AND platform = $2`, row: "id", identity: true,
		columns: []string{"reference", "channel", "fields", "who", "urgency", "state", "guard", "awaited", "next_action", "next_at", "created_at", "first_look_at", "begun_at", "asked_at", "signed_at", "given_at", "closed_at", "close_reason", "version"},
		left: map[string]string{"secret": leftSecurity, "form": leftSecurity, "form_print": leftSecurity, "birth_index": leftSecurity, "question": leftTwice, "requester": leftTwice, "place": leftTwice,
			"initials": leftTwice, "birth_date": leftTwice, "patient": leftTwice, "owner": leftInternal, "priority": leftProgram, "stated_at": leftProgram},
		quiet:  []string{"version", "next_action", "guard"},
		values: map[string]string{"who": "desk.who.", "urgency": "desk.urgency.", "state": "desk.state.", "close_reason": "desk.closed."}},
	{table: "rectification", where: ofRequest, row: "id", identity: true, columns: []string{"field", "was", "became", "at", "name"}, left: and(staff, "ask", leftProgram, "request", leftProgram),
		values: map[string]string{"field": "ask.label."}},
	{table: "contact", where: ofPatient, row: "patient", columns: []string{"language", "interpreter", "zone"}, left: map[string]string{"version": leftProgram}, quiet: []string{"zone"}, values: map[string]string{"interpreter": "kin.interpreter."}},
	{table: "contact_rule", where: ofPatient, row: "id", columns: []string{"never", "not_before", "not_after", "days", "note", "added_name", "added_at"}, left: map[string]string{"patient": leftProgram, "number": leftOthers, "answers": leftOthers}},
	{table: "related", where: ofPatient, row: "id", columns: []string{"kind", "authority", "told", "since", "until", "added_name", "added_at"},
		left:   map[string]string{"patient": leftProgram, "person": leftOthers, "phone": leftOthers, "language": leftOthers, "document": leftOthers, "note": leftOthers, "version": leftProgram},
		values: map[string]string{"kind": "kin.kind.", "authority": "kin.authority.", "told": "kin.told."}},
	{table: "request_sign", where: ofRequest, row: "hpo", columns: []string{"hpo", "label", "presence", "at"}, left: and(staff, "request", leftProgram), values: map[string]string{"presence": "patient.sign."}},
	{table: "history", where: ofRequest, row: "id", columns: []string{"kind", "dated", "words", "source", "origin", "again", "at", "name", "ended_at", "ended_name", "why"},
		left: and(staff, "request", leftProgram, "document", leftTwice), values: map[string]string{"kind": "history.kind.", "source": "history.source."}},
	{table: "need", where: ofRequest, row: "id", columns: []string{"kind", "label", "words", "state", "outcome", "why", "remark", "created_at", "since", "ended_at"},
		left: and(staff, "request", leftProgram, "expert", leftProgram, "version", leftProgram), quiet: []string{"kind"}, values: map[string]string{"state": "need.state.", "outcome": "need.outcome.", "why": "need.why."}},
	{table: "task", where: ofRequest, row: "id", columns: []string{"side", "whom", "who", "words", "since", "due_at", "ended_at", "outcome"},
		left: and(staff, "request", leftProgram, "need", leftProgram, "holder", leftInternal, "ended_by", leftInternal), quiet: []string{"side", "outcome"}, values: map[string]string{"whom": "need.whom."}},
	{table: "reorient", where: ofRequest, row: "id", columns: []string{"why", "words", "name", "at", "decision", "said", "decided_name", "decided_at"},
		left: and(staff, "request", leftProgram, "need", leftProgram, "task", leftProgram, "decided_by", leftInternal), values: map[string]string{"why": "reorient.why.", "decision": "reorient.what."}},
	{table: "triage", where: ofRequest, row: "id", columns: []string{"decision", "words", "at", "name"}, left: and(staff, "request", leftProgram), values: map[string]string{"decision": "triage.decision."}},
	{table: "instrument_walk", where: ofRequest, row: "id", columns: []string{"edition", "signer", "taken", "title", "outcome", "urgency", "networks", "at", "name"},
		left: and(staff, "request", leftProgram, "path", leftTwice), quiet: []string{"edition", "outcome", "networks"}, values: map[string]string{"urgency": "desk.urgency."}},
	{table: "orientation", where: ofRequest, row: "id", columns: []string{"at", "knowledge", "engine", "result"}, left: and(staff, "request", leftProgram), quiet: []string{"knowledge", "engine", "result"}},
	{table: "choice", where: ofRequest, row: "id", columns: []string{"at", "kind", "label", "network", "stood", "code", "reason"}, left: and(staff, "request", leftProgram, "target", leftProgram, "orientation", leftProgram),
		quiet: []string{"kind", "network", "stood", "code"}},
	{table: "question", where: ofRequest, row: "id",
		columns: []string{"recipient", "place", "shown", "urgency", "override", "state", "sent_at", "due_at", "expires_at", "renewed_at", "opened_at", "ended_at", "read_at", "opinion", "exams", "referral", "delay", "signed_name", "rpps", "reason", "note"},
		left:    and(staff, "request", leftProgram, "person", leftProgram, "zone", leftProgram, "mail", leftOthers, "form", leftSecurity, "link_form", leftSecurity, "token", leftSecurity, "version", leftProgram, "need", leftProgram),
		quiet:   []string{"shown", "rpps"}, values: map[string]string{"urgency": "desk.urgency.", "reason": "expertise.reason."}},
	{table: "answer", where: ofRequest, row: "id", columns: []string{"professional", "family", "written_at", "signer_name", "signed_at", "way", "sent_at", "opened_at"},
		left: map[string]string{"request": leftProgram, "author": leftInternal, "signer": leftInternal, "token": leftSecurity, "round": leftProgram, "version": leftProgram}, values: map[string]string{"way": "answer.way."}},
	{table: "answer_version", where: ofRequest, row: "id", columns: []string{"professional", "family", "signer_name", "signed_at", "ended_at"}, left: map[string]string{"request": leftProgram, "answer": leftProgram, "ended_by": leftInternal}},
	{table: "consent", where: ofRequest, row: "id", columns: []string{"purpose", "kind", "outcome", "said_on", "until", "giver", "how", "assent", "about", "at"},
		left: and(staff, "request", leftProgram, "evidence", leftTwice, "replaces", leftProgram), quiet: []string{"assent"}, values: map[string]string{"outcome": "consent.outcome.", "kind": "consent.kind.", "giver": "consent.giver.", "how": "consent.how."}},
	{table: "consent_override", where: ofRequest, row: "id", columns: []string{"purpose", "kind", "why", "about", "at", "until"}, left: and(staff, "request", leftProgram), quiet: []string{"why"}, values: map[string]string{"kind": "consent.kind."}},
	{table: "consent_release", where: ofRequest, row: "id", columns: []string{"way", "purpose", "kind", "about", "at"}, left: and(staff, "request", leftProgram, "item", leftProgram, "override", leftProgram), quiet: []string{"way"}, values: map[string]string{"kind": "consent.kind."}},
	{table: "consent_told", where: ofRequest, row: "id", columns: []string{"how", "at"}, left: and(staff, "request", leftProgram, "line", leftProgram, "item", leftProgram), quiet: []string{"how"}},
	{table: "told", where: ofRequest, row: "id", columns: []string{"whom", "person", "what", "way", "at", "name", "received_at", "answered_at", "read_at"}, left: and(staff, "request", leftProgram),
		values: map[string]string{"whom": "known.whom.", "what": "known.what.", "way": "known.way."}},
	{table: "message", where: ofRequest, row: "id", columns: []string{"kind", "way", "lang", "at", "sent_at", "state", "state_at", "done_name"},
		left:  map[string]string{"request": leftProgram, "reference": leftTwice, "recipient": leftOthers, "link": leftSecurity, "facts": leftProgram, "why": leftProgram, "provider": leftProgram, "number_index": leftSecurity, "tries": leftProgram, "result": leftProgram, "done_by": leftInternal},
		quiet: []string{"kind", "lang"}, values: map[string]string{"way": "news.way."}},
	{table: "reach", where: ofRequest, row: "request", columns: []string{"way", "rule", "at"}, left: and(staff, "recipient", leftOthers), values: map[string]string{"way": "news.way."}},
	{table: "late_notice", where: ofRequest, row: "promised", columns: []string{"promised", "until", "at"}, left: map[string]string{"request": leftProgram, "base": leftProgram}},
	{table: "event", where: ofRequest + ` AND kind NOT LIKE 'circle.%' AND kind NOT LIKE 'glass.%'`, row: "id", columns: []string{"at", "name", "kind", "text", "shown_to"}, left: and(staff, "request", leftProgram), quiet: []string{"shown_to"}, values: map[string]string{"kind": "event."}},
	{table: "attachment", where: ofRequest + ` AND state = 'kept'`, row: "id", columns: []string{"kind", "size", "added_at", "by_name"},
		left: map[string]string{"request": leftProgram, "draft": leftProgram, "about": leftSecurity, "pieces": leftProgram, "state": leftProgram, "scan": leftProgram, "by_id": leftInternal, "withdrawn_at": leftProgram, "withdrawn_name": leftProgram,
			"reason": leftProgram, "opened_at": leftProgram, "displaced": leftProgram}},
	// What a message said went into the file when it became its: its words and its
	// sender stand among the events.
	{table: "arrival", where: ofRequest, row: "id", columns: []string{"channel", "came_at", "ended_at", "ended_name"},
		left: map[string]string{"request": leftProgram, "print": leftSecurity, "alike": leftSecurity, "about": leftTwice, "remark": leftTwice, "source": leftProgram, "state": leftProgram, "reason": leftProgram, "told": leftProgram,
			"holder": leftInternal, "holder_since": leftInternal, "ended_by": leftInternal, "version": leftProgram}},
	{table: "sender_request", where: ofRequest, row: "request", columns: []string{"sender", "at"}, left: map[string]string{"key": leftSecurity}},
	{table: "person_ask", where: ofRequest, row: "id", identity: true,
		columns: []string{"kind", "aspect", "giver", "way", "about", "words", "asked_on", "due_at", "extended_at", "longer", "state", "why", "decided_name", "decided_at", "lifted_why", "lifted_name", "lifted_at", "name", "at"},
		left:    and(staff, "request", leftProgram, "version", leftProgram), quiet: []string{"aspect"}, values: map[string]string{"kind": "person.kind.", "giver": "person.giver.", "way": "person.way.", "state": "person.state."}},
	{table: "person_copy", where: ofRequest, row: "id", columns: []string{"scope", "way", "recipient", "opened_at", "at", "name"}, left: and(staff, "request", leftProgram, "token", leftSecurity, "expires_at", leftProgram, "apart", leftProgram),
		values: map[string]string{"scope": "person.scope.", "way": "person.copyway."}},
	{table: "erasure", where: ofRequest, row: "id", columns: []string{"ground", "state", "asked_name", "asked_at", "ended_name", "ended_at"}, left: map[string]string{"request": leftProgram, "asked_by": leftInternal, "ended_by": leftInternal}, values: map[string]string{"ground": "erasure.ground."}},
}

// left are the tables with a key of a request or a patient that a copy does not
// give, and why.
var left = map[string]string{
	"patient_sound":         leftSecurity, // blind indexes of the name
	"request_word":          leftSecurity,
	"patient_suspect":       leftOthers, // who may be the same person is perhaps another
	"patient_merge":         leftOthers, // two identities: of the other nothing is told; the versions tell what changed
	"patient_merge_request": leftOthers,
	"kinship":               leftOthers, // family ties reveal nothing of the relative
	"circle":                leftInternal,
	"glass":                 leftTwice, // exceptional accesses stand in the list of who opened the file
	"move":                  leftTwice, // the changes of state are events
	"nudge":                 leftInternal,
	"seen":                  leftProgram,
	"upload":                leftProgram, // files on their way: once whole they are in the copy, else gone in a day
	"upload_piece":          leftProgram,
	"attachment_chunk":      leftTwice, // the files themselves are in the copy
	"track_failure":         leftSecurity,
	"audit":                 leftTwice, // the list of who opened the file is made of it
}

// never are columns of the house in every table: the platform is the desk that gives
// the copy.
var never = []string{"platform"}

func (p part) gives(column string) bool { return slices.Contains(p.columns, column) || column == p.row }
