package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/seal"
	"phare/internal/store"
)

const (
	desk     = "essai"
	login    = "mesure"
	password = "une phrase pour mesurer"
)

// site is a filled database and the program that serves it.
type site struct {
	dir, dsn, base, engine, totp string
	ids                          []phare.ID
	names                        []string
	server                       *exec.Cmd
	client                       *http.Client // of the desk, signed in
	public                       *http.Client // of who asks: no account
}

// prepare makes and fills a database.
func prepare(ctx context.Context, o options) (*site, error) {
	dir, err := os.MkdirTemp("", "phare-load-")
	if err != nil {
		return nil, err
	}
	s := &site{dir: dir, dsn: o.dsn, engine: "PostgreSQL"}
	if s.dsn == "" {
		s.dsn, s.engine = filepath.Join(dir, "phare.db"), "SQLite"
	}
	db, err := store.Open(ctx, s.dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	keys := seal.NewSite()
	if err := keys.Save(filepath.Join(dir, "phare.keys")); err != nil {
		return nil, err
	}
	db.Unlock(keys)
	err = access.AddPlatform(ctx, db, access.Platform{ID: desk, Name: "Plateforme de mesure", Zone: "Indian/Reunion", Phone: "0262 00 00 00", Mail: "mesure@phare.invalid"})
	if err != nil {
		return nil, err
	}
	_, s.totp, err = access.AddAccount(ctx, db, access.Machine(desk), access.NewAccount{
		Platform: desk, Login: login, Name: "Mesure", Role: access.Nurse, Password: password})
	if err != nil {
		return nil, err
	}
	return s, s.fill(ctx, db, o.requests)
}

// fill stores n requests of people who do not exist.
func (s *site) fill(ctx context.Context, db *store.DB, n int) error {
	key, err := access.LoadKey(filepath.Join(s.dir, "phare.key"))
	if err != nil {
		return err
	}
	s.ids, s.names = make([]phare.ID, n), make([]string, n)
	errs := make(chan error, 16)
	next := make(chan int)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := range next {
				f := invented(i)
				r, err := request.Submit(ctx, db, key, access.Anyone(desk), request.NewForm(), f)
				if err != nil {
					select {
					case errs <- err:
					default:
					}
					continue
				}
				s.ids[i], s.names[i] = r.Request, f.FamilyName
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	close(errs)
	return <-errs
}

// invented is the i-th plainly invented request.
func invented(i int) request.Fields {
	syllables := []string{"ba", "lo", "mi", "ru", "ta", "ve", "zo", "ka", "ne", "di"}
	name := "Essai"
	for x := i; ; x /= 10 {
		name += syllables[x%10]
		if x < 10 {
			break
		}
	}
	return request.Fields{Who: request.GP, Platform: desk, Diagnosis: request.NoDiagnosis,
		FamilyName: name, FirstName: "Exemple", BirthDate: fmt.Sprintf("%d-%02d-%02d", 1950+i%70, 1+i/70%12, 1+i/840%28), Sex: "female",
		Question: "Vers quelle équipe orienter ?", Story: "Faiblesse musculaire progressive depuis deux ans.",
		Urgency: []string{request.Routine, request.Soon, request.Urgent}[i%3],
		Name:    "Dr Exemple Inventé", Place: "Cabinet d’essai", Phone: fmt.Sprintf("02620%05d", i%100000), Consent: "yes"}
}

// start runs the program on a free port and says how long it took to be ready.
func (s *site) start(o options) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr := l.Addr().String()
	l.Close()
	s.base = "http://" + addr
	var log bytes.Buffer
	args := []string{"serve", "--addr", addr, "--data", s.dir, "--db", s.dsn}
	if o.know != "" {
		args = append(args, "--knowledge", o.know)
	}
	s.server = exec.Command(o.bin, args...)
	s.server.Stderr = &log
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := s.server.Start(); err != nil {
		return 0, err
	}
	s.client = &http.Client{Jar: jar, Timeout: 30 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	public := *s.client
	public.Jar = nil
	s.public = &public
	for range 3000 {
		if r, err := s.client.Get(s.base + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return time.Since(begin), nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.stop()
	return 0, errors.New("the program did not start: " + log.String())
}

func (s *site) stop() {
	s.server.Process.Signal(syscall.SIGTERM)
	s.server.Wait()
}

func (s *site) remove() { os.RemoveAll(s.dir) }

func (s *site) signIn(ctx context.Context) error {
	code, err := access.Code(s.totp, time.Now())
	if err != nil {
		return err
	}
	return s.post(ctx, s.client, "/connexion", url.Values{"login": {login}, "password": {password}, "code": {code}})
}

// kind is one thing that clients do.
type kind struct {
	name string
	do   func(ctx context.Context, client, n int) error
}

func (s *site) kinds() []kind {
	pick := func(client, n int) int { return (client*7919 + n*31) % len(s.ids) }
	return []kind{
		{"files opened", func(ctx context.Context, c, n int) error {
			return s.get(ctx, "/bureau/demandes/"+string(s.ids[pick(c, n)]))
		}},
		{"work lists of 50", func(ctx context.Context, c, n int) error { return s.get(ctx, "/bureau") }},
		{"searches", func(ctx context.Context, c, n int) error {
			return s.send(ctx, s.client, "/bureau/recherche", url.Values{"q": {s.names[pick(c, n)]}}, http.StatusOK)
		}},
		{"requests created", func(ctx context.Context, c, n int) error { return s.create(ctx, c*1000003+n) }},
	}
}

// create sends a form as a browser does: the page of questions, then the send
// button. Both posts are one request created.
func (s *site) create(ctx context.Context, i int) error { return s.ask(ctx, i, request.NewForm()) }

// ask is create under a form's own id.
func (s *site) ask(ctx context.Context, i int, form string) error {
	f := invented(i)
	v := url.Values{"form": {form}, "platform": {desk}, "diagnosis": {f.Diagnosis}, "family_name": {f.FamilyName}, "first_name": {f.FirstName},
		"birth_date": {f.BirthDate}, "sex": {f.Sex}, "question": {f.Question}, "story": {f.Story}, "urgency": {f.Urgency},
		"name": {f.Name}, "place": {f.Place}, "phone": {f.Phone}, "news": {"phone"}, "consent": {"yes"}}
	if err := s.post(ctx, s.public, "/demande/medecin", v); err != nil {
		return err
	}
	return s.post(ctx, s.public, "/demande/"+form+"/envoyer", url.Values{})
}

func (s *site) get(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return err
	}
	return do(s.client, req, http.StatusOK)
}

// post sends a form; only a redirect is success, as for a browser.
func (s *site) post(ctx context.Context, who *http.Client, path string, v url.Values) error {
	return s.send(ctx, who, path, v, http.StatusSeeOther)
}

func (s *site) send(ctx context.Context, who *http.Client, path string, v url.Values, want int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+path, strings.NewReader(v.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if who == s.public { // as many addresses as people: the limit by address is not what is measured
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8:%x:%x::1", rand.N(1<<16), rand.N(1<<16)))
	}
	return do(who, req, want)
}

func do(who *http.Client, req *http.Request, want int) error {
	r, err := who.Do(req)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != want {
		err = fmt.Errorf("%s %s: %s, %.200s", req.Method, req.URL.Path, r.Status, body)
	}
	return err
}

// resident is the server's memory in MiB.
func (s *site) resident() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.server.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kb) / 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}
