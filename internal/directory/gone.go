package directory

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Gone is an entry that is no longer proposed at the actor's desk.
type Gone struct {
	Entry      phare.ID // of an organisation, or of a person
	Name       string   // of the person or the organisation
	Place      string   // where a person worked
	Why        string   // one of Whys
	NotedBy    string
	At         time.Time
	IsOfPerson bool
}

// Whys are why somebody is no longer proposed.
func Whys() []string { return []string{"left", "closed", "silent", "declined", "wrong"} }

// SetGone says that an entry which the actor's desk can see is not to be proposed
// there any more (ask 6). The entry stays: it may be everybody's, and old questions
// name it. Said twice, it stands as it was first said.
func SetGone(ctx context.Context, db *store.DB, by access.Actor, entry phare.ID, why string) error {
	if err := mayEdit(by); err != nil {
		return err
	}
	if !slices.Contains(Whys(), why) {
		return phare.Field("why", "directory.gone.why.missing")
	}
	return db.Write(ctx, by.Act("directory.gone", string(entry)).For(why), func(tx *store.Tx) error {
		if _, err := nameOf(&tx.View, by, entry); err != nil {
			return err
		}
		err := tx.Exec(`INSERT INTO directory_gone (id, platform, entry, why, actor, name, at, back_name, back_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')
			ON CONFLICT (platform, entry) WHERE back_at = '' DO NOTHING`, phare.NewID(), by.Platform, entry, why, by.ID, by.Name, tx.Now)
		return err
	})
}

// SetBack says that an entry is to be proposed again.
func SetBack(ctx context.Context, db *store.DB, by access.Actor, entry phare.ID) error {
	if err := mayEdit(by); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("directory.back", string(entry)), func(tx *store.Tx) error {
		return tx.Update(`UPDATE directory_gone SET back_at = $1, back_name = $2 WHERE platform = $3 AND entry = $4 AND back_at = ''`, tx.Now, by.Name, by.Platform, entry)
	})
}

// AllGone lists who is no longer proposed at the actor's desk, the latest first.
func AllGone(ctx context.Context, db *store.DB, by access.Actor) (all []Gone, err error) {
	if err := by.Check(access.ReadDirectory); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		rows, err := store.All(v, func(row store.Row) (g Gone, err error) {
			err = row.Scan(&g.Entry, &g.Why, &g.NotedBy, store.Time(&g.At))
			return g, err
		}, `SELECT entry, why, name, at FROM directory_gone WHERE platform = $1 AND back_at = '' ORDER BY at DESC, id`, by.Platform)
		if err != nil {
			return err
		}
		all = nil
		for _, g := range rows {
			named, err := nameOf(v, by, g.Entry)
			if phare.KindOf(err) == phare.NotFound {
				continue // the national table no longer has it either
			}
			if err != nil {
				return err
			}
			g.Name, g.Place, g.IsOfPerson = named.Name, named.Place, named.IsOfPerson
			all = append(all, g)
		}
		return nil
	})
	return all, err
}

// NameOf is what an entry of either kind is called.
func NameOf(ctx context.Context, db *store.DB, by access.Actor, entry phare.ID) (g Gone, err error) {
	if err := by.Check(access.ReadDirectory); err != nil {
		return g, err
	}
	err = db.Read(ctx, func(v *store.View) (err error) {
		g, err = nameOf(v, by, entry)
		return err
	})
	return g, err
}

// nameOf is NameOf inside a read.
func nameOf(v *store.View, by access.Actor, entry phare.ID) (g Gone, err error) {
	p, err := store.One(v, scanPerson, `SELECT `+personColumns+` FROM person WHERE id = $1 AND platform IN ('', $2)`, entry, by.Platform)
	of := entry
	if err == nil {
		of = p.Organisation
	}
	if err != nil && phare.KindOf(err) != phare.NotFound {
		return g, err
	}
	o, err := store.One(v, scanOrganisation, `SELECT `+columns+` FROM organisation WHERE id = $1 AND platform IN ('', $2)`, of, by.Platform)
	if of != entry {
		return Gone{Entry: entry, Name: p.Name, Place: o.Name, IsOfPerson: true}, err
	}
	return Gone{Entry: entry, Name: o.Name, Place: o.Place}, err
}

// isGone says whether an entry is no longer proposed.
func isGone(v *store.View, by access.Actor, entries ...phare.ID) (bool, error) {
	for _, entry := range entries {
		n, err := store.One(v, store.Value[int], `SELECT count(*) FROM directory_gone WHERE platform = $1 AND entry = $2 AND back_at = ''`, by.Platform, entry)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// there is the condition that a row x is proposed at the desk $1.
const there = ` NOT EXISTS (SELECT 1 FROM directory_gone g WHERE g.platform = $1 AND g.entry = x.id AND g.back_at = '')`
