package phare

import (
	"errors"
	"strings"
)

// A Kind says what the caller can do about an error. Edges turn it into a
// status code; everything else only passes it on.
type Kind int

// The kinds of error. The zero value is the safe one: nothing is shown.
const (
	Internal  Kind = iota // our fault; the detail is logged, never shown
	Invalid               // the input must change
	NotFound              // no such record, or not one this actor may see
	Forbidden             // the actor may know of it but not do this
	Conflict              // the record has moved on; reload and retry
	Busy                  // there is no place now; the same again in a while
)

// Error is an error that a person can act on. It carries no sentence: Key names
// one in the catalogues, so that each edge speaks its reader's language.
type Error struct {
	Kind  Kind
	Field string         // form field at fault, if any
	Key   string         // message in the catalogues, e.g. "request.question.missing"
	Args  map[string]any // values for the message's placeholders
	Err   error          // cause, for the operator only
	More  []*Error       // further faults of the same input, in the order of its fields
}

// Error is the operator's view: the key and the cause, never the user's input.
func (e *Error) Error() string {
	s := e.Key
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Fault makes an Error of kind k with the message named key.
func Fault(k Kind, key string) *Error { return &Error{Kind: k, Key: key} }

// Field says that one field of a form must change, and why.
func Field(name, key string) *Error { return &Error{Kind: Invalid, Field: name, Key: key} }

// Faults gathers the faults of one input, so that a form shows them all at
// once. It returns nil when there is none.
func Faults(all ...*Error) error {
	var first *Error
	for _, e := range all {
		switch {
		case e == nil:
		case first == nil:
			first = e
		default:
			first.More = append(first.More, e)
		}
	}
	if first == nil {
		return nil
	}
	return first
}

// All returns e and its companions, in the order of the form's fields.
func (e *Error) All() []*Error { return append([]*Error{e}, e.More...) }

// KindOf reports the kind of err; errors from elsewhere are Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Clean trims s and folds inner runs of blanks, as every one-line field does
// before it is judged or stored.
func Clean(s string) string { return strings.Join(strings.Fields(s), " ") }
