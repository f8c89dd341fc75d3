package report

import (
	"encoding/json"
	"time"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// facts are what one year's figures are counted from.
type facts struct {
	zone      *time.Location
	territory string
	requests  []one
	questions []asked
	chosen    []chosen
	last      []last
}

// one is what the report looks at of one request. No name is read.
type one struct {
	id                                string
	who, urgency, state, closed       string // closed: the reason
	diagnosis, department             string
	created, looked, ended, sent, due time.Time
}

// asked is one question to an expert.
type asked struct {
	request, state string
	sent, ended    time.Time
}

// chosen is a network or a centre that was chosen for a request, once.
type chosen struct{ request, kind, target, label string }

// last is where the last choice made for a request stood: a row of the table of
// choices.
type last struct{ request, row string }

// Span is the year at a desk, as moments.
func Span(desk access.Platform, year int) (from, to time.Time) {
	return span(text.Zone(desk.Zone), year)
}

// span is the year at the desk, as moments.
func span(zone *time.Location, year int) (from, to time.Time) {
	return time.Date(year, time.January, 1, 0, 0, 0, 0, zone), time.Date(year+1, time.January, 1, 0, 0, 0, 0, zone)
}

func read(v *store.View, desk access.Platform, year int) (f facts, err error) {
	f = facts{zone: text.Zone(desk.Zone), territory: desk.Territory}
	from, to := span(f.zone, year)
	f.requests, err = store.All(v, scanOne, `SELECT r.id, r.who, r.urgency, r.state, r.close_reason, r.fields,
			r.created_at, r.first_look_at, r.closed_at, COALESCE((SELECT min(a.sent_at) FROM answer a WHERE a.request = r.id AND a.platform = r.platform AND a.sent_at <> ''), ''), r.next_at
		FROM request r
		WHERE r.platform = $1 AND r.created_at >= $2 AND r.created_at < $3 ORDER BY r.created_at, r.id`, desk.ID, from, to)
	if err != nil {
		return f, err
	}
	f.questions, err = store.All(v, func(row store.Row) (q asked, err error) {
		err = row.Scan(&q.request, &q.state, store.Time(&q.sent), store.Time(&q.ended))
		return q, err
	}, `SELECT q.request, q.state, q.sent_at, q.ended_at FROM question q JOIN request r ON r.id = q.request AND (r.platform || '') = q.platform
		WHERE r.platform = $1 AND r.created_at >= $2 AND r.created_at < $3`, desk.ID, from, to)
	if err != nil {
		return f, err
	}
	f.chosen, err = store.All(v, func(row store.Row) (c chosen, err error) {
		err = row.Scan(&c.request, &c.kind, &c.target, &c.label)
		return c, err
	}, `SELECT c.request, c.kind, c.target, max(c.label) FROM choice c JOIN request r ON r.id = c.request AND (r.platform || '') = c.platform
		WHERE r.platform = $1 AND r.created_at >= $2 AND r.created_at < $3 AND c.kind <> 'none'
		GROUP BY c.request, c.kind, c.target`, desk.ID, from, to)
	if err != nil {
		return f, err
	}
	every, err := store.All(v, func(row store.Row) (l last, err error) {
		err = row.Scan(&l.request, &l.row)
		return l, err
	}, `SELECT c.request, c.stood FROM choice c JOIN request r ON r.id = c.request AND (r.platform || '') = c.platform
		WHERE r.platform = $1 AND r.created_at >= $2 AND r.created_at < $3 ORDER BY c.request, c.at, c.id`, desk.ID, from, to)
	for i, l := range every {
		if i+1 < len(every) && every[i+1].request == l.request {
			continue // there is a later one
		}
		if l.row == request.StoodUnlisted {
			l.row = unlisted
		}
		f.last = append(f.last, l)
	}
	return f, err
}

// unlisted is the row of choices for which the signs gave no list.
const unlisted = "unlisted"

func scanOne(row store.Row) (o one, err error) {
	var fields string
	err = row.Scan(&o.id, &o.who, &o.urgency, &o.state, &o.closed, store.Sealed(&fields, "request.fields", &o.id),
		store.Time(&o.created), store.Time(&o.looked), store.Time(&o.ended), store.Time(&o.sent), store.Time(&o.due))
	if err != nil {
		return o, err
	}
	var told struct {
		Diagnosis string `json:"diagnosis"`
		Commune   string `json:"commune"`
		Place     string `json:"place"`
	}
	if fields == "" { // erased: it counts, as from nowhere
		fields = "{}"
	}
	if err := json.Unmarshal([]byte(fields), &told); err != nil {
		return o, err
	}
	o.diagnosis, o.department = told.Diagnosis, department(told.Commune)
	if o.department == "" && o.who == request.Family { // a family's own address; a physician's place is not the patient's
		o.department = department(told.Place)
	}
	return o, nil
}

// department finds a French postal code or INSEE code in an address and returns
// its department: "974", "2A", "31"; empty if there is none.
func department(address string) string {
	run := 0
	for i := 0; i <= len(address); i++ {
		if i < len(address) && (address[i] >= '0' && address[i] <= '9' || run == 1 && (address[i] == 'A' || address[i] == 'B')) {
			run++
			continue
		}
		if run == 5 {
			return departmentOf(address[i-5 : i])
		}
		run = 0
	}
	return ""
}

func departmentOf(code string) string {
	switch {
	case code[:2] == "97" || code[:2] == "98":
		return code[:3]
	case code[:2] == "20" && code < "20200":
		return "2A"
	case code[:2] == "20":
		return "2B"
	case code[:2] == "00" || code[:2] == "96" || code[:2] == "99":
		return ""
	}
	return code[:2]
}
