package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/request"
)

// The solver below reads what a director can take home, the French CSV, and
// knows nothing of how numbers are hidden.

// between is what a reader knows of a number.
type between struct{ lo, hi int }

const unknown = 1 << 20

// known is every number of a report by "part/measure", those on which it stands
// by "part/measure/of" and "…/missing".
type known map[string]between

// The parts of the sheet, and the figures that the sums need.
const (
	inFigures = "En huit chiffres/"
	received  = inFigures + "Demandes reçues"
	oriented  = inFigures + "Demandes orientées"
	openOnes  = inFigures + "Demandes en cours"
	late      = inFigures + "Demandes en retard"
	look      = inFigures + "Délai médian de première lecture"
	median    = inFigures + "Délai médian de réponse"
	ninth     = inFigures + "Neuf réponses sur dix en moins de"
	share100  = inFigures + "Closes avec une réponse envoyée"
	ended     = "Comment les demandes se sont closes/"
	sentOnes  = ended + "Réponse envoyée"
	questions = "Questions aux experts/"
	networks  = "Filières choisies/"
	centres   = "Centres choisis/"
	choices   = "Choix et liste d’après les signes/"
	delays    = "Délais/"
)

// sheet is the CSV of a report, without its head.
func sheet(t *testing.T, w Words, r Report) (rows [][]string) {
	t.Helper()
	var b bytes.Buffer
	must(t, w.CSV(&b, r))
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
	c.Comma = ';'
	rows, err := c.ReadAll()
	must(t, err)
	return rows[1:]
}

func reading(t *testing.T, w Words, r Report) known {
	t.Helper()
	k, told := known{}, false
	for _, row := range sheet(t, w, r) {
		name, value, unit := row[0]+"/"+row[1], row[2], row[3]
		if unit == "nombre" {
			k[name] = number(t, value)
		}
		for i, end := range []string{"/of", "/missing"} {
			if row[4+i] != "" {
				k[name+end] = number(t, row[4+i])
			}
		}
		if of := k[name+"/of"]; r.Masked && unit == "heures" && value != "masqué" && value != "—" {
			if of.hi < LeastActivity {
				t.Errorf("%s is shown as %s, of %v", name, value, of)
			}
			k[name+"/of"] = between{max(of.lo, LeastActivity), of.hi} // a delay is shown from five on
		}
		if unit == "heures" && strings.HasPrefix(value, "<") {
			t.Errorf("%s reads as a time: %s", name, value)
		}
		told = told || unit == "%" && value != "masqué"
	}
	if sent, of := k[sentOnes], k[share100+"/of"]; told && (sent.lo != sent.hi || of.lo != of.hi) {
		t.Errorf("a share of hidden numbers is shown: %v of %v", sent, of)
	}
	return k
}

func number(t *testing.T, s string) between {
	t.Helper()
	if s == "masqué" {
		return between{1, unknown}
	}
	if under, ok := strings.CutPrefix(s, "<\u00a0"); ok {
		n, err := strconv.Atoi(under)
		must(t, err)
		return between{1, n - 1}
	}
	n, err := strconv.Atoi(s)
	must(t, err)
	return between{n, n}
}

// atMost says that some numbers together are not more than some others together.
type atMost struct{ few, many []string }

// rules are what anyone knows who reads the definitions.
func (k known) rules() (all []atMost) {
	same := func(a, b []string) {
		if len(b) > 0 {
			all = append(all, atMost{a, b}, atMost{b, a})
		}
	}
	one := func(s ...string) []string { return s }
	under := func(part string) []string {
		return slices.DeleteFunc(slices.Sorted(maps.Keys(k)), func(s string) bool {
			return !strings.HasPrefix(s, part) || strings.Count(s, "/") > 1
		})
	}
	for _, part := range []string{"Demandes par mois/", "Qui demande/", "Avec ou sans diagnostic/", "Urgence dite par le demandeur/", "D’où viennent les patients/"} {
		same(one(received), under(part))
	}
	same(one(received), one(openOnes, share100+"/of"))
	same(one(openOnes), one(share100+"/missing"))
	same(one(share100+"/of"), under(ended))
	for _, f := range []string{look, median, ninth} {
		same(one(received), one(f+"/of", f+"/missing"))
	}
	same(one(median+"/missing"), append(slices.DeleteFunc(under(ended), func(s string) bool { return s == sentOnes }), openOnes))
	for _, x := range [][2]string{{median + "/of", sentOnes}, {ninth + "/of", sentOnes},
		{delays + "Réponse envoyée, médiane/of", sentOnes}, {delays + "Réponse envoyée, neuf sur dix/of", sentOnes},
		{delays + "Première lecture, médiane/of", look + "/of"}, {delays + "Première lecture, neuf sur dix/of", look + "/of"},
		{delays + "Avis d’expert, médiane/of", questions + "Répondues"}, {delays + "Avis d’expert, neuf sur dix/of", questions + "Répondues"}} {
		if _, ok := k[x[0]]; ok {
			same(one(x[0]), one(x[1]))
		}
	}
	asked := slices.DeleteFunc(under(questions), func(s string) bool { return s == questions+"Posées" })
	same(one(questions+"Posées"), asked)
	all = append(all, atMost{one(late), one(openOnes)}, atMost{one(look + "/missing"), one(openOnes)}, atMost{one(oriented), one(received)})
	chosen := append(under(networks), under(centres)...)
	for _, c := range chosen {
		all = append(all, atMost{one(c), one(oriented)})
	}
	last, none := under(choices), choices+"Aucune proposition"
	for _, c := range chosen {
		all = append(all, atMost{one(c), last})
	}
	teams := slices.DeleteFunc(slices.Clone(last), func(s string) bool { return s == none })
	all = append(all, atMost{last, one(received)}, atMost{teams, one(oriented)}, atMost{one(oriented), append(slices.Clone(last), questions+"Posées")})
	return append(all, atMost{one(oriented), append(chosen, questions+"Posées")})
}

// solve narrows what is known by the rules until nothing more follows.
func (k known) solve() {
	rules := k.rules()
	for _, r := range rules {
		for _, name := range append(slices.Clone(r.few), r.many...) {
			if _, ok := k[name]; !ok {
				k[name] = between{0, unknown}
			}
		}
	}
	for some, round := true, 0; some && round < 1000; round++ {
		some = false
		for _, r := range rules {
			lo, hi := 0, 0
			for _, x := range r.few {
				lo += k[x].lo
			}
			for _, x := range r.many {
				hi += k[x].hi
			}
			for _, x := range r.few {
				if now := k[x]; hi-(lo-now.lo) < now.hi {
					k[x], some = between{now.lo, hi - (lo - now.lo)}, true
				}
			}
			for _, x := range r.many {
				if now := k[x]; lo-(hi-now.hi) > now.lo {
					k[x], some = between{lo - (hi - now.hi), now.hi}, true
				}
			}
		}
	}
}

// leaks are the numbers that were hidden and are known too well once solved.
func (k known) leaks() (all []string) {
	before := maps.Clone(k)
	k.solve()
	for name, x := range before {
		least := LeastActivity
		if strings.HasPrefix(name, networks) || strings.HasPrefix(name, centres) {
			least = LeastHealth
		}
		if now := k[name]; x.lo != x.hi && now.hi-now.lo < 5 && (now.lo > 1 || now.hi < least-1) {
			all = append(all, fmt.Sprintf("%s is %d to %d", name, now.lo, now.hi))
		}
	}
	return all
}

// The solver finds what was found by a reader: ten of fourteen are open, so
// that four were closed, whatever is hidden of how.
func TestSolverSolves(t *testing.T) {
	k := known{received: {14, 14}, openOnes: {10, 10}, share100 + "/of": {1, unknown},
		sentOnes: {1, unknown}, ended + "Doublon": {1, 4}, ended + "Demandeur injoignable": {0, 0}}
	found := k.leaks()
	if k[share100+"/of"] != (between{4, 4}) || k[sentOnes] != (between{1, 3}) || len(found) != 3 {
		t.Errorf("%v, %v", k, found)
	}
}

// anyYear draws a year of n requests, evenly or not.
func anyYear(draw *rand.Rand, n int) facts {
	f := facts{zone: time.UTC, territory: "974 976"}
	start, months := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), 1+draw.IntN(12)
	of := func(names ...string) string { return names[min(draw.IntN(len(names)), draw.IntN(len(names)))] }
	closed, unseen, chosen := draw.IntN(101), draw.IntN(101), draw.IntN(101)
	for i := range n {
		at := start.AddDate(0, draw.IntN(months), draw.IntN(28))
		r := one{id: strconv.Itoa(i), who: of(request.GP, request.Family), diagnosis: of(request.NoDiagnosis, request.Suspected, request.NotKnown, request.Confirmed),
			urgency: of(request.Routine, request.Soon, request.Urgent), department: of("974", "", "976", "75"), state: "open", created: at, due: at.AddDate(0, draw.IntN(24), 0)}
		if draw.IntN(100) >= unseen/3 {
			r.looked = at.Add(time.Hour)
			if draw.IntN(100) < closed {
				r.state, r.closed = "closed", of(append([]string{request.Sent}, request.CloseReasons()...)...)
				if r.closed == request.Sent {
					r.sent = at.AddDate(0, 0, 1+draw.IntN(20))
				}
			}
		}
		if draw.IntN(100) < chosen {
			f.chosen = append(f.chosen, choice(r.id, request.ChoseNetwork, of("alpha", "beta", "gamma")))
			if draw.IntN(3) == 0 {
				f.chosen = append(f.chosen, choice(r.id, request.ChoseOrganisation, of("x", "y")))
			}
		}
		if n := len(f.chosen); n > 0 && f.chosen[n-1].request == r.id {
			f.last = append(f.last, last{r.id, of(request.StoodFirst, request.StoodProposed, unlisted, request.StoodOther, request.StoodNone)})
		} else if draw.IntN(100) < chosen/4 {
			f.last = append(f.last, last{r.id, request.StoodNone})
		}
		for range draw.IntN(3) * draw.IntN(2) {
			f.questions = append(f.questions, asked{request: r.id, state: of("answered", "refused", "sent", "withdrawn"), sent: at, ended: at.Add(time.Hour)})
		}
		f.requests = append(f.requests, r)
	}
	return f
}

func choice(id, kind, target string) chosen { return chosen{id, kind, target, strings.ToUpper(target)} }

func reportOf(f, before facts, masked bool) Report {
	r := Report{Platform: access.Platform{ID: "reunion"}, Year: 2026, At: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Masked: masked}
	r.count(f, before)
	return r
}

// Over many years, most of them small, no hidden number can be worked out from
// all that is shown, what is shown is true, and the year before is shown as its
// own report shows it.
func TestNothingCanBeWorkedOut(t *testing.T) {
	const years = 400
	draw := rand.New(rand.NewPCG(2, 15))
	w := words(t, "fr")
	var before facts
	for i := range years {
		f := anyYear(draw, draw.IntN(60))
		whole, masked := reading(t, w, reportOf(f, before, false)), reportOf(f, before, true)
		shown := reading(t, w, masked)
		if len(shown) < 40 {
			t.Fatalf("year %d: only %d numbers are read", i, len(shown))
		}
		for name, x := range shown {
			if n := whole[name].lo; n < x.lo || n > x.hi {
				t.Errorf("year %d: %s is %d and is shown as %v", i, name, n, x)
			}
		}
		numbers := len(shown)
		for _, leak := range shown.leaks() {
			t.Errorf("year %d of %d: %s", i, len(f.requests), leak)
		}
		if len(shown) != numbers {
			t.Fatalf("year %d: the rules name %d numbers that no sheet has", i, len(shown)-numbers)
		}
		for name, x := range shown { // or the solver would prove nothing
			if n := whole[name].lo; n < x.lo || n > x.hi {
				t.Fatalf("year %d: %s is %d and is solved as %v", i, name, n, x)
			}
		}
		own := reportOf(before, facts{}, true)
		for j, figure := range masked.Figures {
			if len(before.requests) > 0 && !reflect.DeepEqual(*figure.Before, own.Figures[j]) {
				t.Errorf("year %d: %+v was %+v", i, *figure.Before, own.Figures[j])
			}
		}
		before = f
	}
}

// What a director reads in the years that a reader stumbled over.
func TestWhatIsMasked(t *testing.T) {
	year := func(open, unseen, sent, duplicate int) (f facts) {
		f.zone, f.territory = time.UTC, "974"
		at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		for i := range open + sent + duplicate {
			r := one{id: strconv.Itoa(i), who: request.GP, diagnosis: request.NoDiagnosis, urgency: request.Soon, department: "974", state: "open", created: at}
			if i >= unseen {
				r.looked = at.Add(time.Hour)
			}
			switch {
			case i >= open+sent:
				r.state, r.closed = "closed", request.Duplicate
			case i >= open:
				r.state, r.closed, r.sent = "closed", request.Sent, at.AddDate(0, 0, 2)
			}
			f.requests = append(f.requests, r)
		}
		return f
	}
	for _, tt := range []struct {
		name string
		f    facts
		want []string // of received, first look, answer, share, open: value, of, missing
	}{
		{"four closed of fourteen", year(10, 0, 3, 1), []string{"14 14 0", "1,0 14 0", "masqué masqué masqué", "masqué masqué masqué", "masqué 14 0"}},
		{"one not looked at of thirty", year(10, 1, 20, 0), []string{"30 30 0", "1,0 masqué masqué", "48,0 20 10", "100 20 10", "10 30 0"}},
		{"two duplicates of thirty", year(10, 0, 18, 2), []string{"30 30 0", "1,0 30 0", "48,0 masqué masqué", "masqué 20 10", "10 30 0"}},
		{"nothing small", year(10, 5, 20, 5), []string{"35 35 0", "1,0 30 5", "48,0 20 15", "80 25 10", "10 35 0"}},
		{"nothing", year(0, 0, 0, 0), []string{"0 0 0", "— 0 0", "— 0 0", "— 0 0", "0 0 0"}},
		{"three", year(3, 0, 0, 0), []string{"<\u00a05 masqué 0", "masqué masqué 0", "— 0 masqué", "— 0 masqué", "<\u00a05 masqué 0"}},
	} {
		rows := sheet(t, words(t, "fr"), reportOf(tt.f, facts{}, true))
		for i, at := range []int{0, 2, 3, 5, 6} {
			if got := strings.Join([]string{rows[at][2], rows[at][4], rows[at][5]}, " "); got != tt.want[i] {
				t.Errorf("%s: %s: %q, want %q", tt.name, rows[at][1], got, tt.want[i])
			}
		}
	}
}
