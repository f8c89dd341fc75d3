// Package circle says who may open which file. The desk is one circle, but for
// files that are confidential, and for platforms where each file has its own:
// these are narrow, and only their circle opens them. It promises that whoever
// is barred from a file never gets in, by no way; that whoever else is outside
// gets in only by an exceptional access, for one hour, to read, told at once to
// those who answer for the file and judged afterwards; and that no file is ever
// out of everyone's reach: one that nobody is left in is taken over by such an
// access, never in silence. It knows staff only: families, experts and jobs have
// other doors.
package circle

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// How a file is guarded beyond the rights of a role.
const (
	Open         = ""             // by whatever its platform decided for all
	Confidential = "confidential" // its own circle only

	Limited             = "limited"              // its use is limited: see limit.go
	LimitedConfidential = "limited-confidential" // the same of one that was confidential
)

// How a platform's files are shared among its desk.
const (
	ByDesk = "desk" // the whole desk is one circle
	ByFile = "file" // each file that someone holds has its own
)

// A Verdict is whether an account may open a file.
type Verdict int

// The verdicts. Walled is the zero value: what nobody has judged stays shut.
const (
	Walled Verdict = iota // outside its circle
	In                    // in it
	Glass                 // outside, with an exceptional access that is open: may read
	Barred                // must never open it
)

// Standing is a verdict, and until when it holds if an exceptional access gives it.
type Standing struct {
	Verdict Verdict
	Until   time.Time
	Taking  bool // in only to take the file over, by an exceptional access
	Empty   bool // nobody is left in the circle who could take others in
	Spare   bool // and this account may take the file over, by an exceptional access
	Limited bool // its use is limited
	Frozen  bool // in the circle, and reading only, because the use of the file is limited
}

// File is what of a request decides who may open it.
type File struct {
	ID    phare.ID
	Guard string
	Owner string // account; empty: nobody holds it
}

// narrow says whether a file has a circle of its own. In a platform of files, a
// request that nobody has taken yet is still everyone's to take.
func (f File) narrow(mode string) bool {
	return f.Guard != Open || mode == ByFile && f.Owner != ""
}

// member is one row of a circle that holds now, or an owner.
type member struct {
	file    phare.ID
	account string
	place   string
	works   bool   // an active account that can open files at all
	runs    bool   // and can say who else may
	emptier string // of a bar after which nobody was left: who put it
}

// crew is what decides about some files besides their members.
type crew struct {
	spare  []string           // who may take over a file whose circle is empty, in two ranks
	second []string           // and when all of these are barred
	glass  map[phare.ID]glass // the actor's own open accesses
	frozen bool               // the actor may read files whose use is limited
}

// glass is an exceptional access that is open.
type glass struct {
	until  time.Time
	taking bool // nobody was left in the circle when it was opened
}

func barred(all []member, account string) bool {
	return slices.ContainsFunc(all, func(m member) bool { return m.place == placeBarred && m.account == account })
}

// insiders are the accounts inside a circle that work, of its rows.
func insiders(all []member) (ids []string) {
	for _, m := range all {
		if m.place == placeIn && m.works && !barred(all, m.account) {
			ids = append(ids, m.account)
		}
	}
	return ids
}

// keepers are the insiders who can take others in. Without any of them a circle is
// empty: whoever else is in it could help nobody.
func keepers(all []member) (ids []string) {
	return insiders(slices.DeleteFunc(slices.Clone(all), func(m member) bool { return m.place == placeIn && !m.runs }))
}

// takers are who may take over a file that nobody is left in: physicians, or where
// none of them may, nurses. Whoever left nobody in it by barring another comes after
// all of them: none turns a team out to come in.
func takers(all []member, c crew) []string {
	for _, last := range []bool{false, true} {
		for _, rank := range [][]string{c.spare, c.second} {
			may := slices.DeleteFunc(slices.Clone(rank), func(id string) bool {
				return barred(all, id) || !last && slices.ContainsFunc(all, func(m member) bool { return m.emptier == id })
			})
			if len(may) > 0 {
				return may
			}
		}
	}
	return nil
}

// judge is the whole rule, for one file and one account.
func judge(f File, mode, account string, all []member, c crew) Standing {
	s := within(f, mode, account, all, c)
	if IsLimited(f.Guard) {
		return frozen(s, c)
	}
	return s
}

// within is judge without what a limitation adds.
func within(f File, mode, account string, all []member, c crew) Standing {
	inside := insiders(all)
	switch {
	case barred(all, account):
		return Standing{Verdict: Barred}
	case !f.lifted().narrow(mode):
		return Standing{Verdict: In}
	case slices.Contains(inside, account):
		return Standing{Verdict: In}
	}
	s := Standing{Verdict: Walled, Empty: len(keepers(all)) == 0}
	s.Spare = s.Empty && slices.Contains(takers(all, c), account)
	g, open := c.glass[f.ID]
	switch { // whoever empties a circle opens the file to nobody: taking it over is told, too
	case open && g.taking && s.Spare:
		s.Verdict, s.Until, s.Taking = In, g.until, true
	case open:
		s.Verdict, s.Until = Glass, g.until
	}
	return s
}

// Stand says how a member of the staff stands to a request of their platform,
// now. Anyone else is in: their doors are not this room's.
func Stand(v *store.View, by access.Actor, id phare.ID) (Standing, error) {
	if !by.IsStaff() {
		return Standing{Verdict: In}, nil
	}
	f, err := file(v, by.Platform, id)
	if err != nil {
		return Standing{Verdict: Walled}, err
	}
	all, err := Stands(v, by, []File{f})
	if err != nil {
		return Standing{Verdict: Walled}, err
	}
	return all[id], nil
}

// Stands is Stand for some requests of the actor's platform that were read.
// Files that are not narrow cost no query.
func Stands(v *store.View, by access.Actor, files []File) (map[phare.ID]Standing, error) {
	all := map[phare.ID]Standing{}
	mode, err := Mode(v, by.Platform)
	if err != nil {
		return nil, err
	}
	var narrow []File
	for _, f := range files {
		all[f.ID] = Standing{Verdict: In}
		if by.IsStaff() && f.narrow(mode) { // who is barred makes a file confidential
			all[f.ID] = Standing{Verdict: Walled}
			narrow = append(narrow, f)
		}
	}
	if len(narrow) == 0 {
		return all, nil
	}
	members, err := membersOf(v, by.Platform, narrow)
	if err != nil {
		return nil, err
	}
	c, err := crewOf(v, by, narrow, members)
	if err != nil {
		return nil, err
	}
	for _, f := range narrow {
		all[f.ID] = judge(f, mode, by.ID, members[f.ID], c)
	}
	return all, nil
}

// Check lets whoever is in a file's circle pass. Outside it is Forbidden; to who
// is barred, and to another platform, the file does not exist.
func Check(v *store.View, by access.Actor, id phare.ID) error { return check(v, by, id, false) }

// CheckReading is Check for pages that change nothing: an exceptional access
// passes too.
func CheckReading(v *store.View, by access.Actor, id phare.ID) error { return check(v, by, id, true) }

func check(v *store.View, by access.Actor, id phare.ID, reading bool) error {
	_, err := stand(v, by, id, reading)
	return err
}

// stand is Stand for who passes.
func stand(v *store.View, by access.Actor, id phare.ID, reading bool) (Standing, error) {
	s, err := Stand(v, by, id)
	switch {
	case err != nil:
		return s, err
	case s.Verdict == In, s.Verdict == Glass && reading:
		return s, nil
	case s.Verdict == Barred:
		return s, phare.Fault(phare.NotFound, "error.notfound")
	}
	return s, s.Outside(id)
}

// Outside is the package's Outside, for someone who stands so.
func (s Standing) Outside(id phare.ID) error {
	if s.Limited {
		return &phare.Error{Kind: phare.Forbidden, Key: "person.limited.outside", Err: outside{id}}
	}
	return Outside(id)
}

// Outside is what someone gets who is not in the circle of a file.
func Outside(id phare.ID) error {
	return &phare.Error{Kind: phare.Forbidden, Key: "circle.outside", Err: outside{id}}
}

// outside is the file that an error is about, whatever the address named.
type outside struct{ file phare.ID }

// Error is for the operator.
func (o outside) Error() string { return "outside the circle of " + string(o.file) }

// OutsideOf is the file that someone is not in the circle of, if err says so.
func OutsideOf(err error) (file phare.ID, ok bool) {
	o, ok := errors.AsType[outside](err)
	return o.file, ok
}

// holes writes n placeholders, the first of them after what stands before.
func holes(before, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", before+i+1)
	}
	return b.String()
}
