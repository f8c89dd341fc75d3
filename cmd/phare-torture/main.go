// Command phare-torture breaks the real program on purpose and says what was
// lost: the long runs behind doc/reliability.md. It is a tool for developers
// and is not installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"phare/internal/torture"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatal("phare-torture: ", err)
	}
}

// options are the flags of all kinds of torture.
type options struct {
	bin, mutant, db     string
	requests, n, rounds int
	seed                uint64
}

const usage = "say one of: kill, line, power, faults, failover, upgrade, rotate, fixture"

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s", usage)
	}
	var o options
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.StringVar(&o.bin, "bin", "./phare", "the program")
	f.StringVar(&o.mutant, "mutant", "", "try this faulty program instead, built from the sources here: it must be found")
	f.IntVar(&o.requests, "requests", 60, "requests submitted in a round")
	f.StringVar(&o.db, "db", "", "kill, line: postgres:// URL of an empty database; default: an SQLite file")
	f.IntVar(&o.n, "n", 500, "power: disk states, 0 is all; kill: cycles; line: forms; faults: every n-th call; upgrade: the same, 0 is the 1st, 3rd, 9th…")
	f.IntVar(&o.rounds, "rounds", 1, "rounds")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the first round; the next ones count on")
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	kinds := map[string]func(context.Context, options) (bad int, err error){"kill": kill, "line": line, "power": power, "faults": faults, "failover": failover, "upgrade": upgrade, "rotate": rotate, "fixture": fixture}
	do, ok := kinds[args[0]]
	if !ok {
		return fmt.Errorf("no torture %q; %s", args[0], usage)
	}
	if o.mutant != "" {
		return mutant(ctx, o, do)
	}
	bad := 0
	for range o.rounds {
		begin := time.Now()
		n, err := do(ctx, o)
		if err != nil {
			return err
		}
		fmt.Printf("  in %.0f s\n", time.Since(begin).Seconds())
		bad += n
		o.seed++
	}
	if bad > 0 {
		return fmt.Errorf("%d broken", bad)
	}
	return nil
}

// mutant builds a faulty program and fails if its fault is not found.
func mutant(ctx context.Context, o options, do func(context.Context, options) (int, error)) error {
	for _, m := range slices.Concat(torture.Mutants(), torture.LineMutants()) {
		if m.Name != o.mutant {
			continue
		}
		dir, err := os.MkdirTemp("", "phare-mutant-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.bin = filepath.Join(dir, "phare")
		root, err := filepath.Abs(".")
		if err != nil {
			return err
		}
		if err := torture.Build(ctx, root, "./cmd/phare", o.bin, m); err != nil {
			return err
		}
		for round := range o.rounds {
			n, err := do(ctx, o)
			if err != nil {
				return err
			}
			if n > 0 {
				fmt.Printf("mutant %s (%s): found in round %d\n", m.Name, m.What, round+1)
				return nil
			}
			o.seed++
		}
		return fmt.Errorf("mutant %s (%s) was not found", m.Name, m.What)
	}
	return fmt.Errorf("no mutant %q", o.mutant)
}

func rotate(ctx context.Context, o options) (int, error) {
	r, err := torture.Rotation{Bin: o.bin, Points: o.n, Seed: o.seed}.Run(ctx)
	if err != nil {
		return 0, err
	}
	fmt.Printf("rotate, seed %d: keys rotate killed at %d instants, ended before at %d; %d sealed values opened in between, %d receipts, %d wrong\n", o.seed, r.Killed, r.Ended, r.Opened, r.Acked, len(r.Wrong))
	for _, w := range r.Wrong[:min(len(r.Wrong), 10)] {
		fmt.Println("  ", w)
	}
	return len(r.Wrong), nil
}

func power(ctx context.Context, o options) (int, error) {
	r, err := torture.Power{Bin: o.bin, Requests: o.requests, States: o.n, Seed: o.seed, Stop: 5}.Run(ctx)
	if err != nil {
		return 0, err
	}
	fmt.Printf("power, seed %d: %d operations traced, %d receipts, log folded %d times, %d disk states opened, %d bad\n", o.seed, r.Operations, r.Acked, r.Folds, r.States, r.Bad)
	for _, e := range r.Examples {
		fmt.Println("  ", e)
	}
	return r.Bad, nil
}

func kill(ctx context.Context, o options) (int, error) {
	r, err := torture.Kill{Bin: o.bin, DSN: o.db, Cycles: o.n}.Run(ctx)
	if err != nil {
		return 0, err
	}
	fmt.Printf("kill -9, %d times: %d receipts, %d wrong\n", o.n, r.Acked, len(r.Wrong))
	return show(r.Wrong), nil
}

func line(ctx context.Context, o options) (int, error) {
	r, err := torture.Line{Bin: o.bin, DSN: o.db, Forms: o.n, Seed: o.seed}.Run(ctx)
	if err != nil {
		return 0, err
	}
	cuts := 0
	for _, n := range r.Cuts {
		cuts += n
	}
	fmt.Printf("bad line, seed %d: %d forms in %d posts, %d of them met something", o.seed, o.n, r.Posts, cuts)
	for _, what := range slices.Sorted(maps.Keys(r.Cuts)) {
		fmt.Printf(", %s %d", what, r.Cuts[what])
	}
	refused := 0
	for _, n := range r.Refused {
		refused += n
	}
	fmt.Printf("; %d receipts, %d codes read, %d refusals, sent again: median %d, at most %d; %d wrong\n", r.Acked, r.Codes, refused, r.Tries[len(r.Tries)/2], r.Tries[len(r.Tries)-1], len(r.Wrong))
	return show(r.Wrong), nil
}

func faults(ctx context.Context, o options) (int, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return 0, err
	}
	r, err := torture.Faults{Root: root, Stride: max(o.n, 1)}.Run(ctx)
	if err != nil {
		return 0, err
	}
	for _, k := range r.Kinds {
		fmt.Printf("%s: %d submissions met it, %d got a receipt, %d were told that nothing is stored\n", k.Name, k.Tried, k.Acked, k.Refused)
	}
	return show(r.Wrong), nil
}

func failover(ctx context.Context, o options) (int, error) {
	r, err := torture.Failover{Bin: o.bin, Rounds: 1}.Run(ctx)
	if err != nil {
		return 0, err
	}
	fmt.Printf("PostgreSQL: killed and restarted %d times, killed for good and its standby promoted %d times, crowded each time: %d receipts, %d refused and sent again, longest wait for a receipt %.1f s, %d wrong\n",
		r.Restarts, r.Failovers, r.Acked, r.Refused, r.Worst.Seconds(), len(r.Wrong))
	return show(r.Wrong), nil
}

const fixtures = "internal/torture/testdata"

func upgrade(ctx context.Context, o options) (int, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return 0, err
	}
	r, err := torture.Upgrade{Bin: o.bin, Root: root, Fixtures: filepath.Join(root, fixtures), Stride: max(o.n, 0), Engines: []string{"sqlite", "postgres"}}.Run(ctx)
	if err != nil {
		return 0, err
	}
	for _, run := range r.Runs {
		fmt.Printf("upgrade of %s: killed at %d writes; schemas then found (and how often):", run.Fixture, run.Kills)
		for _, v := range run.Versions() {
			fmt.Printf(" %d (%d)", v, run.Schemas[v])
		}
		fmt.Println()
	}
	return show(r.Wrong), nil
}

func fixture(ctx context.Context, o options) (int, error) {
	made, err := torture.Fixture(ctx, o.bin, fixtures)
	for _, name := range made {
		fmt.Println("made", name)
	}
	return 0, err
}

// show prints the first of what is wrong and counts it all.
func show(wrong []string) int {
	for _, w := range wrong[:min(len(wrong), 5)] {
		fmt.Println("  ", w)
	}
	return len(wrong)
}
