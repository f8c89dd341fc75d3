package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/doctor"
	"phare/internal/request"
	"phare/internal/seal"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// built is the real program, without the race detector's slowness.
var built = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs("../../.build")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "phare-test")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return bin, err
})

// TestKill is the promise "if you saw a reference, your request is stored",
// against kill -9: clients post forms to the real program, which is killed at a
// random moment and started again, fifty times. What was acknowledged is there
// once; what was not known is there at most once, and exactly once after the
// client tries again.
func TestKill(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			cycles := 50
			if testing.Short() {
				cycles = 5
			}
			k := newKilled(t, bin, engine)
			for range cycles {
				k.cycle(t)
			}
			k.verify(t)
		})
	}
}

type killed struct {
	bin, dsn, data, addr string
	client               *http.Client

	mu      sync.Mutex
	acked   map[string]bool // form → the reply was seen
	unknown map[string]bool // form → no reply was seen
}

func newKilled(t *testing.T, bin, engine string) *killed {
	k := &killed{bin: bin, dsn: storetest.DSN(t, engine), data: t.TempDir(), acked: map[string]bool{}, unknown: map[string]bool{}}
	k.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	db, err := store.Open(t.Context(), k.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = access.AddPlatform(t.Context(), db, access.Platform{ID: "essai", Name: "Essai", Zone: "Indian/Reunion", Phone: "0262", Mail: "essai@phare.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k.addr = l.Addr().String()
	l.Close()
	return k
}

// run starts the program and waits until it serves.
func (k *killed) run(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(k.bin, "serve", "--addr", k.addr, "--data", k.data, "--db", k.dsn)
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 400 {
		r, err := k.client.Get("http://" + k.addr + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return cmd
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	cmd.Process.Kill()
	cmd.Wait()
	t.Fatalf("the program did not start: %s", log.String())
	return nil
}

// cycle lets clients post, kills the program, starts it again, and lets the
// clients try again what they do not know the end of.
func (k *killed) cycle(t *testing.T) {
	cmd := k.run(t)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if !k.submit(request.NewForm()) {
					return
				}
			}
		})
	}
	time.Sleep(30*time.Millisecond + rand.N(170*time.Millisecond))
	cmd.Process.Kill()
	cmd.Wait()
	stop()
	wg.Wait()

	cmd = k.run(t)
	for form := range k.unknown {
		// A draft that was never acknowledged may be gone: the browser still has
		// the page and posts it again, under the same form.
		if !k.submit(form) {
			t.Errorf("form %s: the second try failed", form)
		}
		delete(k.unknown, form)
	}
	cmd.Process.Kill()
	cmd.Wait()
}

// submit posts a form as a browser does and notes what it learned.
func (k *killed) submit(form string) bool {
	v := url.Values{"form": {form}, "platform": {"essai"}, "diagnosis": {"none"}, "family_name": {"Essai"}, "first_name": {"Exemple"},
		"birth_date": {"2019-03-04"}, "sex": {"female"}, "question": {"Vers quelle équipe orienter ?"}, "urgency": {"routine"},
		"name": {"Dr Exemple"}, "place": {"Cabinet"}, "phone": {"0262000000"}, "news": {"phone"}, "consent": {"yes"}}
	ok := k.post("/demande/medecin", v) && k.post("/demande/"+form+"/envoyer", url.Values{})
	k.mu.Lock()
	defer k.mu.Unlock()
	if ok {
		k.acked[form] = true
	} else {
		k.unknown[form] = true
	}
	return ok
}

func (k *killed) post(path string, v url.Values) bool {
	req, err := http.NewRequest(http.MethodPost, "http://"+k.addr+path, strings.NewReader(v.Encode()))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8:%x:%x::1", rand.N(1<<16), rand.N(1<<16))) // many places, not one flood
	r, err := k.client.Do(req)
	if err != nil {
		return false
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil && r.StatusCode == http.StatusSeeOther
}

func (k *killed) verify(t *testing.T) {
	db, err := store.Open(t.Context(), k.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	keys, err := seal.LoadSite(filepath.Join(k.data, "phare.keys"))
	if err != nil {
		t.Fatal(err)
	}
	db.Unlock(keys)
	var forms []string
	err = db.Read(t.Context(), func(v *store.View) (err error) {
		forms, err = store.All(v, store.Value[string], `SELECT form FROM request`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, f := range forms {
		seen[f]++
	}
	lost, twice := 0, 0
	for f := range k.acked {
		switch n := seen[f]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	t.Logf("%d acknowledged, %d stored, %d lost, %d twice", len(k.acked), len(forms), lost, twice)
	if lost+twice > 0 || len(k.acked) < 50 {
		t.Errorf("of %d acknowledged requests %d are lost and %d stored twice", len(k.acked), lost, twice)
	}
	all, err := doctor.Examine(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if !f.Fine() {
			t.Errorf("%s (%s): %d, %v", f.ID, f.Means, f.Count, f.Broken)
		}
	}
}
