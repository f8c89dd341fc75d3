package request

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"phare/internal/circle"
	"phare/internal/store"
)

// Filter says which part of the work list is wanted. All of it can be combined,
// and none of it tells of a patient.
type Filter struct {
	Basket  Basket
	Mine    bool   // only what the actor holds
	Team    bool   // only what the actor may open
	Holder  string // only what this account holds
	Nobody  bool   // only what nobody holds
	Urgency string // Routine, Soon or Urgent
	Who     string // one of Kinds
	Days    int    // only what came at least so many days ago; 0: all
	Find    string // words as typed: then nothing else matters
	After   Cursor // the page after this place; empty: the first
	Limit   int    // rows; 0: PageRows
}

// mostDays bounds what "older than" can ask for.
const mostDays = 3650

// Clean drops of a filter what no part of the work list answers to: of what stands
// in an address only what is known.
func (f Filter) Clean() Filter {
	if !slices.Contains([]string{Routine, Soon, Urgent}, f.Urgency) {
		f.Urgency = ""
	}
	if !slices.Contains(Kinds(), f.Who) {
		f.Who = ""
	}
	f.Days = min(max(f.Days, 0), mostDays)
	return f
}

// IsPlain says whether nothing narrows the list but its basket, and whose it is.
func (f Filter) IsPlain() bool {
	return f.Holder == "" && !f.Nobody && f.Urgency == "" && f.Who == "" && f.Days == 0
}

// query gathers conditions, each with its placeholders written as "?".
type query struct {
	where strings.Builder
	args  []any
}

// query is what the filter asks for on the actor's platform, but for its basket.
func (l look) query(v *store.View) (*query, error) {
	q, f := &query{}, l.f
	q.and(`r.platform = ?`, l.by.Platform)
	if f.Mine {
		// One's own, and those of colleagues who are away and whom one covers.
		q.and(`r.owner <> '' AND r.owner IN (SELECT CAST(? AS TEXT) UNION ALL SELECT x.account FROM absence x WHERE x.platform = ? AND x.cover = ? AND x.since <= ? AND x.until > ?)`,
			l.by.ID, l.by.Platform, l.by.ID, l.now, l.now)
	}
	if f.Holder != "" {
		q.and(`r.owner <> '' AND r.owner = ?`, f.Holder)
	}
	if f.Nobody {
		q.and(`r.owner = ''`)
	}
	if f.Urgency != "" {
		q.and(`r.urgency = ?`, f.Urgency)
	}
	if f.Who != "" {
		q.and(`r.who = ?`, f.Who)
	}
	if f.Days > 0 {
		q.and(`r.created_at <= ?`, l.now.Add(-time.Duration(f.Days)*24*time.Hour))
	}
	if !f.Team {
		return q, nil
	}
	condition, args, err := circle.Reach(v, l.by)
	if err == nil && condition != "" {
		q.and(condition, args...)
	}
	return q, err
}

func (q *query) and(condition string, args ...any) {
	if q.where.Len() > 0 {
		q.where.WriteString(" AND ")
	}
	for _, part := range strings.SplitAfter(condition, "?") {
		head, had := strings.CutSuffix(part, "?")
		q.where.WriteString(head)
		if had {
			q.args = append(q.args, args[0])
			args = args[1:]
			fmt.Fprintf(&q.where, "$%d", len(q.args))
		}
	}
}

// holes writes n placeholders, the first of them after what stands before.
func holes(before, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", before+i+1)
	}
	return strings.Join(marks, ", ")
}
