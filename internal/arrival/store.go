package arrival

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/need"
	"phare/internal/store"
)

const columns = `a.id, a.platform, a.channel, a.source, a.about, a.remark, a.came_at, a.holder, COALESCE(h.name, ''), a.holder_since, a.state, COALESCE(a.request, ''), COALESCE(r.reference, ''),
	a.reason, a.told, a.ended_at, a.ended_name, a.version, (SELECT count(*) FROM attachment f WHERE f.draft = a.id AND (f.platform || '') = a.platform)
	FROM arrival a LEFT JOIN account h ON h.id = a.holder AND h.platform = a.platform LEFT JOIN request r ON r.id = a.request AND r.platform = a.platform`

func scan(row store.Row) (a Arrival, err error) {
	var about string
	err = row.Scan(&a.ID, &a.Platform, &a.Channel, &a.Source, store.Sealed(&about, "arrival.about", &a.ID), store.Sealed(&a.Remark, "arrival.remark", &a.ID), store.Time(&a.CameAt),
		&a.Holder, &a.HolderName, store.Time(&a.HolderSince), &a.State, &a.Request, &a.Reference, &a.Reason, &a.Told, store.Time(&a.EndedAt), &a.EndedName, &a.Version, &a.Count)
	if err != nil || about == "" {
		return a, err
	}
	return a, json.Unmarshal([]byte(about), &a.About)
}

// find is one arrival of the actor's platform.
func find(v *store.View, by access.Actor, id phare.ID) (Arrival, error) {
	return store.One(v, scan, `SELECT `+columns+` WHERE a.id = $1 AND a.platform = $2`, id, by.Platform)
}

// waiting are those that wait, one more than are shown, behind one if it is named.
func waiting(v *store.View, by access.Actor, after phare.ID) ([]Arrival, error) {
	if after == "" {
		return store.All(v, scan, `SELECT `+columns+` WHERE a.platform = $1 AND a.state = 'waiting' ORDER BY a.came_at, a.id LIMIT $2`, by.Platform, shown+1)
	}
	return store.All(v, scan, `SELECT `+columns+` WHERE a.platform = $1 AND a.state = 'waiting' AND (a.came_at, a.id) > (SELECT x.came_at, x.id FROM arrival x WHERE x.id = $2 AND x.platform = $1)
		ORDER BY a.came_at, a.id LIMIT $3`, by.Platform, after, shown+1)
}

// ended are those that were settled lately and can be taken back; none that went into
// a file which is closed to some.
func ended(v *store.View, by access.Actor, state State) ([]Arrival, error) {
	return store.All(v, scan, `SELECT `+columns+` WHERE a.platform = $1 AND a.state = $2 AND a.ended_at > $3 AND a.about <> '' AND COALESCE(r.guard, '') = '' ORDER BY a.ended_at DESC, a.id LIMIT $4`,
		by.Platform, string(state), v.Now().Add(-AsideLife), shown)
}

// coming is something that is to be stored.
type coming struct {
	id              phare.ID
	channel, source string
	once            string // by which the same thing is taken once
	name            string // of the message, by which another like it is told
	about           About
	holder          string // empty: whoever has fewest
}

// known is what came before with the same content; NotFound when nothing did.
func known(v *store.View, by access.Actor, once string) (Arrival, error) {
	return store.One(v, scan, `SELECT `+columns+` WHERE a.platform = $1 AND a.print = $2`, by.Platform, store.Blind(by.Platform, "arrival", once))
}

// insert stores what came.
func insert(tx *store.Tx, by access.Actor, c coming) (err error) {
	if c.holder == "" {
		if c.holder, err = fewest(&tx.View, by.Platform); err != nil {
			return err
		}
	}
	if c.about.Alike, err = alike(&tx.View, by, c); err != nil {
		return err
	}
	about, err := json.Marshal(c.about)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO arrival (id, platform, print, alike, channel, source, about, came_at, holder, holder_since, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, 'waiting')`,
		c.id, by.Platform, store.Blind(by.Platform, "arrival", c.once), store.Blind(by.Platform, "arrival.name", c.name), c.channel, c.source,
		store.SealRow(by.Platform, subject(c.id), "arrival", c.id).In("about", string(about)), tx.Now, c.holder)
}

// alike says whether another message bore the same name (Message-ID).
func alike(v *store.View, by access.Actor, c coming) (bool, error) {
	if c.name == "" {
		return false, nil
	}
	n, err := store.One(v, store.Value[int], `SELECT count(*) FROM arrival WHERE platform = $1 AND alike = $2`, by.Platform, store.Blind(by.Platform, "arrival.name", c.name))
	return n > 0, err
}

// fewest is who has fewest arrivals to resolve of those who are at work, a secretary
// before others.
func fewest(v *store.View, platform string) (string, error) {
	all, err := access.Active(v, platform)
	if err != nil {
		return "", err
	}
	away, err := need.Away(v, platform)
	if err != nil {
		return "", err
	}
	type load struct {
		account string
		n       int
	}
	loads, err := store.All(v, func(row store.Row) (l load, err error) {
		err = row.Scan(&l.account, &l.n)
		return l, err
	}, `SELECT holder, count(*) FROM arrival WHERE platform = $1 AND state = 'waiting' GROUP BY holder`, platform)
	if err != nil {
		return "", err
	}
	has := map[string]int{}
	for _, l := range loads {
		has[l.account] = l.n
	}
	all = slices.DeleteFunc(all, func(a access.Account) bool { return !a.Actor().Can(access.TriageRequest) })
	if len(all) == 0 {
		return "", nil
	}
	return string(slices.MinFunc(all, func(a, b access.Account) int {
		return cmp.Or(cmp.Compare(late(away, a), late(away, b)), cmp.Compare(rank(a.Role), rank(b.Role)), cmp.Compare(has[string(a.ID)], has[string(b.ID)]),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	}).ID), nil
}

func late(away map[string]string, a access.Account) int {
	if away[string(a.ID)] != "" {
		return 1
	}
	return 0
}

func rank(r access.Role) int {
	return slices.Index([]access.Role{access.Secretary, access.Nurse, access.Physician}, r)
}

// end says what became of an arrival, as it was when it was read.
func (a Arrival) end(tx *store.Tx, by access.Actor, to State, of phare.ID) error {
	var request any
	if of != "" {
		request = string(of)
	}
	return tx.Update(`UPDATE arrival SET state = $1, request = $2, ended_at = $3, ended_by = $4, ended_name = $5, reason = $6, told = $7, remark = $8, version = version + 1
		WHERE id = $9 AND platform = $10 AND version = $11`,
		string(to), request, tx.Now, by.ID, by.Name, a.Reason, a.Told, store.SealRow(a.Platform, subject(a.ID), "arrival", a.ID).In("remark", a.Remark), a.ID, a.Platform, a.Version)
}

// rewrite stores anew what an arrival says.
func (a Arrival) rewrite(tx *store.Tx) error {
	about, err := json.Marshal(a.About)
	if err != nil {
		return err
	}
	return tx.Update(`UPDATE arrival SET about = $1 WHERE id = $2 AND platform = $3`, store.SealRow(a.Platform, subject(a.ID), "arrival", a.ID).In("about", string(about)), a.ID, a.Platform)
}

// empty forgets what an arrival says once it stands in a request: its key goes.
func (a Arrival) empty(tx *store.Tx) error {
	if err := tx.Update(`UPDATE arrival SET about = '', remark = '' WHERE id = $1 AND platform = $2`, a.ID, a.Platform); err != nil {
		return err
	}
	return tx.Forget(subject(a.ID))
}

// Purge forgets what was put aside AsideLife ago, files and all, what is left of that
// which was matched then, gives what is held
// by nobody who works here to someone who does, and says how many went.
func Purge(tx *store.Tx, by access.Actor) (n int64, err error) {
	old, err := store.All(&tx.View, store.Value[phare.ID], `SELECT id FROM arrival WHERE platform = $1 AND state = 'aside' AND ended_at < $2`, by.Platform, tx.Now.Add(-AsideLife))
	if err != nil {
		return 0, err
	}
	for _, id := range old {
		if err := attachment.Drop(tx, string(id), ""); err != nil {
			return n, err
		}
		if err := tx.Exec(`DELETE FROM arrival WHERE id = $1 AND platform = $2`, id, by.Platform); err != nil {
			return n, err
		}
		if err := tx.Forget(subject(id)); err != nil {
			return n, err
		}
		n++
	}
	parted, err := store.All(&tx.View, store.Value[phare.ID], `SELECT id FROM arrival WHERE platform = $1 AND state = 'matched' AND about <> '' AND ended_at < $2`, by.Platform, tx.Now.Add(-AsideLife))
	if err != nil {
		return n, err
	}
	for _, id := range parted {
		if err := errors.Join(attachment.Drop(tx, string(id), ""), Arrival{ID: id, Platform: by.Platform}.empty(tx)); err != nil {
			return n, err
		}
		n++
	}
	held, err := rehold(tx, by)
	return n + held, err
}

// rehold gives someone else what is held by nobody who may resolve it any more.
func rehold(tx *store.Tx, by access.Actor) (n int64, err error) {
	all, err := access.Active(&tx.View, by.Platform)
	if err != nil {
		return 0, err
	}
	waiting, err := store.All(&tx.View, func(row store.Row) (x [2]string, err error) {
		err = row.Scan(&x[0], &x[1])
		return x, err
	}, `SELECT id, holder FROM arrival WHERE platform = $1 AND state = 'waiting' ORDER BY came_at, id`, by.Platform)
	if err != nil {
		return 0, err
	}
	for _, x := range waiting {
		if slices.ContainsFunc(all, func(a access.Account) bool { return string(a.ID) == x[1] && a.Actor().Can(access.TriageRequest) }) {
			continue
		}
		to, err := fewest(&tx.View, by.Platform)
		if err != nil || to == "" {
			return n, err
		}
		if err := tx.Exec(`UPDATE arrival SET holder = $1, holder_since = $2, version = version + 1 WHERE id = $3 AND platform = $4`, to, tx.Now, x[0], by.Platform); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// onceOf is by what a message is known again: its name and its content.
func onceOf(parts ...string) string { return fmt.Sprintf("%q", strings.Join(parts, "\x00")) }

// dueOf is when an arrival is late: at the end of the working day after it came.
func dueOf(v *store.View, platform string) (func(time.Time) time.Time, error) {
	days, err := need.Workdays(v, platform)
	return func(came time.Time) time.Time { return days.Due(came, 1) }, err
}
