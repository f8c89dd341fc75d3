package web

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/attachment"
	"phare/internal/request"
	"phare/internal/sender"
)

// apiPath is where other programs send requests; doc/api.md tells how.
const apiPath = "/api/v1"

// What one key may do in an hour, and at once; and how many unknown keys one
// address may show.
const (
	apiPerHour, apiBurst   = 600, 60
	wrongPerHour, wrongMax = 60, 20
	longestJSON            = 128 << 10
)

func (s *Server) apiRoutes() []Route {
	send := Policy{Key: sender.Send}
	files := send
	files.Files = true
	return []Route{
		{"GET " + apiPath + "/schema.json", Policy{Open: true}, s.apiSchema},
		{"POST " + apiPath + "/requests", send, s.apiSend},
		{"GET " + apiPath + "/requests/{reference}", Policy{Key: sender.Follow}, s.apiWhere},
		{"POST " + apiPath + "/requests/{reference}/files", files, s.apiFiles},
	}
}

// programs is what limits programs: calls by key, unknown keys by network address,
// and the forms that are being sent now.
type programs struct {
	uses, wrong *tries
	sending     *running
}

func newPrograms() programs {
	return programs{newTries(apiPerHour, apiBurst), newTries(wrongPerHour, wrongMax), &running{now: map[string]bool{}}}
}

// running are forms by their names.
type running struct {
	mu  sync.Mutex
	now map[string]bool
}

// begin says that a form is being sent; it is false when it is already.
func (r *running) begin(form string) (end func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now[form] {
		return func() {}, false
	}
	r.now[form] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.now, form)
	}, true
}

// isProgram says whether the address is one that programs call: what is wrong is
// told as JSON, also when there is no such address.
func (v *visit) isProgram() bool { return strings.HasPrefix(v.URL.Path, apiPath+"/") }

// errMethod is what a program gets that asks in another way than the address knows.
var errMethod = &phare.Error{Kind: phare.Invalid, Key: "api.method"}

// errTooOften is what a key gets that is used too often.
var errTooOften = &phare.Error{Kind: phare.Busy, Key: "api.toooften"}

// admitKey opens the key that a program shows, for what the route is for.
func (s *Server) admitKey(v *visit, what string) error {
	token := ""
	if scheme, rest, ok := strings.Cut(v.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	v.session, v.by = access.Session{}, access.Actor{} // a browser’s session is nothing here
	k, err := sender.Find(v.Context(), v.db, s.Key, token)
	switch {
	case phare.KindOf(err) == phare.NotFound && !s.programs.wrong.allow(callerOf(v.Request)), err == nil && !s.programs.uses.allow(string(k.ID)):
		return errTooOften
	case err != nil:
		return err
	}
	v.key, v.by, v.db = k, k.Actor(), v.db.For(k.Platform)
	return sender.Use(v.Context(), v.db, k, what)
}

// problem is an error for a program: RFC 9457.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Errors []problemField `json:"errors,omitempty"`
	Kept   int            `json:"kept,omitempty"` // documents, of several
}

type problemField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// showProblem answers a program with what is wrong, in the language it asked for.
func (s *Server) showProblem(v *visit, route Route, err error) {
	p := problem{Type: "about:blank", Status: http.StatusInternalServerError, Detail: s.Text.Get(v.lang, "error.internal", nil)}
	e, ok := errors.AsType[*phare.Error](err)
	switch {
	case isTooBig(err):
		p.Status, p.Detail = http.StatusRequestEntityTooLarge, s.Text.Get(v.lang, "request.form.huge", nil)
	case ok && e.Kind != phare.Internal:
		p.Status = apiStatus(e)
		p.Detail = s.Text.Get(v.lang, e.Key, e.Args)
		for _, one := range e.All() {
			if one.Field != "" {
				p.Errors = append(p.Errors, problemField{one.Field, s.Text.Get(v.lang, one.Key, one.Args)})
			}
		}
		if len(p.Errors) > 0 {
			p.Detail = s.Text.Get(v.lang, "form.problem", nil)
		}
	default:
		slog.ErrorContext(v.Context(), "the interface for programs failed", "route", route.Pattern, "err", err)
	}
	switch p.Status {
	case http.StatusUnauthorized:
		v.w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		v.w.Header().Set("Retry-After", "60")
	case http.StatusConflict:
		v.w.Header().Set("Retry-After", "1")
	}
	p.Title = http.StatusText(p.Status)
	v.json(p.Status, "application/problem+json", p)
}

func apiStatus(e *phare.Error) int {
	switch {
	case e.Key == "api.key.unknown" || e.Key == "api.key.over":
		return http.StatusUnauthorized
	case e.Key == errTooOften.Key:
		return http.StatusTooManyRequests
	case e.Key == errMethod.Key:
		return http.StatusMethodNotAllowed
	case e.Key == "api.json.type":
		return http.StatusUnsupportedMediaType
	case e.Key == "api.running":
		return http.StatusConflict
	case e.Kind == phare.Forbidden:
		return http.StatusForbidden
	case e.Kind == phare.NotFound:
		return http.StatusNotFound
	case e.Kind == phare.Busy:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity // also other words under a name that was used
}

func (v *visit) json(status int, kind string, x any) error {
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", kind+"; charset=utf-8")
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.Header().Set("Content-Language", v.lang)
	v.w.WriteHeader(status)
	v.w.Write(append(b, '\n')) // fails only when the reader has left
	return nil
}

// apiReceipt is what a program is told of what it sent. The secret of the receipt is
// not among it: the program follows by its key.
type apiReceipt struct {
	Reference  string    `json:"reference"`
	StoredAt   time.Time `json:"stored_at"`
	NextNewsBy time.Time `json:"next_news_by"`
	Again      bool      `json:"again"`
}

func (s *Server) apiSend(v *visit) error {
	if kind, _, err := mime.ParseMediaType(v.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return phare.Field("Content-Type", "api.json.type")
	}
	form, err := sender.FormOf(s.Key, v.key, v.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	f, err := readFields(http.MaxBytesReader(v.w, v.Body, longestJSON))
	if err != nil {
		return err
	}
	arrived(v.w, v.Request)
	if f.Lang == "" {
		f.Lang = v.lang
	}
	end, ok := s.programs.sending.begin(form)
	defer end()
	if !ok {
		return phare.Fault(phare.Conflict, "api.running")
	}
	receipt, err := sender.SendOne(v.Context(), v.db, s.Key, v.key, form, f)
	if e, ok := errors.AsType[*phare.Error](err); ok && e.Key == "request.form.edited" {
		err = phare.Field("Idempotency-Key", "api.idem.used")
	}
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if receipt.Again {
		status = http.StatusOK
	}
	v.w.Header().Set("Location", apiPath+"/requests/"+receipt.Reference)
	return v.json(status, "application/json", apiReceipt{receipt.Reference, receipt.StoredAt, receipt.NextAt, receipt.Again})
}

// apiNames are the fields that a program can send: those of the form, but for where
// it goes, which its key says.
func apiNames() []string {
	names := []string{"who", "unsure", "lang"}
	for _, who := range request.Kinds() {
		for _, x := range request.Form(who) {
			if x.Name != "platform" && !slices.Contains(names, x.Name) {
				names = append(names, x.Name)
			}
		}
	}
	return names
}

// readFields reads a request as JSON: one object of texts, "unsure" a list of names.
func readFields(body io.Reader) (f request.Fields, err error) {
	var said map[string]json.RawMessage
	in := json.NewDecoder(body)
	if err := in.Decode(&said); err != nil || said == nil {
		if isTooBig(err) {
			return f, err
		}
		return f, phare.Field("body", "api.json.bad")
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return f, phare.Field("body", "api.json.bad")
	}
	var faults []*phare.Error
	known := apiNames()
	for name, raw := range said {
		switch {
		case !slices.Contains(known, name):
			faults = append(faults, phare.Field(short(name), "api.field.unknown"))
		case name == "unsure":
			var all []string
			if json.Unmarshal(raw, &all) != nil {
				faults = append(faults, phare.Field(name, "api.field.list"))
			}
			for _, x := range all {
				f.SetUnsure(x, slices.Contains(known, x))
			}
		default:
			var value string
			if json.Unmarshal(raw, &value) != nil {
				faults = append(faults, phare.Field(name, "api.field.text"))
			}
			setField(&f, name, value)
		}
	}
	slices.SortFunc(faults, func(a, b *phare.Error) int { return strings.Compare(a.Field, b.Field) })
	return f, phare.Faults(faults...)
}

func setField(f *request.Fields, name, value string) {
	switch name {
	case "who":
		f.Who = value
	case "lang":
		if value == "fr" || value == "en" {
			f.Lang = value
		}
	default:
		f.Set(name, value)
	}
}

// short is a name that a stranger chose, for a sentence.
func short(name string) string {
	name = strings.Map(keepText, name)
	if r := []rune(name); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return name
}

// apiWhere is where a request stands: the same steps as the tracking page.
type apiWhere struct {
	Reference  string     `json:"reference"`
	State      string     `json:"state"`
	Late       bool       `json:"late"`
	NextNewsBy *time.Time `json:"next_news_by,omitempty"`
	Steps      []apiStep  `json:"steps"`
}

type apiStep struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

func (s *Server) apiWhere(v *visit) error {
	_, at, err := sender.Where(v.Context(), v.db, v.key, v.PathValue("reference"))
	if err != nil {
		return err
	}
	if err := answer.Withhold(v.Context(), v.db, &at); err != nil {
		return err
	}
	w := apiWhere{Reference: at.Reference, Late: at.Late, Steps: []apiStep{}}
	if !at.NextAt.IsZero() {
		w.NextNewsBy = &at.NextAt
	}
	for _, x := range at.Steps {
		if x.Done {
			w.Steps = append(w.Steps, apiStep{x.Name, x.At})
		}
		if x.Now {
			w.State = x.Name
		}
	}
	return v.json(http.StatusOK, "application/json", w)
}

// apiFiles joins documents to a request that the same sender sent.
func (s *Server) apiFiles(v *visit) error {
	id, _, err := sender.Where(v.Context(), v.db, v.key, v.PathValue("reference"))
	if err != nil {
		return err
	}
	kept, faults, err := s.upload(v, v.by, nil, func(t *attachment.Taken) error {
		return request.AttachByReference(v.Context(), v.db, v.by, id, t)
	})
	if err != nil {
		return err
	}
	if len(faults) == 0 {
		return v.json(http.StatusOK, "application/json", map[string]int{"kept": kept})
	}
	p := problem{Type: "about:blank", Kept: kept, Status: statusOfUpload(v, faults), Detail: s.Text.Get(v.lang, "form.problem", nil)}
	p.Title = http.StatusText(p.Status)
	for _, x := range faults {
		p.Errors = append(p.Errors, problemField{x.Field, x.Message})
	}
	return v.json(p.Status, "application/problem+json", p)
}
