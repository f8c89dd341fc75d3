package torture_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"phare/internal/store/storetest"
	"phare/internal/torture"
)

// root is the module's folder.
const root = "../.."

// built are the real program and the tools, without the race detector's
// slowness. The long runs of the same tools are "make torture".
var built = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(root + "/.build/torture")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-o", dir+"/", "./cmd/phare", "./cmd/phare-torture", "./cmd/phare-load")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return dir, nil
})

// play runs a tool from the module's folder and returns what it printed; the
// tool fails when something is lost.
func play(t *testing.T, tool string, args ...string) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, tool), args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v: %.3000s", tool, strings.Join(args, " "), err, out)
	}
	t.Logf("%s", out)
	return string(out)
}

func program(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return "-bin=" + filepath.Join(dir, "phare")
}

// whole is whether everything is tried, at the sizes that mean most, as "make torture"
// does. Otherwise each kind is tried once, in small.
func whole() bool { return os.Getenv("PHARE_TORTURE") == "all" }

// more is the number for a whole run, or the one for a small.
func more(small, all string) string {
	if whole() {
		return all
	}
	return small
}

// quick skips in the working day's run what takes more than seconds.
func quick(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("programs are killed in a full run")
	}
}

// tracing skips where programs cannot be traced, and says so.
func tracing(t *testing.T) {
	t.Helper()
	if err := torture.CanTrace(); err != nil {
		t.Skipf("SKIPPED, the disk's failures are not tried: %v", err)
	}
}

// figure is the number that pattern finds in what a tool printed.
func figure(t *testing.T, out, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("nothing like %q in %s", pattern, out)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestKill is the promise "if you saw a reference, your request is stored",
// against kill -9 at a random moment, fifty times in a whole run.
func TestKill(t *testing.T) {
	cycles, least := more("8", "50"), 4
	if whole() {
		least = 20
	}
	if testing.Short() {
		cycles = "2"
	}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			args := []string{"kill", program(t), "-n", cycles}
			if engine == "postgres" {
				args = append(args, "-db", storetest.DSN(t, engine))
			}
			if out := play(t, "phare-torture", args...); figure(t, out, `times: (\d+) receipts`) < least && !testing.Short() {
				t.Errorf("too few receipts to mean anything: %s", out)
			}
		})
	}
}

// TestLine is the same promise against a line that cuts, doubles and delays, and
// against programs with a known fault.
func TestLine(t *testing.T) {
	quick(t)
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			args := []string{"line", program(t), "-n", more("120", "10000")}
			if engine == "postgres" {
				args = append(args, "-db", storetest.DSN(t, engine))
			}
			out := play(t, "phare-torture", args...)
			for _, what := range []string{"before", "body", "reply", "answer", "twice", "late"} {
				if figure(t, out, what+` (\d+)`) < 20 {
					t.Errorf("too little to mean anything: %s", out)
				}
			}
			if figure(t, out, `(\d+) codes read`) != figure(t, out, `(\d+) receipts`) || figure(t, out, `(\d+) refusals`) != 0 {
				t.Errorf("a code was never read, or a form was refused: %s", out)
			}
		})
	}
	for _, m := range torture.LineMutants() {
		t.Run(m.Name, func(t *testing.T) { play(t, "phare-torture", "line", "-mutant", m.Name, "-n", "24") })
	}
}

// TestPower is the same promise against the power cut, on the shipped engine.
func TestPower(t *testing.T) {
	tracing(t)
	quick(t)
	out := play(t, "phare-torture", "power", program(t), "-n", more("100", "400"))
	if figure(t, out, `(\d+) receipts`) < 30 || figure(t, out, `(\d+) disk states`) < 50 {
		t.Errorf("too little to mean anything: %s", out)
	}
}

// Programs with a known fault must not pass.
func TestMutants(t *testing.T) {
	tracing(t)
	quick(t)
	for i, m := range torture.Mutants() {
		if i > 0 && !whole() { // one shows that the judge sees; make torture builds them all
			break
		}
		t.Run(m.Name, func(t *testing.T) { play(t, "phare-torture", "power", "-mutant", m.Name, "-n", "200", "-rounds", "6") })
	}
}

// A disk that fails or is full, at calls of a submission: a receipt, or a page
// that says that nothing is stored and holds what was typed.
func TestFaults(t *testing.T) {
	tracing(t)
	quick(t)
	out := play(t, "phare-torture", "faults", "-n", more("29", "9"))
	for _, kind := range []string{`fsync fails \(EIO\)`, `a write fails \(EIO\)`, `the disk is full \(ENOSPC\)`} {
		if figure(t, out, kind+`: (\d+) submissions met it`) < 1 {
			t.Errorf("%s was never met: %s", kind, out)
		}
	}
}

// A database server that is crowded, killed and started, killed and replaced by
// its synchronous standby, under a program that is never restarted.
func TestFailover(t *testing.T) {
	quick(t)
	if !whole() || !strings.Contains(strings.Join(storetest.Engines(), " "), "postgres") {
		t.Skip("servers are killed by make torture, on PostgreSQL")
	}
	play(t, "phare-torture", "failover", program(t))
}

// Databases of every schema that was in use, brought up to date by the program
// and by the next one, killed on the way.
func TestUpgrade(t *testing.T) {
	tracing(t)
	quick(t)
	out := play(t, "phare-torture", "upgrade", program(t), "-n", more("0", "9"))
	for _, engine := range []string{"sqlite", "postgres"} {
		if figure(t, out, `schema-0004.`+engine+`: killed at (\d+) writes`) < 1 {
			t.Errorf("no upgrade on %s was killed: %s", engine, out)
		}
	}
}

// A renewal of keys that is killed leaves everything readable, and goes on.
func TestRotation(t *testing.T) {
	quick(t)
	out := play(t, "phare-torture", "rotate", program(t), "-n", more("3", "8"))
	if figure(t, out, `killed at (\d+) instants`) < 1 || figure(t, out, `(\d+) sealed values opened`) < 1000 {
		t.Errorf("nothing was killed or opened: %s", out)
	}
}

// Many more clients than usual: every receipt has its request. What they wait
// is a figure of make torture, not of a test.
func TestOverload(t *testing.T) {
	quick(t)
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	out := play(t, "phare-load", "-bin", filepath.Join(dir, "phare"), "-overload", "5", "-requests", "300", "-each", "2s")
	if figure(t, out, `(\d+) receipts, \d+ without`) < 10 {
		t.Errorf("too few receipts to mean anything: %s", out)
	}
}
