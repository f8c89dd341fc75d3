package web

import (
	"errors"
	"net/http"
	"net/url"

	"phare"
)

// form is what a person typed and what is wrong with it, kept together so that
// a page shown again has lost nothing.
type form struct {
	Values url.Values
	Faults []fault
}

// fault is one sentence beside one field.
type fault struct {
	Field, Message string
	Busy           bool // nothing must change: there was no place
}

// posted is the form of a visit.
func posted(v *visit) form {
	v.ParseForm() // a body that cannot be read has no values, and its faults say so
	return form{Values: v.PostForm}
}

// wrong adds the faults of err to f. It is false if err is not about the input.
func (s *Server) wrong(v *visit, f *form, err error) bool {
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Kind != phare.Invalid && e.Kind != phare.Conflict && e.Kind != phare.Busy {
		return false
	}
	for _, one := range e.All() {
		f.Faults = append(f.Faults, fault{Field: one.Field, Message: s.Text.Get(v.lang, one.Key, one.Args), Busy: one.Kind == phare.Busy})
	}
	return true
}

// statusOf is the status of a page shown again because of err: something must
// change, or has changed meanwhile.
func statusOf(err error) int {
	if phare.KindOf(err) == phare.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// Get is the first value of a field.
func (f form) Get(name string) string { return f.Values.Get(name) }

// Fault is the sentence beside a field, if any.
func (f form) Fault(name string) string {
	for _, x := range f.Faults {
		if x.Field == name {
			return x.Message
		}
	}
	return ""
}

// option is one choice of a radio group or a list.
type option struct{ Value, Label string }

// field is what the parts in parts.html need to show one input: its label and
// hint are keys "PREFIX.NAME.label" and ".hint".
type field struct {
	Name, Key, Value, Fault, Type string
	Optional                      bool
	Options                       []option
	Auto                          string // autocomplete token
}

// newField makes a field inside a template:
// {{template "input" (field .Form "family_name" "request.family_name" "text")}}.
// Words after the type: "optional", "auto=TOKEN".
func newField(f form, name, key, kind string, more ...any) field {
	x := field{Name: name, Key: key, Value: f.Get(name), Fault: f.Fault(name), Type: kind}
	for _, m := range more {
		switch m := m.(type) {
		case option:
			x.Options = append(x.Options, m)
		case []option:
			x.Options = append(x.Options, m...)
		case string:
			if m == "optional" {
				x.Optional = true
			} else if len(m) > 5 && m[:5] == "auto=" {
				x.Auto = m[5:]
			}
		}
	}
	return x
}
