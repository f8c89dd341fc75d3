package consent

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

// State is where one purpose stands, for people.
type State struct {
	Purpose
	Verdict          // for everyone, or of sharing, for whoever is not named
	Now     []Line   // the last line for each recipient
	History []Line   // all that the reader may see, the latest first
	Who     Standing // of the purpose that must be noted first; empty: none must
}

// File is all that the page of a file's consents shows.
type File struct {
	Request  request.Request
	Guard    string // names the patient, so that the wrong file is noticed
	Born     string // 2006-01-02, or as much as is known
	Sex      string
	Child    bool
	Today    string
	States   []State
	Pieces   []Piece // that can be the evidence of a line
	Received []Received
	Passed   []Override
}

// Piece is a document of the file.
type Piece struct {
	ID phare.ID
	At time.Time
}

// ToTell are those who have received and must be told of a no.
func (f File) ToTell() (some []Received) {
	for _, x := range f.Received {
		if x.Owed {
			some = append(some, x)
		}
	}
	return some
}

// Expert is how asking an expert stands, for the head of the file.
func (f File) Expert() Standing {
	for _, s := range f.States {
		if s.ID == Outside {
			return s.Standing
		}
	}
	return None
}

// Of shows the consents of a file, for a page that has written down that the file
// was opened.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return File{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		f, err = of(v, by, id)
		return err
	})
	return f, err
}

// Open is Of for a page of its own: the look is written down.
func Open(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, err error) {
	return opened(ctx, db, by, id, "consent.look")
}

func opened(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, verb string) (f File, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return File{}, err
	}
	err = db.Write(ctx, by.Act(verb, string(id)), func(tx *store.Tx) error {
		return circle.CheckReading(&tx.View, by, id)
	})
	if err != nil {
		return File{}, err
	}
	return Of(ctx, db, by, id)
}

func of(v *store.View, by access.Actor, id phare.ID) (f File, err error) {
	if f.Request, err = request.FindToRead(v, by, id); err != nil {
		return f, err
	}
	rec, err := Read(v, f.Request)
	if err != nil {
		return f, err
	}
	x := f.Request.Fields
	f.Guard, f.Born, f.Sex = phare.Clean(strings.ToUpper(x.FamilyName)+" "+x.FirstName), x.BirthDate, x.Sex
	if f.Request.Patient != "" {
		p, err := patient.Find(v, access.Machine(f.Request.Platform), f.Request.Patient)
		if err != nil {
			return f, err
		}
		f.Guard, f.Born, f.Sex = p.Guard(), p.BirthDate, p.Sex
	}
	for i, l := range rec.Lines { // what another file says is shown to whoever may open that one
		if l.hidden {
			rec.Lines[i].hidden = circle.CheckReading(v, by, l.Request) != nil
		}
	}
	f.Child, f.Today, f.Passed = rec.Child, rec.Today, rec.Overrides
	slices.Reverse(f.Passed)
	f.States = rec.States()
	if f.Pieces, err = store.All(v, func(row store.Row) (p Piece, err error) {
		err = row.Scan(&p.ID, store.Time(&p.At))
		return p, err
	}, `SELECT id, added_at FROM attachment WHERE request = $1 AND platform = $2 AND state = 'kept' ORDER BY added_at DESC, id`, id, f.Request.Platform); err != nil {
		return f, err
	}
	f.Received, err = received(v, f.Request, rec)
	return f, err
}

// States are all purposes in the order of the table.
func (r Record) States() (all []State) {
	for _, p := range builtin().Purposes {
		s := State{Purpose: p, Verdict: r.Judge(general(p))}
		if p.Needs != "" {
			s.Who = r.Judge(Target{Purpose: p.Needs}).Standing
		}
		for _, l := range slices.Backward(r.Lines) {
			if l.Purpose != p.ID || l.hidden {
				continue
			}
			s.History = append(s.History, l)
			if !l.Ended && l.Outcome != Void && !slices.ContainsFunc(s.Now, l.isOver) {
				s.Now = append(s.Now, l)
			}
		}
		all = append(all, s)
	}
	return all
}

// isOver says whether a later line takes the place of this one, for all whom it is
// about.
func (l Line) isOver(later Line) bool {
	if l.IsNo() && !later.IsNo() && later.level() < l.level() {
		return false
	}
	named := later.To != "" || later.Person != ""
	switch {
	case named:
		return later.Kind == l.Kind && same(later.To, l.To) && later.Person == l.Person
	case l.Kind == form:
		return later.Kind == Any
	}
	return later.Kind == Any || later.Kind == l.Kind
}

// general is the target that stands for a purpose as a whole.
func general(p Purpose) Target {
	t := Target{Purpose: p.ID}
	switch p.ID {
	case Outside:
		t.Kind = Expert
	case Team:
		t.Kind = Requester
	case Relatives:
		t.Kind = Relative
	}
	return t
}

// Told is what a family reads of its own consents: what for, how it stands, since
// when. No recipient, whose name can give a disease away; and nothing of what was
// said about relatives, who may be reading.
type Told struct {
	Purpose
	Standing Standing
	Outcome  string
	Since    string // 2006-01-02, or empty
}

// Tell is what a record says to the family.
func (r Record) Tell() (all []Told) {
	for _, s := range r.States() {
		if s.ID != Relatives {
			all = append(all, Told{s.Purpose, s.Standing, s.Line.Outcome, s.Line.SaidOn})
		}
	}
	return all
}
