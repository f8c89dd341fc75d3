// Package orientation ranks rare diseases, and the networks that know them,
// against the signs of one person. Rank is a pure function of its knowledge: no
// clock, no database, no net, no floating point; the same question to the same
// knowledge and version gives the same answer bit for bit, and every score is
// the sum of lines that name a sign. RankFile and Eval, which read files of
// cases, also take the time. It orients, it does not diagnose: it knows
// neither how common a disease is nor whether the person has one, and its
// scores are not probabilities. What a caller may show is in doc/orientation.md.
package orientation

import "phare/internal/term"

// Version names the method and its parameters. It changes with anything that
// may change a score.
const Version = "nb-3"

// Limit is the number of entries of a Result when the Query asks for none.
const Limit = 50

// Query is what is known of one person. It is stored with the result.
type Query struct {
	Observed []string `json:"observed"`           // HPO ids of signs that are there
	Excluded []string `json:"excluded,omitempty"` // HPO ids of signs looked for and not there
	Sex      string   `json:"sex,omitempty"`      // "MALE", "FEMALE" or else; recorded, not scored
	Onset    string   `json:"onset,omitempty"`    // HPO onset id or ISO 8601 age ("P2Y6M"), may be empty
	AgeLast  string   `json:"last,omitempty"`     // ISO 8601 age when last seen; recorded, not scored
	Asked    []string `json:"asked,omitempty"`    // HPO ids asked about without an answer; recorded, not scored, see Next
	// Candidates is empty for all families of the knowledge, one entry each.
	// "OMIM" (or another prefix) ranks only those that have a code of that
	// source: for comparisons with published figures.
	Candidates string `json:"candidates,omitempty"`
	Limit      int    `json:"limit,omitempty"` // entries wanted; 0: Limit
}

// Result is the answer to a Query. It holds all that is needed to compute it
// again, see Replay.
type Result struct {
	Engine    string            `json:"engine"`              // Version
	Knowledge string            `json:"knowledge"`           // digest of the knowledge
	Query     Query             `json:"query"`               // as asked
	Signs     []string          `json:"signs"`               // observed signs as understood, live ids, without doubles
	Entries   []Entry           `json:"entries"`             // best first; only what shares a sign with the person
	Networks  []NetworkScore    `json:"networks"`            // all of the knowledge, best first
	Unknown   []string          `json:"unknown,omitempty"`   // ids that the knowledge does not have
	NotSigns  []string          `json:"not_signs,omitempty"` // known terms that are not phenotypic abnormalities
	Replaced  map[string]string `json:"replaced,omitempty"`  // obsolete or alternative id → live id
	Ignored   []string          `json:"ignored,omitempty"`   // least informative signs over the maxSigns that are counted
	// Abstain is a message key when the signs are too few or too vague for the
	// list to be shown without saying so, and empty otherwise.
	Abstain string `json:"abstain,omitempty"`
}

// The reasons to abstain.
const (
	AbstainFew   = "orientation.abstain.few"   // fewer than minSigns signs
	AbstainVague = "orientation.abstain.vague" // signs that most diseases share
)

// Entry is one disease of the list: a family of codes that mean the same.
type Entry struct {
	Family  string   `json:"family"`            // id shown first
	Aliases []string `json:"aliases,omitempty"` // other codes of the family, by id
	Profile string   `json:"profile"`           // the code whose signs come first; nb-1: the one that gave the score
	Score   int64    `json:"score"`             // 1/65536 nat, comparable within one Result only
	Support Support  `json:"support"`           // words for a person
	Lines   []Line   `json:"lines,omitempty"`   // filled in by Explain; weights sum to Score
}

// Support says in words how far the sources bear an entry out, compared to the
// other entries of the same list. How often each word is right is measured, see
// Calibration.
type Support string

// The levels of support, by share of the weight of the list. An answer that
// abstains is never more than weak.
const (
	Strong Support = "strong"
	Medium Support = "medium"
	Weak   Support = "weak"
)

// Kind says what a line of an explanation is about.
type Kind string

// The kinds of line.
const (
	Supports Kind = "supports"  // seen in the person; the disease has it or a more precise sign
	Partial  Kind = "partial"   // seen in the person; the disease has a neighbour of it
	Missing  Kind = "missing"   // seen in the person; the sources do not have it in this disease
	Contrary Kind = "contrary"  // excluded in the person but a sign of the disease, or the reverse
	NotAsked Kind = "not-asked" // a sign of the disease, neither seen nor excluded in the person
	Onset    Kind = "onset"     // the age at which it began
)

// Line is one reason for a score.
type Line struct {
	Kind    Kind      `json:"kind"`
	Term    string    `json:"term,omitempty"`   // sign of the person; of the disease for contrary and not-asked
	Via     string    `json:"via,omitempty"`    // the other side's sign that was compared to it, if not the same
	Shared  string    `json:"shared,omitempty"` // for partial: what the two signs have in common
	Weight  int64     `json:"weight"`           // 1/65536 nat; above 0 speaks for the disease
	Freq    term.Freq `json:"freq"`             // how often the disease has it
	Sources []string  `json:"sources,omitempty"`
	Code    string    `json:"code,omitempty"` // whose annotation it is: a code of the family, or a broader one
}

// NetworkScore is one network of the list.
type NetworkScore struct {
	Slug    string  `json:"id"`
	Score   int64   `json:"score"` // share of the list's weight, 1/65536
	Support Support `json:"support"`
}
