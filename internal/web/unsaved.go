package web

import (
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"
)

// unsavedPage gives back a form that could not be stored.
type unsavedPage struct {
	Action string
	Fields []typedField
	Words  []string // the long ones, to be read and copied
}

type typedField struct{ Name, Value string }

// showUnsaved answers a post that failed by our fault, a full disk or a database
// that is away: it says that nothing is stored for certain, and holds all that
// was typed, to be sent again as it was. Every form of the site may be sent
// twice. It is false for forms that carry a secret, which no page repeats.
func (s *Server) showUnsaved(v *visit) bool {
	if v.Method != http.MethodPost || readable(v.Request) != nil {
		return false
	}
	p := unsavedPage{Action: v.URL.Path}
	for _, name := range slices.Sorted(maps.Keys(v.PostForm)) {
		if name == "password" || name == "secret" || name == "code" {
			return false
		}
		for _, value := range v.PostForm[name] {
			p.Fields = append(p.Fields, typedField{name, value})
			if utf8.RuneCountInString(value) >= longWords {
				p.Words = append(p.Words, value)
			}
		}
	}
	v.w.Header().Set("Retry-After", "30")
	return s.render(v, http.StatusServiceUnavailable, "site/unsaved", p) == nil
}
