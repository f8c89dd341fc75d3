package directory

import (
	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

const (
	columns       = `id, platform, kind, name, network, territory, place, zone, phone, mail, site, apply, verified, source, verified_on`
	personColumns = `id, platform, organisation, name, speciality, mail, phone, tele, active, topics, source, verified_on`
)

func scanOrganisation(row store.Row) (o Organisation, err error) {
	err = row.Scan(&o.ID, &o.Platform, &o.Kind, &o.Name, &o.Network, &o.Territory, &o.Place, &o.Zone, &o.Phone, &o.Mail, &o.Site,
		&o.Apply, &o.Verified, &o.Source, &o.VerifiedOn)
	return o, err
}

func scanPerson(row store.Row) (p Person, err error) {
	err = row.Scan(&p.ID, &p.Platform, &p.Organisation, &p.Name, &p.Speciality, &p.Mail, &p.Phone, &p.Tele, &p.Active, &p.Topics, &p.Source, &p.VerifiedOn)
	return p, err
}

// organisations are all entries that the actor's platform can see, but for those
// that it said are gone: some hundreds, so that they are chosen from in Go.
func organisations(v *store.View, by access.Actor) ([]Organisation, error) {
	return store.All(v, scanOrganisation, `SELECT `+columns+` FROM organisation x WHERE platform IN ('', $1) AND`+there+` ORDER BY territory = '', territory, name, id`, by.Platform)
}

// persons are the active people that the actor's platform can see and did not say
// are gone, by organisation.
func persons(v *store.View, by access.Actor) (map[phare.ID][]Person, error) {
	all, err := store.All(v, scanPerson, `SELECT `+personColumns+` FROM person x WHERE platform IN ('', $1) AND active AND`+there+` ORDER BY name, id`, by.Platform)
	people := map[phare.ID][]Person{}
	for _, p := range all {
		people[p.Organisation] = append(people[p.Organisation], p)
	}
	return people, err
}

func personsOf(v *store.View, by access.Actor, id phare.ID) ([]Person, error) {
	return store.All(v, scanPerson, `SELECT `+personColumns+` FROM person x WHERE organisation = $2 AND platform IN ('', $1) AND active AND`+there+` ORDER BY name, id`, by.Platform, id)
}

// save inserts an organisation, or writes it anew.
func save(tx *store.Tx, o Organisation) error {
	return tx.Exec(`INSERT INTO organisation (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET kind = $3, name = $4, network = $5, territory = $6, place = $7, zone = $8, phone = $9, mail = $10,
		site = $11, apply = $12, verified = $13, source = $14, verified_on = $15 WHERE organisation.platform = $2`,
		o.ID, o.Platform, o.Kind, o.Name, o.Network, o.Territory, o.Place, o.Zone, o.Phone, o.Mail, o.Site, o.Apply, o.Verified, o.Source, o.VerifiedOn)
}

func savePerson(tx *store.Tx, p Person) error {
	return tx.Exec(`INSERT INTO person (`+personColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.ID, p.Platform, p.Organisation, p.Name, p.Speciality, p.Mail, p.Phone, p.Tele, p.Active, p.Topics, p.Source, p.VerifiedOn)
}
