package request

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"phare/internal/patient"
	"phare/internal/store"
	"phare/internal/term"
)

// twinSpan is how close in time two requests for one patient are perhaps one.
const twinSpan = 48 * time.Hour

// Twins are the requests that may be the same as r: of the same platform, for
// a patient with the same date of birth and a similar name, within 48 hours,
// from another form. They are shown to the desk and never merged by the program.
func Twins(v *store.View, r Request) ([]Request, error) {
	if r.Fields.BirthDate == "" {
		return nil, nil
	}
	near, err := store.All(v, scan, `SELECT `+columns+` FROM request
		WHERE platform = $1 AND birth_index = $2 AND created_at >= $3 AND created_at <= $4 AND id <> $5`,
		r.Platform, birthIndex(r.Platform, r.Fields.BirthDate), r.CreatedAt.Add(-twinSpan), r.CreatedAt.Add(twinSpan), r.ID)
	// Sorted here: asked to sort, SQLite would walk two days of requests by date
	// instead of looking the birthday up.
	slices.SortFunc(near, func(x, y Request) int { return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.ID, y.ID)) })
	return slices.DeleteFunc(near, func(x Request) bool { return !similarNames(r.Fields, x.Fields) }), err
}

// againSpan is how long a requester who writes again is recognised.
const againSpan = 30 * 24 * time.Hour

// Again are earlier requests of the same requester for perhaps the same patient:
// the same telephone or mail address, names that do not differ, no other date of
// birth, within 30 days. Those that are twins too are not told twice. They are
// shown to the desk, gently, and never merged by the program: families write
// again because they wait.
func Again(v *store.View, r Request, twins []Request) ([]Request, error) {
	f := r.Fields
	var near []Request
	for _, word := range tidy([]string{phoneWord(f.Phone), mailWord(f.Mail), phoneWord(f.ClosePhone), mailWord(f.CloseMail)}) {
		some, err := store.All(v, scan, `SELECT `+columns+` FROM request WHERE (platform || '') = $1
			AND id IN (SELECT request FROM request_word WHERE platform = $1 AND word = $2)
			AND created_at >= $3 AND created_at <= $4 AND id <> $5 ORDER BY created_at DESC, id LIMIT 20`,
			r.Platform, store.Blind(r.Platform, "request.word", word), r.CreatedAt.Add(-againSpan), r.CreatedAt, r.ID)
		if err != nil {
			return nil, err
		}
		for _, x := range some {
			known := func(o Request) bool { return o.ID == x.ID }
			if !slices.ContainsFunc(near, known) && !slices.ContainsFunc(twins, known) && sameAgain(f, x.Fields) {
				near = append(near, x)
			}
		}
	}
	slices.SortFunc(near, func(x, y Request) int { return cmp.Or(y.CreatedAt.Compare(x.CreatedAt), cmp.Compare(x.ID, y.ID)) })
	return near, nil
}

// sameAgain says whether two requests of one requester may be about one patient:
// what both say agrees. A physician writes of many patients, so that without a
// name in common nothing is said of their requests.
func sameAgain(a, b Fields) bool {
	born := a.BirthDate == "" || b.BirthDate == "" || strings.HasPrefix(a.BirthDate, b.BirthDate) || strings.HasPrefix(b.BirthDate, a.BirthDate)
	nameless := a.FirstName+a.FamilyName == "" || b.FirstName+b.FamilyName == ""
	return born && (similarNames(a, b) || nameless && (a.Who == Family || b.Who == Family))
}

// similarNames compares the words of two full names, in any order: each word of
// the shorter name must be found in the other, but for a letter or two.
func similarNames(a, b Fields) bool {
	x, y := strings.Fields(term.Fold(a.FirstName+" "+a.FamilyName)), strings.Fields(term.Fold(b.FirstName+" "+b.FamilyName))
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, w := range x {
		i := slices.IndexFunc(y, func(o string) bool { return similarWords(w, o) })
		if i < 0 {
			return false
		}
		y = slices.Delete(slices.Clone(y), i, i+1)
	}
	return len(x) > 0
}

// similarWords allows one mistake from four letters on, two from eight on.
func similarWords(a, b string) bool {
	allowed := min(len(a), len(b)) / 4
	return patient.Distance(a, b, allowed) <= allowed
}
