package circle

import (
	"phare/internal/access"
	"phare/internal/store"
)

// inside is where an account holds a request or stands in its circle.
const inside = `r.owner = ? OR r.id IN (SELECT c.request FROM circle c WHERE c.account = ? AND c.platform = ? AND c.place = 'in' AND (c.until = '' OR c.until > ?))`

// Reach is a condition on the rows r of request, with its arguments, that holds for
// what an account may open without an exceptional access, or read while its use is
// limited. It makes lists short; who may open a file is still for Check to say.
func Reach(v *store.View, by access.Actor) (condition string, args []any, err error) {
	mode, err := Mode(v, by.Platform)
	open := `r.guard = ''`
	if by.Can(access.ReadLimited) { // it is still promised news on a day
		open = `r.guard IN ('', 'limited')`
	}
	if mode == ByFile {
		open += ` AND r.owner = ''`
	}
	return `(` + open + ` OR ` + inside + `)`, []any{by.ID, by.ID, by.Platform, v.Now()}, err
}

// Beyond are the requests of a platform that an account may not open, by their
// state. Where each file has its own circle they are most of all: then ok is false,
// and they are not read.
func Beyond(v *store.View, by access.Actor) (all []Shut, ok bool, err error) {
	mode, err := Mode(v, by.Platform)
	if err != nil || mode == ByFile {
		return nil, false, err
	}
	shut := [...]string{Limited, LimitedConfidential}
	if by.Can(access.ReadLimited) {
		shut = [...]string{"", ""}
	}
	all, err = store.All(v, func(row store.Row) (s Shut, err error) {
		err = row.Scan(&s.Request, &s.State, &s.NextAt)
		return s, err
	}, `SELECT r.id, r.state, r.next_at FROM request r WHERE r.platform = $1 AND r.guard <> '' AND (r.id IN
			(SELECT c.request FROM circle c WHERE c.account = $2 AND c.platform = $1 AND c.place = 'barred' AND (c.until = '' OR c.until > $3))
		OR r.guard IN ($4, $5) OR r.guard <> 'limited' AND r.owner <> $2 AND r.id NOT IN
			(SELECT c.request FROM circle c WHERE c.account = $2 AND c.platform = $1 AND c.place = 'in' AND (c.until = '' OR c.until > $3)))`,
		by.Platform, by.ID, v.Now(), shut[0], shut[1])
	return all, true, err
}
