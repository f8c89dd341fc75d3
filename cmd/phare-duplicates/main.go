// Command phare-duplicates measures how well the same person is found again among
// 50,000 made people, in a real database whose columns are sealed: recall and
// precision by mistake and by where names come from, on the half of the corpus
// that the rules were not tuned on, and how long one search takes. What it prints
// stands in doc/patients.md. Never shipped.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/patient/corpus"
	"phare/internal/seal"
	"phare/internal/store"
)

func main() {
	people := flag.Int("people", 50_000, "made people in the base")
	known := flag.Int("known", 5_000, "known duplicates, each with one kind of mistake")
	alike := flag.Int("alike", 2_500, "people who are new, most of them like someone")
	seed := flag.Uint64("seed", 1, "of the corpus")
	tuned := flag.Bool("tuned", false, "the half that the rules were tuned on, instead of the other")
	dsn := flag.String("db", "", "an empty database; default: SQLite in a folder that is removed")
	flag.Parse()
	if err := run(context.Background(), *dsn, corpus.Make(*seed, *people, *known, *alike), *tuned); err != nil {
		fmt.Fprintln(os.Stderr, "phare-duplicates:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dsn string, c corpus.Corpus, tuned bool) error {
	if dsn == "" {
		dir, err := os.MkdirTemp("", "phare-duplicates-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		dsn = filepath.Join(dir, "phare.db")
	}
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	db.Unlock(seal.NewSite())
	by := access.Actor{ID: "measure", Platform: "mesure", Role: access.Nurse, Name: "Mesure"}
	if err := access.AddPlatform(ctx, db, access.Platform{ID: by.Platform, Name: "Mesure", Zone: "Indian/Reunion"}); err != nil {
		return err
	}
	begun := time.Now()
	ids, err := fill(ctx, db, by, c.People)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d people stored in %s\n", len(ids), time.Since(begun).Round(time.Second))
	t := newTable()
	half := 1
	if tuned {
		half = 0
	}
	for _, s := range c.Searches {
		if s.Half(c.People) != half {
			continue
		}
		if err := t.search(ctx, db, by, c, ids, s); err != nil {
			return err
		}
	}
	t.print(os.Stdout, db.Engine())
	return nil
}

// batch is how many people one transaction stores.
const batch = 200

func fill(ctx context.Context, db *store.DB, by access.Actor, people []corpus.Person) (ids []string, err error) {
	for part := range slices.Chunk(people, batch) {
		err := db.Write(ctx, by.Act("patient.identify", "made"), func(tx *store.Tx) error {
			ids = ids[:len(ids)/batch*batch] // the transaction may run again
			for _, c := range part {
				p, err := patient.Load(tx, by, patient.Patient{Identity: patient.Provisional, BirthName: c.BirthName, UsedName: c.UsedName, FirstNames: c.First, BirthDate: c.BirthDate, Sex: c.Sex})
				if err != nil {
					return fmt.Errorf("%+v: %w", c, err)
				}
				ids = append(ids, string(p.ID))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// cell counts the searches of one line of the table.
type cell struct {
	searches, found, first, wrong, twins int
}

type table struct {
	cells map[string]*cell
	times []time.Duration // by the clock on the wall
	work  []time.Duration // of this process: what a busy machine does not change
}

// worked is how long this process worked so far.
func worked() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func newTable() *table { return &table{cells: map[string]*cell{}} }

func (t *table) at(name string) *cell {
	if t.cells[name] == nil {
		t.cells[name] = &cell{}
	}
	return t.cells[name]
}

func (t *table) search(ctx context.Context, db *store.DB, by access.Actor, c corpus.Corpus, ids []string, s corpus.Told) error {
	var found []patient.Candidate
	begun, before := time.Now(), worked()
	err := db.Read(ctx, func(v *store.View) (err error) {
		found, err = patient.Candidates(v, by, patient.Traits{Family: s.BirthName, First: s.First, BirthDate: s.BirthDate})
		return err
	})
	if err != nil {
		return err
	}
	t.times, t.work = append(t.times, time.Since(begun)), append(t.work, worked()-before)
	lines := []string{"kind " + s.Kind, "new"}
	if s.Of >= 0 {
		lines = []string{"kind " + s.Kind, "all", "origin " + c.People[s.Of].Origin}
	}
	for _, line := range lines {
		x := t.at(line)
		x.searches++
		for i, f := range found {
			switch {
			case s.Of >= 0 && string(f.Patient.ID) == ids[s.Of]:
				x.found++
				if i == 0 {
					x.first++
				}
			case slices.Contains(f.Why, patient.PerhapsTwin):
				x.wrong, x.twins = x.wrong+1, x.twins+1
			default:
				x.wrong++
			}
		}
	}
	return nil
}

func (t *table) print(w *os.File, engine string) {
	fmt.Fprintln(w, "| | searches | recall | found first | precision | wrong ones a search |\n|---|---:|---:|---:|---:|---:|")
	line := func(name, key string) {
		x := t.at(key)
		fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %.2f |\n", name, x.searches, percent(x.found, x.searches), percent(x.first, x.searches), percent(x.found, x.found+x.wrong), float64(x.wrong)/float64(max(1, x.searches)))
	}
	line("**all known duplicates**", "all")
	for _, k := range corpus.Mistakes() {
		line(k, "kind "+k)
	}
	for _, o := range corpus.Origins() {
		line("names: "+o, "origin "+o)
	}
	fmt.Fprintln(w, "\n| nobody the desk knows | searches | wrong ones a search | of them marked “perhaps a twin” |\n|---|---:|---:|---:|")
	for _, k := range corpus.Alikes() {
		x := t.at("kind " + k)
		fmt.Fprintf(w, "| %s | %d | %.2f | %s |\n", k, x.searches, float64(x.wrong)/float64(max(1, x.searches)), percent(x.twins, x.wrong))
	}
	fmt.Fprintf(w, "\nOne search on %s: %s.\nOf it, work of this process: %s.\n", engine, spread(t.times), spread(t.work))
}

// spread is how long most of some searches took.
func spread(all []time.Duration) string {
	slices.Sort(all)
	at := func(q float64) string {
		return fmt.Sprintf("%.1f ms", float64(all[int(math.Ceil(q*float64(len(all))))-1].Microseconds())/1000)
	}
	return fmt.Sprintf("median %s, 95 of 100 under %s, 99 under %s, the longest %s", at(.5), at(.95), at(.99), at(1))
}

func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}
