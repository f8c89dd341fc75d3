package circle

import (
	"cmp"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Places of an account in a circle.
const (
	placeIn     = "in"
	placeBarred = "barred"
)

// workers are the roles whose accounts can open files at all.
const workers = `('nurse', 'secretary', 'physician')`

// kept is the condition that a request was not erased: an erased one keeps its row,
// its holder and its guard, and no key to write to its timeline.
const kept = `NOT EXISTS (SELECT 1 FROM erasure gone WHERE gone.request = request.id AND (gone.platform || '') = request.platform AND gone.state = 'done')`

func file(v *store.View, platform string, id phare.ID) (File, error) {
	return store.One(v, scanFile, `SELECT id, guard, owner FROM request WHERE id = $1 AND platform = $2`, id, platform)
}

func scanFile(row store.Row) (f File, err error) {
	err = row.Scan(&f.ID, &f.Guard, &f.Owner)
	return f, err
}

// siblings are a request and all others of its patient.
func siblings(v *store.View, platform string, id phare.ID) ([]File, error) {
	return store.All(v, scanFile, `SELECT id, guard, owner FROM request WHERE platform = $1 AND id = $2
		UNION SELECT id, guard, owner FROM request WHERE platform = $1 AND patient = (SELECT patient FROM request WHERE id = $2 AND platform = $1)`, platform, id)
}

// ofPatient are the requests of one patient.
func ofPatient(v *store.View, platform string, patient phare.ID) ([]File, error) {
	return store.All(v, scanFile, `SELECT id, guard, owner FROM request WHERE platform = $1 AND patient = $2 ORDER BY id`, platform, patient)
}

// Mode is how a platform shares its files now: ByDesk or ByFile.
func Mode(v *store.View, platform string) (string, error) {
	mode, _, err := modeOf(v, platform)
	return mode, err
}

// modeOf is Mode, and from when on the whole desk opens all, if that is decided and
// not so yet.
func modeOf(v *store.View, platform string) (mode string, wide time.Time, err error) {
	mode, err = store.One(v, func(row store.Row) (mode string, err error) {
		err = row.Scan(&mode, store.Time(&wide))
		return mode, err
	}, `SELECT circle, wide_at FROM platform WHERE id = $1`, platform)
	if wide.IsZero() || v.Now().Before(wide) {
		return mode, wide, err
	}
	return ByDesk, time.Time{}, err
}

// membersOf reads the rows of some files that hold now, and their owners.
func membersOf(v *store.View, platform string, files []File) (map[phare.ID][]member, error) {
	args := []any{platform, v.Now()}
	for _, f := range files {
		args = append(args, f.ID)
	}
	these := `(` + holes(2, len(files)) + `)`
	all, err := store.All(v, func(row store.Row) (m member, err error) {
		var role access.Role
		err = row.Scan(&m.file, &m.account, &m.place, &m.works, &role, &m.emptier)
		m.runs = m.works && access.Actor{Role: role}.Can(access.ManageCircle)
		return m, err
	}, `SELECT c.request, c.account, c.place, a.active AND a.role IN `+workers+`, a.role, CASE WHEN c.emptied THEN c.added_by ELSE '' END FROM circle c JOIN account a ON a.id = c.account AND (a.platform || '') = c.platform
		WHERE c.platform = $1 AND (c.until = '' OR c.until > $2) AND c.request IN `+these+`
		UNION ALL SELECT r.id, r.owner, 'in', a.active AND a.role IN `+workers+`, a.role, '' FROM request r JOIN account a ON a.id = r.owner AND (a.platform || '') = r.platform
		WHERE r.platform = $1 AND $2 <> '' AND r.id IN `+these, args...)
	by := map[phare.ID][]member{}
	for _, m := range all {
		by[m.file] = append(by[m.file], m)
	}
	return by, err
}

// crewOf reads what else decides: who may take over where a circle is
// empty, and which accesses of the actor are open.
func crewOf(v *store.View, by access.Actor, files []File, members map[phare.ID][]member) (c crew, err error) {
	if slices.ContainsFunc(files, func(f File) bool {
		return !slices.ContainsFunc(members[f.ID], func(m member) bool { return m.place == placeIn && m.runs }) ||
			slices.ContainsFunc(members[f.ID], func(m member) bool { return m.place == placeBarred })
	}) {
		if c.spare, err = accountsAs(v, by.Platform, access.Physician); err != nil {
			return c, err
		}
		if c.second, err = accountsAs(v, by.Platform, access.Nurse); err != nil {
			return c, err
		}
	}
	type open struct {
		file phare.ID
		glass
	}
	args := []any{by.Platform, by.ID, v.Now()}
	for _, f := range files {
		args = append(args, f.ID)
	}
	all, err := store.All(v, func(row store.Row) (o open, err error) {
		err = row.Scan(&o.file, store.Time(&o.until), &o.taking)
		return o, err
	}, `SELECT request, until, taking FROM glass WHERE platform = $1 AND account = $2 AND until > $3 AND request IN (`+holes(3, len(files))+`) ORDER BY until`, args...)
	c.glass, c.frozen = map[phare.ID]glass{}, by.Can(access.ReadLimited)
	for _, o := range all { // the last to end holds
		c.glass[o.file] = o.glass
	}
	return c, err
}

func accountsAs(v *store.View, platform string, role access.Role) ([]string, error) {
	return store.All(v, store.Value[string], `SELECT id FROM account WHERE platform = $1 AND active AND role = $2 ORDER BY id`, platform, role)
}

func insert(tx *store.Tx, by access.Actor, m Member) error {
	id := cmp.Or(m.ID, phare.NewID())
	return tx.Exec(`INSERT INTO circle (id, platform, request, account, place, since, until, added_by, holder, emptied, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, by.Platform, m.Request, m.Account, m.place(), tx.Now, m.Until, by.ID, m.Holder, m.emptied, sealer(by.Platform, m.Request, "circle", id).In("why", m.Why))
}

func sealer(platform string, request phare.ID, table string, row phare.ID) store.Sealer {
	return store.SealRow(platform, "request/"+string(request), table, row)
}

// tell adds a line to the request's timeline, for the team. Written here and not
// through package request, which stands on this one.
func tell(tx *store.Tx, by access.Actor, request phare.ID, kind, words string) error {
	id := phare.NewID()
	return tx.Exec(`INSERT INTO event (id, platform, request, at, actor, name, kind, text, shown_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'team')`,
		id, by.Platform, request, tx.Now, by.ID, by.Name, kind, sealer(by.Platform, request, "event", id).In("text", words))
}
