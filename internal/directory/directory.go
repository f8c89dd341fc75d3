// Package directory is who can be asked: networks, platforms, centres,
// associations and the people in them, each with its source and the day it was
// checked. National entries come with the program (seed.tsv, public facts, no
// personal names) and are read by every platform; what a platform adds is its
// own. It proposes in a fixed order, the nearest first, and says why; it ranks
// nothing and recommends no one.
package directory

import (
	"context"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/term"
)

// Kinds of organisation.
const (
	KindNetwork     = "network"     // FSMR, filière de santé maladies rares
	KindPlatform    = "platform"    // overseas coordination platform
	KindReference   = "crmr"        // centre de référence
	KindCompetence  = "ccmr"        // centre de compétence
	KindResource    = "crc"         // centre de ressources et de compétences
	KindCentre      = "centre"      // expert centre, label not known
	KindRegional    = "regional"    // regional coordination
	KindLine        = "line"        // information line
	KindAssociation = "association" // federation or association
	KindBase        = "base"        // reference database
)

// Kinds are the kinds of organisation that a desk can add.
func Kinds() []string {
	return []string{KindReference, KindCompetence, KindResource, KindCentre, KindRegional, KindAssociation}
}

// National is the platform of an entry that every desk reads.
const National = ""

// Organisation is one entry of the directory.
type Organisation struct {
	ID         phare.ID
	Platform   string // whose entry; National for all
	Kind       string
	Name       string
	Network    string // slugs of the networks it belongs to, parted by a blank
	Territory  string // department code, "974"; empty: the whole country
	Place      string
	Zone       string // IANA zone of its clock
	Phone      string
	Mail       string
	Site       string // web address without scheme
	Apply      string // how to send a case, in words
	Verified   bool   // false: shown as "à vérifier"
	Source     string
	VerifiedOn string // 2006-01-02, or empty
}

// Networks are the slugs of the networks the organisation belongs to.
func (o Organisation) Networks() []string { return strings.Fields(o.Network) }

// Person is one expert of an organisation.
type Person struct {
	ID           phare.ID
	Platform     string
	Organisation phare.ID
	Name         string
	Speciality   string
	Mail, Phone  string
	Tele         bool   // gives opinions at a distance
	Active       bool   // false: no longer proposed
	Topics       string // what they know, in words
	Source       string
	VerifiedOn   string
}

// Entry is an organisation with its people.
type Entry struct {
	Organisation
	People []Person
	Gone   bool // no longer proposed at the reader's desk
}

// List reads the directory of the actor's platform, national entries included:
// those whose name, place, network or people begin like each of the words, or
// all of them when there is no word.
func List(ctx context.Context, db *store.DB, by access.Actor, words string) (all []Entry, err error) {
	if err := by.Check(access.ReadDirectory); err != nil {
		return nil, err
	}
	asked := strings.Fields(term.Fold(words))
	err = db.Read(ctx, func(v *store.View) error {
		found, err := organisations(v, by)
		if err != nil {
			return err
		}
		people, err := persons(v, by)
		if err != nil {
			return err
		}
		for _, o := range found {
			e := Entry{Organisation: o, People: people[o.ID]}
			if e.answers(asked) {
				all = append(all, e)
			}
		}
		return nil
	})
	return all, err
}

// answers says whether every word begins a word of the entry.
func (e Entry) answers(asked []string) bool {
	text := []string{e.Name, e.Place, e.Network, e.Territory}
	for _, p := range e.People {
		text = append(text, p.Name, p.Speciality, p.Topics)
	}
	have := " " + term.Fold(strings.Join(text, " "))
	for _, w := range asked {
		if !strings.Contains(have, " "+w) {
			return false
		}
	}
	return true
}

// Find reads one entry that the actor's platform can see; one that is gone has
// Gone set, and nobody is to be asked there.
func Find(v *store.View, by access.Actor, id phare.ID) (Entry, error) {
	o, err := store.One(v, scanOrganisation, `SELECT `+columns+` FROM organisation WHERE id = $1 AND platform IN ('', $2)`, id, by.Platform)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Organisation: o}
	if e.Gone, err = isGone(v, by, id); err != nil {
		return e, err
	}
	e.People, err = personsOf(v, by, id)
	return e, err
}

// FindPerson reads one person that the actor's platform can see, with where
// they work. One who is gone, or whose team is, is not active.
func FindPerson(v *store.View, by access.Actor, id phare.ID) (Person, Organisation, error) {
	p, err := store.One(v, scanPerson, `SELECT `+personColumns+` FROM person WHERE id = $1 AND platform IN ('', $2)`, id, by.Platform)
	if err != nil {
		return Person{}, Organisation{}, err
	}
	o, err := store.One(v, scanOrganisation, `SELECT `+columns+` FROM organisation WHERE id = $1 AND platform IN ('', $2)`, p.Organisation, by.Platform)
	if err != nil {
		return p, o, err
	}
	gone, err := isGone(v, by, p.ID, o.ID)
	p.Active = p.Active && !gone
	return p, o, err
}

// Add puts an organisation of the actor's own platform into the directory.
func Add(ctx context.Context, db *store.DB, by access.Actor, o Organisation) (Organisation, error) {
	if err := mayEdit(by); err != nil {
		return o, err
	}
	o.ID, o.Platform, o.Name, o.Source = phare.NewID(), by.Platform, phare.Clean(o.Name), phare.Clean(o.Source)
	if err := o.accept(); err != nil {
		return o, err
	}
	act := by.Act("directory.add", string(o.ID))
	return o, db.Write(ctx, act, func(tx *store.Tx) error { return save(tx, o) })
}

func (o Organisation) accept() error {
	var name, kind, source *phare.Error
	if o.Name == "" || len([]rune(o.Name)) > 200 {
		name = phare.Field("name", "directory.name.missing")
	}
	if !slices.Contains(Kinds(), o.Kind) {
		kind = phare.Field("kind", "directory.kind.missing")
	}
	if o.Source == "" {
		source = phare.Field("source", "directory.source.missing")
	}
	return phare.Faults(name, kind, source)
}

// AddPerson puts a person of an organisation that the actor can see into the
// directory of the actor's platform.
func AddPerson(ctx context.Context, db *store.DB, by access.Actor, p Person) (Person, error) {
	if err := mayEdit(by); err != nil {
		return p, err
	}
	p.ID, p.Platform, p.Name, p.Active = phare.NewID(), by.Platform, phare.Clean(p.Name), true
	if p.Name == "" || len([]rune(p.Name)) > 200 {
		return p, phare.Field("name", "directory.name.missing")
	}
	act := by.Act("directory.person", string(p.ID))
	return p, db.Write(ctx, act, func(tx *store.Tx) error {
		if _, err := Find(&tx.View, by, p.Organisation); err != nil {
			return err
		}
		return savePerson(tx, p)
	})
}

// mayEdit lets the desk and the operator's commands write.
func mayEdit(by access.Actor) error {
	if by.Role == access.System && by.Platform != "" {
		return nil
	}
	return by.Check(access.EditDirectory)
}
