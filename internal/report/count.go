package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare/internal/request"
)

// figures are the eight figures of the first page, in order.
func (f facts) figures(now time.Time) []Figure {
	n := len(f.requests)
	var closed, sent, open, late int
	for _, r := range f.requests {
		switch {
		case r.state == string(request.Closed):
			closed++
			if r.closed == request.Sent {
				sent++
			}
		default:
			open++
			if !r.due.IsZero() && now.After(r.due) {
				late++
			}
		}
	}
	looks, answers := f.looks(), f.answers()
	return []Figure{
		{Key: "received", Unit: Requests, Value: n, Of: n},
		{Key: "oriented", Unit: Requests, Value: f.oriented(), Of: n},
		delay("look", looks, 50, n),
		delay("answer", answers, 50, n),
		delay("answer90", answers, 90, n),
		share("sent", sent, closed, n),
		{Key: "open", Unit: Requests, Value: open, Of: n},
		{Key: "late", Unit: Requests, Value: late, Of: n},
	}
}

// delay is a percentile of some delays, of which there could be n.
func delay(key string, all []time.Duration, percent, n int) Figure {
	return Figure{Key: key, Unit: Delay, Delay: Percentile(all, percent), Of: len(all), Missing: n - len(all), None: len(all) == 0}
}

// share is a part of a whole in percent, rounded to the nearest.
func share(key string, part, whole, n int) Figure {
	f := Figure{Key: key, Unit: Percent, Of: whole, Missing: n - whole, None: whole == 0, part: part}
	if whole > 0 {
		f.Value = (200*part + whole) / (2 * whole)
	}
	return f
}

// Percentile is the smallest of the values that at least percent of them do not
// exceed (nearest rank). Of none it is 0.
func Percentile(all []time.Duration, percent int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	rank := (percent*len(sorted) + 99) / 100
	return sorted[max(rank, 1)-1]
}

// oriented counts the requests for which a team was chosen or an expert asked.
func (f facts) oriented() int {
	done := map[string]bool{}
	for _, c := range f.chosen {
		done[c.request] = true
	}
	for _, q := range f.questions {
		done[q.request] = true
	}
	return len(done)
}

// looks are the delays from arrival to the first look.
func (f facts) looks() (all []time.Duration) {
	for _, r := range f.requests {
		if !r.looked.IsZero() {
			all = append(all, r.looked.Sub(r.created))
		}
	}
	return all
}

// answers are the delays from arrival to the answer's leaving.
func (f facts) answers() (all []time.Duration) {
	for _, r := range f.requests {
		if !r.sent.IsZero() {
			all = append(all, r.sent.Sub(r.created))
		}
	}
	return all
}

// opinions are the delays from a question to its answer.
func (f facts) opinions() (all []time.Duration) {
	for _, q := range f.questions {
		if q.state == "answered" {
			all = append(all, q.ended.Sub(q.sent))
		}
	}
	return all
}

// tables are the counts, in the order of the report.
func (f facts) tables(now time.Time) []Table {
	return []Table{
		f.months(),
		f.named("who", request.Kinds(), func(r one) string { return r.who }),
		f.named("diagnosis", []string{request.NoDiagnosis, request.Suspected, request.Confirmed, request.NotKnown}, func(r one) string { return r.diagnosis }),
		f.named("urgency", []string{request.Urgent, request.Soon, request.Routine}, func(r one) string { return r.urgency }),
		f.departments(),
		f.delays(),
		f.asked(),
		f.named("ended", append([]string{request.Sent}, request.CloseReasons()...), func(r one) string { return r.closed }),
		f.choices(),
		f.targets("network", request.ChoseNetwork),
		f.targets("centre", request.ChoseOrganisation),
	}
}

// months counts by the month at the desk in which the request came.
func (f facts) months() Table {
	t := Table{Key: "month", Unit: Requests, Rows: make([]Row, 12)}
	for i := range t.Rows {
		t.Rows[i].Name = fmt.Sprintf("%02d", i+1)
	}
	for _, r := range f.requests {
		t.Rows[r.created.In(f.zone).Month()-1].N++
	}
	return t
}

// named counts by one of some known names; requests without one are left out.
func (f facts) named(key string, names []string, of func(one) string) Table {
	t := Table{Key: key, Unit: Requests}
	for _, name := range names {
		row := Row{Name: name}
		for _, r := range f.requests {
			if of(r) == name {
				row.N++
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// departments counts by where the patient lives: the desk's own departments
// first, then the others together, then those that no code tells.
func (f facts) departments() Table {
	t := Table{Key: "department", Unit: Requests}
	own := strings.Fields(f.territory)
	counts := map[string]int{}
	for _, r := range f.requests {
		switch {
		case r.department == "":
			counts["unknown"]++
		case slices.Contains(own, r.department):
			counts[r.department]++
		default:
			counts["elsewhere"]++
		}
	}
	for _, code := range own {
		t.Rows = append(t.Rows, Row{Label: code, N: counts[code]})
	}
	for _, name := range []string{"elsewhere", "unknown"} {
		t.Rows = append(t.Rows, Row{Name: name, N: counts[name]})
	}
	return t
}

// delays are the median and the ninth decile of each delay.
func (f facts) delays() Table {
	t := Table{Key: "delay", Unit: Delay}
	for _, d := range []struct {
		name string
		all  []time.Duration
	}{{"look", f.looks()}, {"opinion", f.opinions()}, {"answer", f.answers()}} {
		for _, percent := range []int{50, 90} {
			t.Rows = append(t.Rows, Row{Name: fmt.Sprintf("%s%d", d.name, percent), N: len(d.all),
				Delay: Percentile(d.all, percent), None: len(d.all) == 0})
		}
	}
	return t
}

// asked counts the questions to experts by what became of them.
func (f facts) asked() Table {
	states := map[string]int{}
	for _, q := range f.questions {
		states[q.state]++
	}
	return Table{Key: "question", Unit: Requests, Rows: []Row{
		{Name: "all", N: len(f.questions)},
		{Name: "answered", N: states["answered"]},
		{Name: "refused", N: states["refused"]},
		{Name: "waiting", N: states["sent"] + states["opened"] + states["expired"]},
		{Name: "withdrawn", N: states["withdrawn"]},
	}}
}

// choices counts the requests by where their last choice stood in the list that
// the signs gave.
func (f facts) choices() Table {
	t := Table{Key: "choice", Unit: Requests}
	for _, name := range []string{request.StoodFirst, request.StoodProposed, request.StoodOther, unlisted, request.StoodNone} {
		row := Row{Name: name}
		for _, l := range f.last {
			if l.row == name {
				row.N++
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// targets counts the requests for which each network or centre was chosen, the
// most chosen first.
func (f facts) targets(key, kind string) Table {
	t := Table{Key: key, Unit: Requests, Health: true}
	place := map[string]int{} // target → row
	for _, c := range f.chosen {
		if c.kind != kind {
			continue
		}
		i, ok := place[c.target]
		if !ok {
			i = len(t.Rows)
			place[c.target] = i
			t.Rows = append(t.Rows, Row{})
		}
		t.Rows[i].N++
		t.Rows[i].Label = max(t.Rows[i].Label, c.label) // names can change; one of them, always the same
	}
	slices.SortFunc(t.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Label, b.Label))
	})
	return t
}
