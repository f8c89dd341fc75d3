// Package demo fills an empty database with plainly invented desks, people and
// requests at every stage of the line, by calling the same verbs as the pages
// do, with the clock set back. It knows no SQL: what the demo shows is what the
// program does.
package demo

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/BurntSushi/toml"

	"phare"
	"phare/internal/access"
	"phare/internal/directory"
	"phare/internal/orientation"
	"phare/internal/store"
	"phare/internal/term"
	"phare/internal/text"
)

//go:embed people.toml
var peopleFile string

//go:embed cases.toml
var casesFile string

//go:embed door.toml
var doorFile string

// What every account of the demo shares. They open nothing but invented data.
const (
	Password = "phare de démonstration"
	Secret   = "PHAREDEMOPHAREDEMOPHAREDEMO23456" // TOTP, base32
)

// Tools are what the demo works with: the same as the site's.
type Tools struct {
	Key    access.Key
	Words  *text.Catalog
	Know   *term.Knowledge
	Engine *orientation.Engine
	Base   string // public address, for links
}

type desk struct{ ID, Name, Territory, Host, Team, Zone, Phone string }

type staff struct {
	Desk, Role, Name string
	Login            string // before the desk; empty: the role
}

type expert struct{ Name, Speciality, Place, Zone, Mail, Networks string }

// Login is the account name of an invented person.
func (s staff) login() string { return cmp.Or(s.Login, s.Role) + "." + s.Desk }

// Fill makes the demo in an empty database, and does nothing in one that has
// desks already. It moves the database's clock while it works, so nothing else
// may use it yet.
func Fill(ctx context.Context, db *store.DB, t Tools) error {
	have, err := access.Platforms(ctx, db)
	if err != nil || len(have) > 0 {
		return err
	}
	var people struct {
		Desk   []desk
		Staff  []staff
		Expert []expert
	}
	if err := strict(peopleFile, &people); err != nil {
		return fmt.Errorf("people.toml: %w", err)
	}
	var cases struct{ Case []story }
	if err := strict(casesFile, &cases); err != nil {
		return fmt.Errorf("cases.toml: %w", err)
	}
	var door struct {
		Case  []story
		Draft []begun
	}
	if err := strict(doorFile, &door); err != nil {
		return fmt.Errorf("door.toml: %w", err)
	}
	if err := directory.Seed(ctx, db); err != nil {
		return err
	}
	f := &filler{db: db, Tools: t, now: db.Now, staff: map[string]access.Actor{}, experts: map[string]person{}, zones: map[string]string{}, files: map[string]phare.ID{}}
	defer func(now func() time.Time) { db.Now = now }(db.Now)
	for i, d := range people.Desk {
		if err := f.desk(ctx, d, i, people.Staff, people.Expert); err != nil {
			return fmt.Errorf("desk %s: %w", d.ID, err)
		}
	}
	if err := errors.Join(f.instruments(ctx, "reunion", "filnemus", false), f.instruments(ctx, "guyane", "mcgre", true)); err != nil {
		return fmt.Errorf("instruments: %w", err)
	}
	all := slices.Concat(cases.Case, door.Case)
	for _, c := range all {
		if err := f.play(ctx, c); err != nil {
			return fmt.Errorf("the request of %s %s: %w", c.FirstName, c.FamilyName, err)
		}
	}
	for _, d := range door.Draft {
		if err := f.begin(ctx, d); err != nil {
			return fmt.Errorf("the draft of %s: %w", d.Name, err)
		}
	}
	return errors.Join(f.ties(ctx, all), f.tomorrow(ctx, people.Desk))
}

// strict reads a table and refuses a word that nothing reads.
func strict(text string, into any) error {
	meta, err := toml.Decode(text, into)
	if err == nil && len(meta.Undecoded()) > 0 {
		err = fmt.Errorf("nothing reads %v", meta.Undecoded())
	}
	return err
}

// desk opens one desk with its people and its own entries of the directory.
func (f *filler) desk(ctx context.Context, d desk, position int, all []staff, experts []expert) error {
	f.zones[d.ID] = d.Zone
	err := access.AddPlatform(ctx, f.db, access.Platform{ID: d.ID, Name: d.Name, Territory: d.Territory, Host: d.Host, Team: d.Team,
		Zone: d.Zone, Phone: d.Phone, Hours: "du lundi au vendredi, de 8 h à 16 h", Mail: "demande@phare-demo.invalid", Position: position, Source: "démonstration"})
	if err != nil {
		return err
	}
	if err := access.Switch(ctx, f.db, access.Machine(d.ID), access.Switching{On: true, Reason: "Démonstration avec des données inventées"}); err != nil {
		return err
	}
	for _, s := range all {
		if s.Desk != d.ID {
			continue
		}
		a, _, err := access.AddAccount(ctx, f.db, access.Machine(d.ID), access.NewAccount{
			Platform: d.ID, Login: s.login(), Name: s.Name, Role: access.Role(s.Role), Password: Password, TOTP: Secret, Mail: s.login() + "@phare-demo.invalid"})
		if err != nil {
			return err
		}
		f.staff[s.login()] = a.Actor()
	}
	for _, e := range experts {
		if err := f.expert(ctx, d.ID, e); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	return nil
}

// expert puts an invented expert and their hospital into a desk's directory.
func (f *filler) expert(ctx context.Context, platform string, e expert) error {
	by := f.staff["nurse."+platform]
	o, err := directory.Add(ctx, f.db, by, directory.Organisation{Kind: directory.KindCompetence, Name: e.Place, Network: e.Networks,
		Territory: territoryOf(e.Zone), Place: "lieu inventé", Zone: e.Zone, Source: "démonstration"})
	if err != nil {
		return err
	}
	p, err := directory.AddPerson(ctx, f.db, by, directory.Person{Organisation: o.ID, Name: e.Name, Speciality: e.Speciality,
		Mail: e.Mail, Tele: true, Source: "démonstration"})
	f.experts[platform+" "+e.Name] = person{p, o, e}
	return err
}

// territoryOf is the department whose clock a zone is; empty for the mainland.
func territoryOf(zone string) string {
	return map[string]string{"Indian/Reunion": "974", "America/Martinique": "972", "America/Guadeloupe": "971", "America/Cayenne": "973"}[zone]
}
