// Package torture breaks the real program on purpose and checks that nothing
// acknowledged is lost: kill -9, power cuts rebuilt from a trace of its system
// calls, failing and full disks, a database server that dies and is replaced,
// and upgrades killed half-way. It is used by cmd/phare-torture and by tests;
// the shipped program never imports it.
package torture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"phare"
)

const desk = "essai"

// Site is a data folder, a database and the program that serves them.
type Site struct {
	Bin  string // the real program
	Data string // its folder, an absolute path
	DSN  string // its database
	Told *Told  // what its clients saw

	addr string
	more []string // flags of serve
	http *http.Client

	through func(*http.Request) // changes each post of a form; nil: none
}

// NewSite is a site that nothing serves yet.
func NewSite(bin, data, dsn string) (*Site, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return &Site{Bin: bin, Data: data, DSN: dsn, Told: NewTold(), addr: l.Addr().String(),
		http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// settings are the flags that every command of this site needs.
func (s *Site) settings() []string { return []string{"--data", s.Data, "--db", s.DSN} }

// addDesk opens the desk that the forms go to.
func (s *Site) addDesk(ctx context.Context, wrap ...string) error {
	args := append(wrap, s.Bin, "platform", "add", desk, "--name=Essai", "--zone=Indian/Reunion", "--phone=0262", "--mail=essai@phare.invalid")
	args = append(args, s.settings()...)
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("platform add: %w: %s", err, out)
	}
	return nil
}

// Server is the program under way.
type Server struct {
	cmd  *exec.Cmd
	said *said
	done chan struct{}
}

// said is what a program wrote to its standard error.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write keeps what is written.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is all of it so far.
func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// errEnded is a program that ended before it served.
var errEnded = errors.New("the program ended before it served")

// Start runs the program, under wrap if given, and waits until it serves. On
// errEnded the server is still given, for what it said.
func (s *Site) Start(ctx context.Context, wrap ...string) (*Server, error) {
	args := append(append(wrap, s.Bin, "serve", "--addr", s.addr), s.settings()...)
	args = append(args, s.more...)
	v := &Server{cmd: exec.Command(args[0], args[1:]...), said: &said{}, done: make(chan struct{})}
	v.cmd.Stderr = v.said
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		v.cmd.Wait()
		close(v.done)
	}()
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		select {
		case <-v.done:
			return v, fmt.Errorf("%w: %s", errEnded, v.said)
		case <-time.After(10 * time.Millisecond):
		}
		if r, err := s.http.Get("http://" + s.addr + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return v, nil
			}
		}
	}
	v.Kill()
	return nil, fmt.Errorf("the program did not serve within a minute: %s", v.said)
}

// Kill is kill -9.
func (v *Server) Kill() {
	v.cmd.Process.Kill()
	<-v.done
}

// Stop asks the program to end and waits for it.
func (v *Server) Stop() {
	v.cmd.Process.Signal(syscall.SIGTERM)
	<-v.done
}

// Outcome is what a client knows of a form that it sent.
type Outcome int

// The outcomes.
const (
	Unknown Outcome = iota // no answer came
	Refused                // an answer came, and it was no receipt
	Acked                  // the receipt came
)

// Told is what the clients of a site know, by form.
type Told struct {
	mu    sync.Mutex
	forms map[string]Outcome
	kept  map[string]bool // the draft was acknowledged
	Worst time.Duration   // the longest wait for a receipt
	texts string          // folder of the SMS gateway; empty: it is not looked at
}

// NewTold is a memory without any form.
func NewTold() *Told { return &Told{forms: map[string]Outcome{}, kept: map[string]bool{}} }

func (t *Told) note(form string, o Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.forms[form] != Acked {
		t.forms[form] = o
	}
}

func (t *Told) noteKept(form string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept[form] = true
}

func (t *Told) wasKept(form string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept[form]
}

// count is the number of forms with an outcome.
func (t *Told) count(o Outcome) (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range t.forms {
		if x == o {
			n++
		}
	}
	return n
}

// hashes are the forms as the database keeps them.
func (t *Told) hashes() map[string]bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := map[string]bool{}
	for form := range t.forms {
		all[phare.FormHash(form)] = true
	}
	return all
}

// open are the forms that are not acknowledged.
func (t *Told) open() (all []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for form, o := range t.forms {
		if o != Acked {
			all = append(all, form)
		}
	}
	return all
}

// typed is the text that every form carries, to find it again on a page.
const typed = "Faiblesse musculaire progressive depuis deux ans"

// texted says whether whoever sends a form wants an SMS too: one in two.
func texted(form string) bool { return form[len(form)-1]%2 == 0 }

// Submit posts a form as a browser does, the page of questions and then the
// send button, and notes what it learned. An answer that is no redirect is
// returned too: its status and its page.
func (s *Site) Submit(ctx context.Context, form string) (o Outcome, status int, page string) {
	v := url.Values{"form": {form}, "platform": {desk}, "diagnosis": {"none"}, "family_name": {"Essai"}, "first_name": {"Exemple"},
		"birth_date": {"2019-03-04"}, "sex": {"female"}, "question": {"Vers quelle équipe orienter ?"}, "story": {typed}, "urgency": {"routine"},
		"name": {"Dr Exemple"}, "place": {"Cabinet"}, "phone": {"0262000000"}, "mail": {"exemple@phare.invalid"}, "news": {"mail"}, "consent": {"yes"}}
	if texted(form) {
		v.Set("news", "sms")
	}
	begin := time.Now()
	o, status, page = s.post(ctx, "/demande/medecin", v)
	if o == Acked {
		s.Told.noteKept(form)
		o, status, page = s.post(ctx, "/demande/"+form+"/envoyer", url.Values{})
	}
	s.Told.note(form, o)
	if o == Acked {
		s.Told.mu.Lock()
		s.Told.Worst = max(s.Told.Worst, time.Since(begin))
		s.Told.mu.Unlock()
	}
	return o, status, page
}

func (s *Site) post(ctx context.Context, path string, v url.Values) (Outcome, int, string) {
	return s.send(ctx, http.MethodPost, path, v)
}

func (s *Site) send(ctx context.Context, method, path string, v url.Values) (Outcome, int, string) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+path, strings.NewReader(v.Encode()))
	if err != nil {
		return Unknown, 0, err.Error()
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8:%x:%x::1", rand.N(1<<16), rand.N(1<<16))) // many places, not one flood
	if s.through != nil {
		s.through(req)
	}
	r, err := s.http.Do(req)
	if err != nil {
		return Unknown, 0, err.Error()
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		return Unknown, 0, err.Error()
	case r.StatusCode == http.StatusSeeOther:
		return Acked, r.StatusCode, ""
	}
	return Refused, r.StatusCode, string(body)
}

// load lets clients submit forms until each has sent its share or ctx ends. A
// client goes on after a refusal: the next form is another person's.
func (s *Site) load(ctx context.Context, clients, each int) {
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for n := 0; (each == 0 || n < each) && ctx.Err() == nil; n++ {
				// The context ends the loop, not a request: its outcome is wanted.
				switch o, _, _ := s.Submit(context.WithoutCancel(ctx), phare.NewForm()); o {
				case Unknown:
					return
				case Refused:
					time.Sleep(50 * time.Millisecond)
				}
			}
		})
	}
	wg.Wait()
}

// retry sends again whatever has no receipt, and counts what is refused three
// times.
func (s *Site) retry(ctx context.Context) (failed int) {
	for range 3 {
		if failed = s.retryOnce(ctx); failed == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return failed
}

func (s *Site) retryOnce(ctx context.Context) (failed int) {
	for _, form := range s.Told.open() {
		if s.Told.wasKept(form) { // as a browser that loads the answer again
			if o, _, _ := s.post(ctx, "/demande/"+form+"/envoyer", url.Values{}); o == Acked {
				s.Told.note(form, o)
				continue
			}
		}
		if o, _, _ := s.Submit(ctx, form); o != Acked {
			failed++
		}
	}
	return failed
}

// folder makes a folder that goes away with remove, in memory where there is one.
func folder(memory bool) (dir string, remove func(), err error) {
	base := ""
	if info, err := os.Stat("/dev/shm"); memory && err == nil && info.IsDir() {
		base = "/dev/shm"
	}
	dir, err = os.MkdirTemp(base, "phare-torture-")
	return dir, func() { os.RemoveAll(dir) }, err
}
