package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/text"
)

//go:embed templates
var templateFS embed.FS

// pageSet is every page of one language, by the name of its file without ".html".
// A page is read when it is first shown: reading all takes longer than starting.
type pageSet map[string]func() (*template.Template, error)

// frame is what the layout shows around a page.
type frame struct {
	Lang  string
	By    access.Actor
	Demo  bool
	Path  string
	Glass *glassState // the page shows a file by an exceptional access
	Page  any         // the page's own struct, dot of its templates
}

// loadPages parses layout.html and the parts, and each page with them when it is
// first shown, once per language, because a template's functions speak that language.
func (s *Server) loadPages() (map[string]pageSet, error) {
	var names []string
	err := fs.WalkDir(templateFS, "templates", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Dir(p) != "templates" {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	shared, err := fs.Glob(templateFS, "templates/*.html")
	if err != nil {
		return nil, err
	}
	all := map[string]pageSet{}
	for _, lang := range text.Langs {
		base := template.New("base").Option("missingkey=error").Funcs(s.funcs(lang))
		for _, name := range shared {
			if err := s.parse(base.New(path.Base(name)), name, lang); err != nil {
				return nil, err
			}
		}
		set := pageSet{}
		var one sync.Mutex // base is copied by one at a time
		for _, name := range names {
			set[strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")] = sync.OnceValues(func() (*template.Template, error) {
				one.Lock()
				defer one.Unlock()
				t, err := base.Clone()
				if err == nil {
					err = s.parse(t.New(path.Base(name)), name, lang)
				}
				if err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
				return t, nil
			})
		}
		all[lang] = set
	}
	return all, nil
}

// fixed are the calls of t whose sentence is the same each time.
var fixed = regexp.MustCompile(`\{\{t "([a-z0-9._-]+)"\}\}`)

// parse reads one file into t. Sentences without placeholder are written into
// the page here, once, instead of being looked up and escaped at each showing:
// they are half of what a list of fifty rows costs.
func (s *Server) parse(t *template.Template, name, lang string) error {
	source, err := templateFS.ReadFile(name)
	if err != nil {
		return err
	}
	_, err = t.Parse(fixed.ReplaceAllStringFunc(string(source), func(call string) string {
		sentence, ok := s.Text.Plain(lang, fixed.FindStringSubmatch(call)[1])
		if !ok {
			return call
		}
		return template.HTMLEscapeString(sentence)
	}))
	return err
}

// funcs are what templates can call: sentences, dates, addresses. They decide nothing.
func (s *Server) funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, args ...any) (string, error) { return s.sentence(lang, key, args) },
		"day":      func(zone string, t time.Time) string { return text.Day(lang, zone, t) },
		"date":     func(zone string, t time.Time) string { return text.ShortDay(lang, zone, t) },
		"hour":     func(zone string, t time.Time) string { return text.Hour(lang, zone, t) },
		"when":     func(t time.Time, zones ...string) string { return text.When(lang, t, zones...) },
		"dayat":    func(t time.Time, zones ...string) string { return text.DayAt(lang, t, zones...) },
		"birth":    func(date string) string { return text.BirthDate(lang, date) },
		"number":   func(n int) string { return text.Number(lang, n) },
		"number64": func(n int64) string { return text.Number(lang, int(n)) },
		"percent":  func(m orientation.Measured) string { return percent(lang, m) },
		"static":   s.static.href,
		"size":     func(n int64) string { return s.size(lang, n) },
		"born":     func(sex, date string) string { return s.born(lang, sex, date) },
		"place":    func(n int) string { return text.Ordinal(lang, n) },
		"lines":    func(s string) []string { return strings.Split(s, "\n") },
		"field":    newField,
		"boxed":    newBoxed,
		"option":   func(value, label string) option { return option{value, label} },
		"hint":     func(key string) string { return s.hint(lang, key) },
		"list":     func(all ...any) []any { return all },
	}
}

// born says when a person was born, with the ending of the sex where it is
// known: "née le 12/03/2019", "né(e) en 2019".
func (s *Server) born(lang, sex, date string) string {
	if sex != "female" && sex != "male" {
		sex = "either"
	}
	switch args := map[string]any{"Date": text.BirthDate(lang, date)}; {
	case date == "":
		return s.Text.Get(lang, "born.unknown", nil)
	case len(date) == len("2006-01-02"):
		return s.Text.Get(lang, "born.day."+sex, args)
	default:
		return s.Text.Get(lang, "born.year."+sex, args)
	}
}

// sentence is t in a template: a key, then names and values of its placeholders.
func (s *Server) sentence(lang, key string, args []any) (string, error) {
	if len(args)%2 != 0 {
		return "", fmt.Errorf("message %s: placeholders come as name and value", key)
	}
	var m map[string]any
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return "", fmt.Errorf("message %s: placeholder name %v", key, args[i])
		}
		if m == nil {
			m = map[string]any{}
		}
		m[name] = args[i+1]
		if phone, ok := args[i+1].(string); ok && name == "Phone" {
			m[name] = strings.ReplaceAll(phone, " ", "\u00a0") // a number stays on one line
		}
	}
	return s.Text.Get(lang, key, m), nil
}

// hint is the line under a label; many fields have none.
func (s *Server) hint(lang, key string) string {
	if !s.Text.Has(key + ".hint") {
		return ""
	}
	return s.Text.Get(lang, key+".hint", nil)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// page is one page of one language, ready.
func (s *Server) page(lang, name string) (*template.Template, error) {
	read := s.pages[lang][name]
	if read == nil {
		return nil, fmt.Errorf("no page %q", name)
	}
	return read()
}

// ReadPages reads every page of every language, so that no visitor waits for it
// and a fault in one is known before.
func (s *Server) ReadPages() error {
	for lang, set := range s.pages {
		for name := range set {
			if _, err := s.page(lang, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// render shows a page whole, or not at all.
func (s *Server) render(v *visit, status int, name string, page any) error {
	t, err := s.page(v.lang, name)
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	f := frame{Lang: v.lang, By: v.by, Demo: s.Demo != nil, Path: v.URL.Path, Glass: v.glass, Page: page}
	if err := t.ExecuteTemplate(b, "layout", f); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", v.lang)
	return v.send(status, b.Bytes())
}

// smallest page worth packing: less than one network packet is not.
const smallest = 1400

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// send writes a finished page. Writing fails only when the reader has left,
// which nobody can act on.
func (v *visit) send(status int, b []byte) error {
	v.w.Header().Set("Vary", "Accept-Encoding, Cookie")
	if len(b) < smallest || !acceptsGzip(v.Request) {
		v.w.WriteHeader(status)
		v.w.Write(b)
		return nil
	}
	v.w.Header().Set("Content-Encoding", "gzip")
	v.w.WriteHeader(status)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(v.w)
	z.Write(b)
	z.Close()
	return nil
}
