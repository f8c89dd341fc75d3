// Command phare-timing measures whether the time that the tracking page takes
// tells a reference that exists from one that does not: it knocks with unknown
// references, with wrong secrets and at requests that were purged, in random
// order, and looks for a rule that tells them apart. It is a tool for developers
// and is not installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/seal"
	"phare/internal/store"
	"phare/internal/text"
	"phare/internal/web"
)

// What is aimed at: medians within a millisecond of each other, no rule that is
// right more often than this.
const (
	maxApart = time.Millisecond
	maxRight = 0.52
	tries    = 4 // of one reference: the fifth wrong one locks it
)

// class is one kind of knock.
type class struct {
	name  string
	refs  []string
	times []time.Duration
}

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 2000, "timings of each class")
	flag.Parse()
	worst, err := run(context.Background(), *n)
	if err != nil {
		log.Fatal("phare-timing: ", err)
	}
	if worst {
		os.Exit(1)
	}
}

func run(ctx context.Context, n int) (worst bool, err error) {
	dir, err := os.MkdirTemp("", "phare-timing-*")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(ctx, filepath.Join(dir, "phare.db"))
	if err != nil {
		return false, err
	}
	defer db.Close()
	db.Unlock(seal.NewSite())
	key := access.NewKey()
	classes, err := prepare(ctx, db, key, (n+tries-1)/tries)
	if err != nil {
		return false, err
	}
	words, err := text.Load()
	if err != nil {
		return false, err
	}
	site, err := web.New(web.Config{DB: db, Key: key, Text: words, Base: "http://phare.example"})
	if err != nil {
		return false, err
	}
	if err := knock(site.Handler(), classes); err != nil {
		return false, err
	}
	return tell(classes), nil
}

// prepare makes a desk and, for each class, its references.
func prepare(ctx context.Context, db *store.DB, key access.Key, n int) ([]*class, error) {
	err := access.AddPlatform(ctx, db, access.Platform{ID: "reunion", Name: "Plateforme inventée", Zone: "Indian/Reunion", Phone: "0262 00 00 01"})
	if err != nil {
		return nil, err
	}
	unknown, wrong, purged := &class{name: "unknown reference"}, &class{name: "wrong secret"}, &class{name: "purged request"}
	for range n {
		unknown.refs = append(unknown.refs, stranger())
		for _, c := range []*class{wrong, purged} {
			r, err := request.Submit(ctx, db, key, access.Anyone("reunion"), request.NewForm(), request.Fields{
				Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Inventé", FirstName: "Lou", BirthDate: "2019", Sex: "male",
				Question: "Quelle équipe ?", Story: strings.Repeat("Une histoire inventée. ", 100), Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
			if err != nil {
				return nil, err
			}
			c.refs = append(c.refs, r.Reference)
		}
	}
	act := store.Act{Platform: "reunion", Actor: "system", Verb: "request.purge", Subject: "timing"}
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		for _, ref := range purged.refs {
			if err := tx.Exec(`UPDATE request SET secret = '', fields = '' WHERE reference = $1 AND platform = 'reunion'`, ref); err != nil {
				return err
			}
		}
		return nil
	})
	return []*class{unknown, wrong, purged}, err
}

// stranger draws a well-formed reference that no request has.
func stranger() string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for {
		b := []byte("MR-0000-0000")
		for i := range b {
			if b[i] == '0' {
				b[i] = letters[rand.IntN(len(letters))]
			}
		}
		if ref, ok := request.ParseReference(string(b)); ok {
			return ref
		}
	}
}

// knock tries each reference as often as it may, class after class in random
// order, each time from another address.
func knock(h http.Handler, classes []*class) error {
	for try := range tries {
		for i := range classes[0].refs {
			order := rand.Perm(len(classes))
			for _, k := range order {
				c := classes[k]
				body := url.Values{"reference": {c.refs[i]}, "secret": {fmt.Sprintf("%010d", rand.Int64N(1e10))}}.Encode()
				r := httptest.NewRequest(http.MethodPost, "/suivi", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.RemoteAddr = fmt.Sprintf("198.%d.%d.%d:1", 18+try%2, rand.IntN(256), rand.IntN(256))
				w := httptest.NewRecorder()
				start := time.Now()
				h.ServeHTTP(w, r)
				took := time.Since(start)
				if w.Code != http.StatusUnprocessableEntity {
					return fmt.Errorf("%s: status %d", c.name, w.Code)
				}
				c.times = append(c.times, took)
			}
		}
	}
	return nil
}

// tell prints the figures and says whether one misses its aim.
func tell(classes []*class) (worst bool) {
	for _, c := range classes {
		fmt.Printf("%-18s %5d timings  median %8.3f ms  9th decile %8.3f ms\n", c.name, len(c.times), ms(quantile(c.times, 0.5)), ms(quantile(c.times, 0.9)))
	}
	for i, a := range classes {
		for _, b := range classes[i+1:] {
			apart := (quantile(a.times, 0.5) - quantile(b.times, 0.5)).Abs()
			right := (rightOf(a.times, b.times, 0) + rightOf(a.times, b.times, 1)) / 2
			verdict := "holds"
			if apart > maxApart || right > maxRight {
				verdict, worst = "MISSED", true
			}
			fmt.Printf("%s / %s: medians %.3f ms apart, best rule right %.1f %%: %s\n", a.name, b.name, ms(apart), 100*right, verdict)
		}
	}
	return worst
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func quantile(all []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(q*float64(len(sorted)-1))]
}

// rightOf learns the best threshold from one half of the timings and says how
// often it is right on the other half: half the time is chance.
func rightOf(a, b []time.Duration, half int) float64 {
	split := func(all []time.Duration, h int) (out []time.Duration) {
		for i := h; i < len(all); i += 2 {
			out = append(out, all[i])
		}
		return out
	}
	slower := func(all []time.Duration, than time.Duration) float64 {
		n := 0
		for _, d := range all {
			if d > than {
				n++
			}
		}
		return float64(n) / float64(len(all))
	}
	trainA, trainB := split(a, half), split(b, half)
	best, at, sign := 0.0, time.Duration(0), 1.0
	for q := 1; q < 200; q++ {
		cut := quantile(trainA, float64(q)/200)
		if gain := slower(trainB, cut) - slower(trainA, cut); gain > best {
			best, at, sign = gain, cut, 1
		} else if -gain > best {
			best, at, sign = -gain, cut, -1
		}
	}
	testA, testB := split(a, 1-half), split(b, 1-half)
	return 0.5 + sign*(slower(testB, at)-slower(testA, at))/2
}
