package store

import (
	"slices"
	"strings"
)

// sealedTable lists the sealed columns of one table.
type sealedTable struct {
	table, row string // its name, and the column that names a row
	kind, of   string // the file: "request", and the column that holds its id
	columns    []string
}

// sealedTables are all sealed columns of the house: identities, contacts of
// families and free text. In clear stay statuses, dates of the pathway, codes
// and what the work lists sort and count by.
var sealedTables = []sealedTable{
	{"patient", "id", "patient", "id", []string{"birth_name", "first_names", "used_name", "birth_date", "birth_place", "commune", "phone", "ins", "note"}},
	{"patient_version", "id", "patient", "patient", []string{"content"}},
	{"related", "id", "patient", "patient", []string{"person", "phone", "language", "document", "note"}},
	{"contact", "patient", "patient", "patient", []string{"language"}},
	{"contact_rule", "id", "patient", "patient", []string{"number", "answers", "note"}},
	{"patient_merge", "id", "patient", "kept", []string{"reason", "undo_why"}},
	{"request", "id", "request", "id", []string{"fields", "form_print", "question", "requester", "place", "initials", "birth_date"}},
	{"event", "id", "request", "request", []string{"text"}},
	{"orientation", "id", "request", "request", []string{"result"}},
	{"choice", "id", "request", "request", []string{"reason"}},
	{"question", "id", "request", "request", []string{"shown", "override", "opinion", "exams", "referral", "delay", "note"}},
	{"answer", "id", "request", "request", []string{"professional", "family"}},
	{"answer_version", "id", "request", "request", []string{"professional", "family"}},
	{"message", "id", "request", "request", []string{"recipient", "link"}},
	{"reach", "request", "request", "request", []string{"recipient", "rule"}},
	{"instrument_walk", "id", "request", "request", []string{"taken", "title"}},
	{"history", "id", "request", "request", []string{"dated", "words", "origin", "why"}},
	{"told", "id", "request", "request", []string{"person"}},
	{"circle", "id", "request", "request", []string{"why"}},
	{"need", "id", "request", "request", []string{"words", "remark"}},
	{"task", "id", "request", "request", []string{"who", "words"}},
	{"reorient", "id", "request", "request", []string{"words", "said"}},
	{"triage", "id", "request", "request", []string{"words"}},
	{"glass", "id", "request", "request", []string{"words", "remark"}},
	{"consent", "id", "request", "request", []string{"about"}},
	{"consent_override", "id", "request", "request", []string{"about"}},
	{"person_ask", "id", "request", "request", []string{"about", "words", "longer", "why", "lifted_why"}},
	{"rectification", "id", "request", "request", []string{"was", "became"}},
	{"person_copy", "id", "request", "request", []string{"recipient"}},
	{"patient_death", "patient", "patient", "patient", []string{"day", "source"}},
	{"consent_release", "id", "request", "request", []string{"about"}},
	{"account", "id", "account", "id", []string{"totp"}},
	{"session", "id", "account", "account", []string{"hint"}},
	{"draft", "form", "draft", "form", []string{"fields", "code", "open_form"}},
	// The pieces of a file (attachment_chunk) are sealed with a key that stands in
	// "about", which belongs to the request, and to the draft until it is sent.
	{"attachment", "id", "request", "request", []string{"about", "reason"}},
	{"attachment", "id", "draft", "draft", []string{"about", "reason"}},
	{"upload", "id", "request", "request", []string{"about"}}, // and its pieces likewise
	{"upload", "id", "draft", "draft", []string{"about"}},
	// What arrived has no draft: its files stand under its own id.
	{"attachment", "id", "arrival", "draft", []string{"about", "reason"}},
	{"arrival", "id", "arrival", "id", []string{"about", "remark"}},
}

// known stops the program at the first use of a column that is not on the list:
// what is not listed would neither be sealed anew nor checked.
func known(column string) {
	table, name, _ := strings.Cut(column, ".")
	for _, t := range sealedTables {
		if t.table == table && slices.Contains(t.columns, name) {
			return
		}
	}
	panic("column " + column + " is not among the sealed ones (store/sealed.go)")
}

// IsSealed says whether a column is sealed.
func IsSealed(table, column string) bool {
	return slices.ContainsFunc(sealedTables, func(t sealedTable) bool { return t.table == table && slices.Contains(t.columns, column) })
}

// subjectOf names the file that a row belongs to.
func (t sealedTable) subjectOf(id string) string { return t.kind + "/" + id }
