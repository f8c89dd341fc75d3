package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// unsavedPage gives back a form that could not be stored.
type unsavedPage struct {
	Action string
	Fields []typedField
	Words  []string // the long ones, to be read and copied
}

// typedField is one value of a form on its way back to whoever typed it.
type typedField struct{ Name, Value string }

// secretFields are never written into a page, not even into its source: what
// opens a door, and the codes that work once. A choice's reason is no "code".
var secretFields = []string{"secret", "code", "told", "ticket"}

// carried is a form as fields for a page that gives it back, but for its
// secrets; whole is false when one was left out. A fresh proof is no loss: it is
// asked for again.
func carried(f url.Values) (all []typedField, whole bool) {
	whole = true
	for _, name := range slices.Sorted(maps.Keys(f)) {
		switch {
		case slices.Contains(proofFields, name):
			continue
		case strings.HasPrefix(name, "password"), slices.Contains(secretFields, name),
			name == "answer" && f.Has("ticket"): // of a passkey
			whole = false
			continue
		}
		for _, value := range f[name] {
			all = append(all, typedField{name, value})
		}
	}
	return all, whole
}

// longOnes are the values worth being read and copied.
func longOnes(all []typedField) (words []string) {
	for _, x := range all {
		if w := strings.TrimSpace(x.Value); utf8.RuneCountInString(w) >= longWords {
			words = append(words, w)
		}
	}
	return words
}

// showUnsaved answers a post that failed by our fault, a full disk or a database
// that is away: it says that nothing is stored for certain, and holds all that
// was typed, to be sent again as it was. Every form of the site may be sent
// twice. It is false for forms that without their secrets hold nothing.
func (s *Server) showUnsaved(v *visit) bool {
	if v.Method != http.MethodPost || readable(v.Request) != nil {
		return false
	}
	p := unsavedPage{Action: v.URL.Path}
	var whole bool
	p.Fields, whole = carried(v.PostForm)
	p.Words = longOnes(p.Fields)
	if !whole && len(p.Words) == 0 {
		return false
	}
	v.w.Header().Set("Retry-After", "30")
	return s.render(v, http.StatusServiceUnavailable, "site/unsaved", p) == nil
}
