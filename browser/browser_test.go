// Package browser_test drives the real program with a real browser: Debian's
// Chromium, through playwright-core, against each engine.
package browser_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phare/internal/store/storetest"
)

// TestBrowser plays every script of this folder. They look at pages: what is stored
// is tried on each engine where it is written. On PostgreSQL it is enough that the
// whole line is walked; PHARE_BROWSER=all ("make browser") plays all on both.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("the browser takes minutes: run without -short")
	}
	if _, err := os.Stat("node_modules/playwright-core"); err != nil {
		t.Fatal("the browser's driver is not installed: cd browser && npm ci")
	}
	scripts, err := filepath.Glob("*.spec.mjs")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	bin := filepath.Join(t.TempDir(), "phare")
	if out, err := exec.Command("go", "build", "-o", bin, "../cmd/phare").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			for _, script := range scripts {
				if engine != "sqlite" && script != "line.spec.mjs" && os.Getenv("PHARE_BROWSER") != "all" {
					continue
				}
				t.Run(strings.TrimSuffix(script, ".spec.mjs"), func(t *testing.T) {
					base := serve(t, bin, storetest.DSN(t, engine))
					play(t, script, base, engine)
				})
			}
		})
	}
}

// serve starts the demo on an empty database and returns its address.
func serve(t *testing.T, bin, dsn string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(bin, "serve", "--demo", "--addr", addr, "--data", t.TempDir(), "--db", dsn)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program did not stop well: %v\n%s", err, log.String())
		}
		if s := log.String(); strings.Contains(s, "level=ERROR") || strings.Contains(s, " ERROR ") {
			t.Errorf("the program logged errors:\n%s", s)
		}
	})
	for range 600 {
		if r, err := http.Get("http://" + addr + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return "http://" + addr
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the program did not start:\n%s", log.String())
	return ""
}

// play runs one script with node and shows what it printed when it fails.
func play(t *testing.T, script, base, engine string) {
	t.Helper()
	cmd := exec.Command("node", "--test", "--test-reporter=spec", script)
	cmd.Env = append(os.Environ(), "PHARE_BASE="+base, "PHARE_ENGINE="+engine)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", script, err, out)
		return
	}
	t.Log(fmt.Sprintf("%s\n%s", script, out))
}
