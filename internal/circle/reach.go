package circle

import (
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// emptied is the line in a file's timeline that nobody is left in its circle.
const emptied = "circle.emptied"

// desk is who works at a platform, and how each of them stands to one file now:
// read once, however many they are.
type desk struct {
	file    File
	mode    string
	members []member
	active  []access.Account
}

func deskOf(v *store.View, platform string, f File) (d desk, err error) {
	d.file = f
	if d.mode, err = Mode(v, platform); err != nil {
		return d, err
	}
	members, err := membersOf(v, platform, []File{f})
	if err != nil {
		return d, err
	}
	d.members = members[f.ID]
	d.active, err = access.Active(v, platform)
	return d, err
}

// who are the accounts that stand to the file in some way, without the exceptional
// accesses that are open.
func (d desk) who(is func(Standing) bool) (all []access.Account) {
	c := d.crew(leaving{})
	for _, a := range d.active {
		if is(judge(d.file, d.mode, string(a.ID), d.members, c)) {
			all = append(all, a)
		}
	}
	return all
}

// crew is who may take over a file, without one who is about to stop working.
func (d desk) crew(gone leaving) (c crew) {
	for _, a := range d.active {
		switch id := string(a.ID); {
		case gone.away && id == gone.account:
		case a.Role == access.Physician:
			c.spare = append(c.spare, id)
		case a.Role == access.Nurse:
			c.second = append(c.second, id)
		}
	}
	return c
}

// addable are who may be taken into the circle by someone: neither who is in it nor
// who is barred; oneself only where one takes over a file that is not one's own.
func (d desk) addable(by access.Actor) (all []access.Account) {
	inside := insiders(d.members)
	for _, a := range d.barrable() {
		id := string(a.ID)
		if !slices.Contains(inside, id) && (id != by.ID || d.file.narrow(d.mode)) {
			all = append(all, a)
		}
	}
	return all
}

// barrable are who works in files and is not barred from this one.
func (d desk) barrable() (all []access.Account) {
	for _, a := range d.active {
		if a.Actor().Can(access.ReadRequest) && !barred(d.members, string(a.ID)) {
			all = append(all, a)
		}
	}
	return all
}

// Helpers are the names of who can help someone outside a file: who holds it, if
// they work, and the others in its circle, or who may take it over when nobody is left.
// Of one whose use is limited, who reads it.
func Helpers(v *store.View, by access.Actor, id phare.ID) (holder string, others []string, err error) {
	f, err := file(v, by.Platform, id)
	if err != nil {
		return "", nil, err
	}
	d, err := deskOf(v, by.Platform, f)
	if err == nil && IsLimited(f.Guard) {
		return "", d.readers(by), nil
	}
	inside := keepers(d.members)
	spare := d.who(func(s Standing) bool { return s.Spare })
	for _, a := range d.active {
		isSpare := slices.ContainsFunc(spare, func(x access.Account) bool { return x.ID == a.ID })
		switch in := slices.Contains(inside, string(a.ID)); {
		case string(a.ID) == by.ID:
		case in && string(a.ID) == f.Owner:
			holder = a.Name
		case in, isSpare:
			others = append(others, a.Name)
		}
	}
	return holder, others, err
}

// readers are the names of who reads the file while its use is limited, but the actor.
func (d desk) readers(by access.Actor) (all []string) {
	c := d.crew(leaving{})
	c.frozen = true
	for _, a := range d.active {
		if string(a.ID) != by.ID && a.Actor().Can(access.ReadLimited) && judge(d.file, d.mode, string(a.ID), d.members, c).Frozen {
			all = append(all, a.Name)
		}
	}
	return all
}

// isOnly says whether an account is the only one in the circle.
func (d desk) isOnly(account string) bool {
	inside := keepers(d.members)
	return d.file.narrow(d.mode) && slices.Contains(inside, account) && !slices.ContainsFunc(inside, func(id string) bool { return id != account })
}

// mustBeReachable refuses what would leave a file to nobody.
func mustBeReachable(v *store.View, platform string, f File) error {
	nobody, err := lost(v, platform, f)
	if nobody {
		err = phare.Field("conflict", "circle.bar.last")
	}
	return err
}

func names(all []access.Account) (names []string) {
	for _, a := range all {
		names = append(names, a.Name)
	}
	return names
}

// isLast says whether nobody would be left in the circle of a file without an
// account that is in it.
func isLast(v *store.View, platform string, f File, account string) (bool, error) {
	mode, err := Mode(v, platform)
	if err != nil || !f.narrow(mode) {
		return false, err
	}
	members, err := membersOf(v, platform, []File{f})
	inside := keepers(members[f.ID])
	return len(inside) > 0 && !slices.ContainsFunc(inside, func(id string) bool { return id != account }), err
}

// leaving is the last one of a circle.
type leaving struct {
	account, name string
	away          bool // from all files, and not this one only
}

// vacate tells a file's timeline that nobody is left in its circle, and by mail
// those who can take it over, but who did it and who leaves; where nobody can, those
// who manage the accounts of the desk: one more of them would.
func vacate(tx *store.Tx, by access.Actor, id phare.ID, gone leaving) error {
	if err := tell(tx, by, id, emptied, gone.name); err != nil {
		return err
	}
	f, err := file(&tx.View, by.Platform, id)
	if err != nil {
		return err
	}
	d, err := deskOf(&tx.View, by.Platform, f)
	if err != nil {
		return err
	}
	reference, err := referenceOf(&tx.View, by.Platform, id)
	if err != nil {
		return err
	}
	m := mail.Message{Platform: by.Platform, Request: id, Kind: "circle-emptied", Reference: reference, Link: "/bureau/demandes/" + string(id)}
	may := takers(d.members, d.crew(gone))
	concerned := func(a access.Account) bool {
		x := string(a.ID)
		return slices.Contains(may, x) && x != by.ID && x != gone.account
	}
	if len(may) == 0 {
		m.Kind, m.Link = unreached, "/bureau/equipe"
		concerned = func(a access.Account) bool { return a.Actor().Can(access.ManageAccounts) }
	}
	for _, a := range d.active {
		if m.To = a.Mail; m.To == "" || !concerned(a) {
			continue
		}
		if err := mail.Queue(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// unreached is the message that nobody can open a file any more nor take it over.
const unreached = "circle-unreached"

// Unreached counts the files of a platform that nobody can open nor take over: all
// who could are barred from them, or gone.
func Unreached(v *store.View, platform string) (n int, err error) {
	files, err := store.All(v, scanFile, `SELECT id, guard, owner FROM request WHERE platform = $1 AND guard IN ('confidential', 'limited-confidential') AND `+kept+`
		AND EXISTS (SELECT 1 FROM circle c WHERE c.request = request.id AND c.platform = request.platform AND c.place = 'barred' AND (c.until = '' OR c.until > $2))`, platform, v.Now())
	for _, f := range files {
		if err != nil {
			return n, err
		}
		var nobody bool
		if nobody, err = lost(v, platform, f); nobody {
			n++
		}
	}
	return n, err
}

// lost says whether a file is open to nobody.
func lost(v *store.View, platform string, f File) (bool, error) {
	d, err := deskOf(v, platform, f)
	return err == nil && d.file.narrow(d.mode) && len(keepers(d.members))+len(takers(d.members, d.crew(leaving{}))) == 0, err
}

func referenceOf(v *store.View, platform string, id phare.ID) (string, error) {
	return store.One(v, store.Value[string], `SELECT reference FROM request WHERE id = $1 AND platform = $2`, id, platform)
}

// Leaves tells the timelines of the narrow files whose circle an account is the
// last one in that nobody is left, inside the write by which it goes or stops
// working in files, and before it does. What was erased has none left to write to.
func Leaves(tx *store.Tx, by access.Actor, account phare.ID, name string) error {
	files, err := store.All(&tx.View, scanFile, `SELECT id, guard, owner FROM request WHERE platform = $1 AND owner = $2 AND owner <> '' AND `+kept+`
		UNION SELECT request.id, guard, owner FROM circle c JOIN request ON request.id = c.request AND (request.platform || '') = c.platform
		WHERE c.platform = $1 AND c.account = $2 AND c.place = 'in' AND (c.until = '' OR c.until > $3) AND `+kept, by.Platform, account, tx.Now)
	if err != nil {
		return err
	}
	for _, f := range files { // one by one: a person may hold more than a query takes
		last, err := isLast(&tx.View, by.Platform, f, string(account))
		if err != nil {
			return err
		}
		if !last {
			continue
		}
		if err := vacate(tx, by, f.ID, leaving{string(account), name, true}); err != nil {
			return err
		}
	}
	return nil
}

// BarredFrom says whether an account is barred from a file.
func BarredFrom(v *store.View, platform string, id phare.ID, account string) (bool, error) {
	f, err := file(v, platform, id)
	if err != nil {
		return false, err
	}
	return isBarred(v, platform, f, account)
}
