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
	verdicts := make([]verdict, len(all))
	next := make(chan int)
	var done sync.WaitGroup
	begun := time.Now()
	for range atOnce {
		done.Go(func() {
			for i := range next {
				killer, err := try(ctx, root, all[i])
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

// suites are the tests that could notice, the quickest first: those of the
// mutant's room, then the tables of all routes.
func (m mutant) suites() [][]string {
	room := "./" + filepath.ToSlash(filepath.Dir(m.file))
	tables := []string{"-run", "Policy|Elsewhere|Canary|Town|Outsider|Glass|Rights|Fresh|Proof", "./internal/web"}
	if room == "./internal/web" {
		return [][]string{tables, {"-run", ".", room}}
	}
	return [][]string{{"-run", ".", room}, tables}
}

var errSame = fmt.Errorf("the same program")

// try runs the tests on one mutant. SQLite alone: behind PostgreSQL's wall a
// missing condition would be noticed by the wall.
func try(ctx context.Context, root string, m mutant) (killer string, err error) {
	dir, err := os.MkdirTemp("", "phare-mutant-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	overlay, err := m.overlay(root, dir)
	if err != nil {
		return "", err
	}
	for _, suite := range m.suites() {
		args := append([]string{"test", "-short", "-failfast", "-count=1", "-timeout", "10m", "-overlay", overlay}, suite...)
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "PHARE_TEST_ENGINES=sqlite", "PHARE_CANARY=300")
		out, err := cmd.CombinedOutput()
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

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// firstFailure names the test that noticed.
func firstFailure(out string) string {
	if m := failed.FindStringSubmatch(out); m != nil {
		return m[1]
	}
	return "a test that did not end"
}

// overlay writes the changed files and the list that the compiler takes.
func (m mutant) overlay(root, dir string) (string, error) {
	name := filepath.Join(root, m.file)
	b, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, "changed.go")
	list := map[string]string{name: changed}
	files := map[string]string{changed: m.apply(string(b))}
	if weaker[m.kind][0] != "" {
		beside := filepath.Join(dir, "beside.go")
		list[filepath.Join(root, "internal", "web", "zz_mutant.go")] = beside
		files[beside] = helper(m.kind)
	}
	for to, text := range files {
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	b, err = json.Marshal(map[string]any{"Replace": list})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}
