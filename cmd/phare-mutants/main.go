// Command phare-mutants takes the checks of rights away one by one, runs the
// tests on each such program, and lists those that no test noticed. The files
// are exchanged while the compiler reads them (go test -overlay); nothing is
// written beside the list. It is a tool for developers and is not installed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	log.SetFlags(0)
	root := flag.String("root", ".", "the module")
	only := flag.String("only", "", "regular expression: the mutants to try, by kind, file and words")
	atOnce := flag.Int("p", 2, "mutants at once")
	excused := flag.String("excused", "", "file of mutants that change nothing, with the reason: NAME<tab>WHY")
	flag.Parse()
	if err := run(context.Background(), *root, *only, *excused, *atOnce); err != nil {
		log.Fatal("phare-mutants: ", err)
	}
}

// verdict is what became of one mutant.
type verdict struct {
	mutant
	killer string // the tests that noticed; empty: none
	err    error  // it could not be tried
}

func run(ctx context.Context, root, only, excused string, atOnce int) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	all, err := find(root)
	if err != nil {
		return err
	}
	pick, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(m mutant) bool { return !pick.MatchString(m.name()) })
	why, err := readExcused(excused)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "phare-mutants-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBench(ctx, root, dir, all)
	if err != nil {
		return err
	}
	verdicts := make([]verdict, len(all))
	next := make(chan int)
	var done sync.WaitGroup
	begun := time.Now()
	for range atOnce {
		done.Go(func() {
			for i := range next {
				killer, err := b.try(ctx, all[i])
				verdicts[i] = verdict{all[i], killer, err}
				fmt.Fprintf(os.Stderr, "%d/%d %s → %s\n", i+1, len(all), all[i], said(verdicts[i]))
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	done.Wait()
	fmt.Printf("%d mutants, %s\n", len(all), time.Since(begun).Round(time.Second))
	return tell(verdicts, why)
}

func said(v verdict) string {
	switch {
	case v.err != nil:
		return v.err.Error()
	case v.killer == "":
		return "NOT NOTICED"
	}
	return v.killer
}

// tell counts by kind and lists what was not noticed. What is excused changes
// nothing that anyone could see; an excuse for what was noticed is a fault.
func tell(all []verdict, why map[string]string) error {
	count := map[string][4]int{} // made, noticed, the same program, excused
	var kinds, bad []string
	for _, v := range all {
		if !slices.Contains(kinds, v.kind) {
			kinds = append(kinds, v.kind)
		}
		c := count[v.kind]
		c[0]++
		switch {
		case v.err == errSame:
			c[2]++
		case v.err != nil:
			bad = append(bad, v.String()+" could not be tried: "+v.err.Error())
		case v.killer != "":
			c[1]++
			if why[v.name()] != "" {
				bad = append(bad, v.String()+" is excused and was noticed")
			}
		case why[v.name()] != "":
			c[3]++
		default:
			bad = append(bad, v.String())
		}
		count[v.kind] = c
	}
	fmt.Printf("%-10s %6s %8s %8s %8s\n", "kind", "made", "noticed", "same", "excused")
	for _, k := range kinds {
		c := count[k]
		fmt.Printf("%-10s %6d %8d %8d %8d\n", k, c[0], c[1], c[2], c[3])
	}
	for _, b := range bad {
		fmt.Println("NOT NOTICED", b)
	}
	if len(bad) > 0 {
		return fmt.Errorf("%d checks can go without a test noticing", len(bad))
	}
	return nil
}

func readExcused(name string) (map[string]string, error) {
	all := map[string]string{}
	if name == "" {
		return all, nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, why, ok := strings.Cut(line, "\t")
		if !ok || strings.TrimSpace(why) == "" {
			return nil, fmt.Errorf("%q gives no reason", line)
		}
		all[name] = why
	}
	return all, nil
}

// written are the tests that hold the table of rights against what is written down:
// they ask no page, so they come before the tables of all routes.
const written = "^TestRights"

// tables are the tests of all routes.
const tables = "Policy|Elsewhere|Canary|Town|Outsider|Glass|Rights|Fresh|Proof"

// suite is the tests of a room that are run together.
type suite struct{ tests, room string }

// statements is the test of every statement of the sources, which it reads.
var statements = suite{"^TestStatementsOfTheSources$", filepath.Join("internal", "store", "storetest")}

// suites are the tests that could notice, the quickest first: that of the statements,
// those of the mutant's room, then the tables of all routes, then those of every other
// room where rights are asked.
func (m mutant) suites() (all []suite) {
	if m.plain != "" {
		all = append(all, statements)
	}
	room := filepath.Dir(m.file)
	if room == web {
		return append(all, suite{written, room}, suite{tables, room}, suite{".", room})
	}
	all = append(all, suite{".", room}, suite{written, web}, suite{tables, web})
	for _, other := range rooms {
		if other := filepath.Join("internal", other); other != room {
			all = append(all, suite{".", other})
		}
	}
	return all
}

var (
	web     = filepath.Join("internal", "web")
	errSame = fmt.Errorf("the same program")
)

// bench is where mutants are tried: the module, and the tests of each room with all
// mutants in one program, which reads which one it is.
type bench struct {
	root, dir string
	list      string // the files of all mutants
	mu        sync.Mutex
	ready     map[suite]func() error
}

// newBench writes the files of these programs into dir.
func newBench(ctx context.Context, root, dir string, all []mutant) (*bench, error) {
	number(all)
	b := &bench{root: root, dir: dir, ready: map[suite]func() error{}}
	files, used := b.beside(all), map[string]bool{}
	for _, m := range slices.SortedFunc(slices.Values(all), func(x, y mutant) int { return y.start - x.start }) { // from the end, so that places hold
		place := fmt.Sprint(m.file, m.start)
		if m.alone || m.with == "" || used[place] { // the policy of a route is one place of three mutants
			continue
		}
		used[place] = true
		name := filepath.Join(root, m.file)
		if files[name] == "" {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files[name] = string(text)
		}
		files[name] = m.apply(files[name])
	}
	var err error
	b.list, err = overlay(dir, files)
	return b, err
}

// prepare compiles the tests of a room and runs them on the program as it is, once:
// where they fail already, a mutant that they notice would say nothing.
func (b *bench) prepare(ctx context.Context, s suite) error {
	b.mu.Lock()
	built, play := suite{room: s.room}, s
	if b.ready[built] == nil {
		b.ready[built] = sync.OnceValue(func() error {
			cmd := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", b.list, "-o", b.program(s.room), "./"+filepath.ToSlash(s.room))
			cmd.Dir = b.root
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w: %.500s", s.room, err, out)
			}
			return nil
		})
	}
	if b.ready[play] == nil {
		compile := b.ready[built]
		b.ready[play] = sync.OnceValue(func() error {
			if err := compile(); err != nil {
				return err
			}
			if out, err := b.play(ctx, s, "", ""); err != nil {
				return fmt.Errorf("the tests of %s fail without any mutant: %s", s.room, firstFailure(string(out)))
			}
			return nil
		})
	}
	do := b.ready[play]
	b.mu.Unlock()
	return do()
}

// beside are the files that mutants need beside the others, one in each room.
func (b *bench) beside(all []mutant) map[string]string {
	files := map[string]string{}
	for _, m := range all {
		dir := filepath.Dir(m.file)
		files[filepath.Join(b.root, dir, "zz_mutant.go")] = beside(filepath.Base(dir), all)
	}
	return files
}

func (b *bench) program(room string) string {
	return filepath.Join(b.dir, filepath.Base(room)+".test")
}

// play runs some tests: of the program of a room, or where there is a list of the
// module with these files exchanged; the test of the statements reads them so.
func (b *bench) play(ctx context.Context, s suite, list, which string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, b.program(s.room), "-test.short", "-test.failfast", "-test.timeout", "10m", "-test.run", s.tests)
	cmd.Dir = filepath.Join(b.root, s.room)
	if list != "" && s != statements {
		cmd = exec.CommandContext(ctx, "go", "test", "-vet=off", "-short", "-failfast", "-count=1", "-timeout", "10m", "-overlay", list, "-run", s.tests, "./"+filepath.ToSlash(s.room))
		cmd.Dir = b.root
	}
	cmd.Env = append(os.Environ(), "PHARE_TEST_ENGINES=sqlite", "PHARE_CANARY=300", asked+"="+which)
	if s == statements && list != "" {
		cmd.Env = append(cmd.Env, "PHARE_SOURCES="+list)
	}
	return cmd.CombinedOutput()
}

// try runs the tests on one mutant. SQLite alone: behind PostgreSQL's wall a
// missing condition would be noticed by the wall.
func (b *bench) try(ctx context.Context, m mutant) (killer string, err error) {
	dir, err := os.MkdirTemp(b.dir, "one-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	list, err := b.alone(m, dir)
	if err != nil {
		return "", err
	}
	for _, s := range m.suites() {
		if err := b.prepare(ctx, s); err != nil {
			return "", err
		}
		exchanged := ""
		if m.alone || s == statements {
			exchanged = list
		}
		out, err := b.play(ctx, s, exchanged, m.which())
		switch {
		case err == nil:
			continue
		case strings.Contains(string(out), "zz: the same program"):
			return "", errSame
		case strings.Contains(string(out), "[build failed]") || strings.Contains(string(out), "[setup failed]"):
			return "", fmt.Errorf("does not compile: %.300s", out)
		}
		return firstFailure(string(out)), nil
	}
	return "", nil
}

// alone writes the files of this mutant and no other, and returns their list; empty:
// it is one of many, and no statement.
func (b *bench) alone(m mutant, dir string) (string, error) {
	if !m.alone && m.plain == "" {
		return "", nil
	}
	name := filepath.Join(b.root, m.file)
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	if m.plain != "" {
		m.with = m.plain
	}
	files := b.beside([]mutant{m})
	files[name] = m.apply(string(text))
	return overlay(dir, files)
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// firstFailure names the test that noticed.
func firstFailure(out string) string {
	if m := failed.FindStringSubmatch(out); m != nil {
		return m[1]
	}
	return "a test that did not end"
}

// overlay writes files and the list by which the compiler takes them in the place
// of those of the module; it returns the list.
func overlay(dir string, files map[string]string) (string, error) {
	list := map[string]string{}
	for name, text := range files {
		list[name] = filepath.Join(dir, fmt.Sprintf("%d.go", len(list)))
		if err := os.WriteFile(list[name], []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	b, err := json.Marshal(map[string]any{"Replace": list})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, b, 0o600)
}
