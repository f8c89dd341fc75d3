// Package web is the pages: it turns requests into calls of one verb, and their
// results into HTML. It knows every room and no SQL; a handler that needs an if
// about the domain is a rule in the wrong room.
//
// Every route has a Policy, checked before its handler runs; Routes is the
// whole site map. Pages work without JavaScript.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/audit"
	"phare/internal/circle"
	"phare/internal/extract"
	"phare/internal/flags"
	"phare/internal/orientation"
	"phare/internal/sender"
	"phare/internal/sms"
	"phare/internal/store"
	"phare/internal/term"
	"phare/internal/text"
)

// Server is the site: what its pages need, and its templates.
type Server struct {
	Config
	pages    map[string]pageSet // by language
	static   staticFiles
	tries    *tries     // of tracking, by network address
	looks    *tries     // of who opened a file, by network address
	logs     *tries     // of trails of other sites, by network address
	doors    *tries     // of sign-in, by network address
	begun    *tries     // forms, by network address
	kept     *tries     // pages of forms, by network address
	seeks    *tries     // of people known already, by account
	veils    *tries     // of them, those that found somebody behind a wall
	codes    *tries     // of drafts, by network address
	codesTo  *tries     // sent, by mail address
	files    *tries     // documents, by network address
	programs programs   // what limits them
	lane     *lane      // of sending, by network address
	arriving arrivals   // files under way
	counts   deskCounts // of the work lists

	opposites func() *orientation.Opposites // made when a result is first read
	reading   chan struct{}                 // a place for each page of the desk that is being made
	passkeys  *access.Passkeys              // nil: this site has no name that browsers keep passkeys for
}

// Config is what a Server is made of.
type Config struct {
	DB   *store.DB
	Key  access.Key
	Text *text.Catalog
	Base string // public address, "https://phare.example.org", without a final slash
	Demo *Demo  // invented data: every page says so; nil: a real desk
	DPO  string // how to reach the data protection officer, as people read it; empty: through the desk

	Proxies []netip.Prefix // whose X-Forwarded-For is believed; nil: those on this machine

	// What ranks and searches signs and diseases; nil where no page needs it.
	Knowledge *term.Knowledge
	Index     *term.Index
	Engine    *orientation.Engine
	Extract   func() *extract.Extractor // finds signs in letters; made when first asked for
	SignsOff  bool                      // from signs to diseases is switched off on this site; directory and rules stay

	Witness   audit.Witness      // this site as one that watches the trails of others
	Providers []*access.Provider // other sites that say who someone is

	Version string // of the program, as the state page shows it

	SMS sms.Hook // what the gateway of short messages tells; the zero one is told nothing

	Files attachment.Taker // looks at files that are sent; the zero one scans for no virus

	Flags flags.Table // of the self-check; empty: the one that the program carries
}

// New parses every template in every language; a page that cannot be shown is
// an error here, not at the first visitor.
func New(c Config) (*Server, error) {
	s := &Server{Config: c, tries: newTries(trackPerHour, trackBurst), looks: newTries(trackPerHour, trackBurst), doors: newTries(signPerHour, signBurst),
		logs: newTries(logsPerHour, logsBurst), begun: newTries(draftPerHour, draftBurst), kept: newTries(pagePerHour, pageBurst), seeks: newTries(seekPerHour, seekBurst), veils: newTries(veilPerHour, veilBurst), codes: newTries(trackPerHour, trackBurst), codesTo: newTries(codeToPerHour, codeToBurst), files: newTries(filesPerHour, filesBurst), programs: newPrograms(), lane: newLane(),
		reading: make(chan struct{}, maxReading)}
	s.opposites = sync.OnceValue(func() *orientation.Opposites { return orientation.NewOpposites(s.Knowledge) })
	if c.Proxies == nil {
		s.Proxies = OwnProxies()
	}
	var err error
	if s.Files, err = takerOr(s.Files); err != nil {
		return nil, err
	}
	if s.passkeys, err = access.NewPasskeys(c.Base, c.Key); err != nil {
		return nil, err
	}
	if s.static, err = loadStatic(); err != nil {
		return nil, err
	}
	if len(s.Flags.Items) == 0 {
		if s.Flags, err = flags.Builtin(); err != nil {
			return nil, err
		}
	}
	s.pages, err = s.loadPages()
	return s, err
}

// Policy says who may come to a route. Exactly one of its fields is set; with a
// Right, Fresh and File may be set too, and Files with any.
type Policy struct {
	Open  bool         // anyone; such a route shows no record
	Draft bool         // the bearer of a form's id, until it is sent
	Link  bool         // the bearer of a signed link, which the handler resolves
	Key   string       // a program that shows a key for this: sender.Send, sender.Follow
	Right access.Right // staff with this right, on their own platform's records
	Fresh bool         // and who proved within minutes that they are they
	File  FileUse      // of the request that the address names: and whom its circle lets pass
	Files bool         // and files may be posted; beside one of the others
}

// Route is one line of the site map.
type Route struct {
	Pattern string // method and path, as net/http.ServeMux takes it
	Policy  Policy
	handle  func(*visit) error
}

// raw says that a program posts to the route, and no form: its handler reads
// the body by itself, as bytes.
func (r Route) raw() bool {
	return r.Policy.Key != "" || r.Pattern == "POST "+audit.WitnessPath || r.Pattern == "POST "+SMSPath
}

// read takes in what is posted, all of it, before the handler works on it.
func (r Route) read(w http.ResponseWriter, q *http.Request) error {
	if r.raw() || isUpload(q, r.Policy) { // files are read by their handler, as they come
		return addressed(q)
	}
	if r.Policy.Files { // not files, so at most a word
		q.Body = http.MaxBytesReader(w, q.Body, shortForm.body)
	}
	err := readable(q)
	if err == nil {
		arrived(w, q)
	}
	return err
}

// visit is one request under way, with who makes it.
type visit struct {
	*http.Request
	w    http.ResponseWriter
	by   access.Actor // staff, or the zero Actor for anyone else
	lang string

	session access.Session    // of staff
	key     sender.Key        // of a program, on a route with a Key
	letter  func(*sent) error // takes a mail message that is dropped; nil: it is a file like others
	glass   *glassState       // the file is open by an exceptional access; nil: it is not

	// db is behind the wall of the actor's platform on every route with a Right.
	// On the others nobody's platform is known before a record is found by its
	// link, its form or its reference: it is the whole database.
	db *store.DB
}

// Routes is the whole site map.
func (s *Server) Routes() []Route {
	var all []Route
	for _, part := range [][]Route{
		s.siteRoutes(), s.wellKnownRoutes(), s.demoRoutes(), s.signRoutes(), s.ownRoutes(), s.staffRoutes(), s.expertRoutes(),
		s.flagRoutes(), s.moduleRoutes(),
		s.askRoutes(), s.trackRoutes(),
		s.answerRoutes(), s.reportRoutes(),
		s.deskRoutes(), s.callRoutes(), s.fileRoutes(), s.needRoutes(), s.pieceRoutes(), s.partRoutes(), s.patientRoutes(), s.orientRoutes(), s.nextRoutes(), s.directoryRoutes(),
		s.instrumentRoutes(), s.auditRoutes(), s.rightsRoutes(), s.personRoutes(), s.retentionRoutes(), s.erasureRoutes(), s.circleRoutes(), s.consentRoutes(), s.newsRoutes(), s.stateRoutes(), s.mergeRoutes(), s.seekRoutes(), s.kinRoutes(),
		s.arrivalRoutes(), s.senderRoutes(), s.apiRoutes(),
	} {
		all = append(all, part...)
	}
	return all
}

// Handler serves the site: health checks, static files, and every route behind
// its policy, the security headers and the cross-origin check.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /static/{name}", s.static)
	for _, r := range s.Routes() {
		mux.Handle(r.Pattern, s.guard(r))
	}
	mux.Handle("/", s.guard(Route{Policy: Policy{Open: true}, handle: s.nowhere(mux)}))
	visitors := &proxies{trusted: s.Proxies}
	return s.secure(visitors.behind(http.NewCrossOriginProtection().Handler(mux)))
}

// ready says whether the database answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := s.DB.Read(ctx, func(v *store.View) error {
		_, err := store.One(v, store.Value[int], `SELECT count(*) FROM platform`)
		return err
	})
	if err != nil {
		slog.ErrorContext(r.Context(), "not ready", "err", err)
		plain(w, http.StatusServiceUnavailable, "database")
		return
	}
	plain(w, http.StatusOK, "ready")
}

// guard finds who comes, applies the policy, runs the handler and turns its
// error into a page.
func (s *Server) guard(route Route) http.Handler {
	cost := classOf(route)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bound(w, r, cost)
		if !route.Policy.Open {
			w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		}
		v := &visit{Request: r, w: w, lang: language(r), db: s.DB}
		s.keepLanguage(v)
		err := s.admit(v, route.Policy)
		if err == nil {
			err = route.read(w, r)
		}
		if err == nil {
			// Only now: who may not read, or has not said all, takes no reader's place.
			leave, ok := s.enter(route, r.Method, maxWaiting)
			defer leave()
			if !ok {
				s.showBusy(v)
				return
			}
		}
		pass := err == nil
		if pass && route.Policy.File != NoFile {
			pass, err = s.enclosed(v, route)
		}
		if pass && route.Policy.Fresh {
			pass, err = s.proven(v)
		}
		if pass {
			err = route.handle(v)
		}
		if file, ok := circle.OutsideOf(err); ok && pass { // a room's own check stopped it
			err = s.refuseFile(v, file, err)
		}
		if r.Method != http.MethodGet {
			s.counts.forget()
		}
		if err != nil {
			s.fail(v, route, err)
		}
	})
}

func (s *Server) admit(v *visit, p Policy) error {
	session, err := access.FindSession(v.Context(), v.db, s.Key, s.sessionToken(v.Request))
	if err != nil && phare.KindOf(err) != phare.NotFound {
		return err
	}
	if err == nil {
		v.by, v.session = session.By, session
	}
	if p.Key != "" {
		return s.admitKey(v, p.Key)
	}
	if p.Right == "" {
		return nil
	}
	if err != nil {
		return errSignIn
	}
	v.db = s.DB.For(v.by.Platform)
	if err := v.by.Check(p.Right); err != nil {
		return s.refuse(v, p.Right, err)
	}
	return nil
}

// refuse writes a refusal down: the verb that was refused left nothing.
func (s *Server) refuse(v *visit, right access.Right, err error) error {
	act := v.by.Act("refused", string(right))
	if e := v.db.Write(v.Context(), act, func(*store.Tx) error { return nil }); e != nil {
		return e // a refusal that cannot be written down is our fault, not theirs
	}
	return err
}

// errSignIn sends a visitor without a session to the sign-in page.
var errSignIn = errors.New("sign in first")

// fail shows an error to the person and, when it is ours, tells the operator.
func (s *Server) fail(v *visit, route Route, err error) {
	if v.isProgram() {
		s.showProblem(v, route, err)
		return
	}
	if errors.Is(err, errSignIn) {
		if s.showTyped(v) {
			return
		}
		to := "/connexion"
		if v.Method == http.MethodGet {
			to += "?suite=" + escapeQuery(v.URL.Path)
		}
		http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
		return
	}
	e, ok := errors.AsType[*phare.Error](err)
	kind := phare.KindOf(err)
	status := map[phare.Kind]int{
		phare.Invalid: http.StatusUnprocessableEntity, phare.NotFound: http.StatusNotFound,
		phare.Forbidden: http.StatusForbidden, phare.Conflict: http.StatusConflict, phare.Busy: http.StatusServiceUnavailable,
	}[kind]
	if isTooBig(err) {
		status = http.StatusRequestEntityTooLarge
	}
	key, args := "error.internal", map[string]any(nil)
	if ok && kind != phare.Internal {
		key, args = e.Key, e.Args
	} else {
		status = http.StatusInternalServerError
		// The pattern, not the path: a path can hold a link's secret.
		slog.ErrorContext(v.Context(), "page failed", "route", route.Pattern, "err", err)
		if s.showUnsaved(v) {
			return
		}
	}
	if err := s.sorry(v, status, key, args); err != nil {
		slog.ErrorContext(v.Context(), "error page failed", "err", err)
		plain(v.w, http.StatusInternalServerError, s.Text.Get(v.lang, "error.internal", nil))
	}
}

// errorPage says what went wrong, and leads back to where this person begins.
type errorPage struct{ Message, Home string }

func (s *Server) sorry(v *visit, status int, key string, args map[string]any) error {
	return s.render(v, status, "site/error", errorPage{Message: s.Text.Get(v.lang, key, args), Home: startOf(v.by)})
}

// redirect answers a post with the page that shows its result.
func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
	return nil
}

// id is the record that the address names.
func (v *visit) id() phare.ID { return phare.ID(v.PathValue("id")) }

// text is one posted field, trimmed, its line ends made one.
func (v *visit) text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(v.PostFormValue(name), "\r\n", "\n"))
}

// line is one posted field of a single line.
func (v *visit) line(name string) string { return phare.Clean(v.PostFormValue(name)) }

// language is what the visitor chose, else what the browser asks for.
func language(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); l != "" {
		return text.Choose(l)
	}
	for _, name := range []string{"__Host-" + langCookie, langCookie} {
		if c, err := r.Cookie(name); err == nil {
			return text.Choose(c.Value)
		}
	}
	return text.Choose(r.Header.Get("Accept-Language"))
}

const langCookie = "lang"

// keepLanguage remembers a language chosen on this page for the next ones.
func (s *Server) keepLanguage(v *visit) {
	if v.URL.Query().Get("lang") == "" {
		return
	}
	http.SetCookie(v.w, &http.Cookie{Name: s.cookieOf("__Host-", langCookie), Value: v.lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		Secure: strings.HasPrefix(s.Base, "https://"), SameSite: http.SameSiteLaxMode})
}
