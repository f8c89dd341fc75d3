package patient

import (
	"encoding/json"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Version is an identity as it stood from one moment on.
type Version struct {
	Number int64
	At     time.Time
	Name   string // who wrote it; empty: it stood so before histories were kept
	Patient
}

// Change is one trait that a version changed, in the words that were typed.
type Change struct{ Trait, Before, After string }

// Trait is one line of an identity, by its name in the catalogue.
type Trait struct{ Name, Value string }

// Traits are the lines of an identity in order, empty ones too.
func (p Patient) Traits() []Trait {
	return []Trait{{"identity", string(p.Identity)}, {"birth_name", p.BirthName}, {"first_names", p.FirstNames}, {"used_name", p.UsedName}, {"birth_date", p.BirthDate},
		{"sex", p.Sex}, {"birth_place", p.BirthPlace}, {"ins", p.INS}, {"document", p.Document}, {"asked_on", p.AskedOn}, {"doubt", p.Doubt},
		{"commune", p.Commune}, {"phone", p.Phone}, {"note", p.Note}}
}

// Changes are what v changed in the version before it.
func (v Version) Changes(before Version) (all []Change) {
	old := before.Traits()
	for i, t := range v.Traits() {
		if t.Value != old[i].Value {
			all = append(all, Change{t.Name, old[i].Value, t.Value})
		}
	}
	return all
}

// content is what a version holds, sealed.
type content struct {
	Identity                                        Status
	BirthName, FirstNames, UsedName, BirthDate, Sex string
	BirthPlace, Commune, Phone, INS, Note           string
	Document, CheckedName, AskedOn, Doubt           string
	CheckedAt                                       time.Time
}

func saveVersion(tx *store.Tx, by access.Actor, p Patient) error {
	return putVersion(tx, by.ID, by.Name, p)
}

func putVersion(tx *store.Tx, actor, name string, p Patient) error {
	c, err := json.Marshal(content{p.Identity, p.BirthName, p.FirstNames, p.UsedName, p.BirthDate, p.Sex, p.BirthPlace, p.Commune, p.Phone, p.INS, p.Note,
		p.Document, p.CheckedName, p.AskedOn, p.Doubt, p.CheckedAt})
	if err != nil {
		return err
	}
	id := phare.NewID()
	return tx.Exec(`INSERT INTO patient_version (id, platform, patient, version, at, actor, name, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, p.Platform, p.ID, p.Version, tx.Now, actor, name, store.SealRow(p.Platform, subject(p.ID), "patient_version", id).In("content", string(c)))
}

// keepFirst keeps how an identity stood that was written before histories were kept.
func keepFirst(tx *store.Tx, before Patient) error {
	n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM patient_version WHERE patient = $1 AND platform = $2`, before.ID, before.Platform)
	if err != nil || n > 0 {
		return err
	}
	return putVersion(tx, "", "", before)
}

// History are the versions of an identity, the latest first.
func History(v *store.View, by access.Actor, id phare.ID) ([]Version, error) {
	return store.All(v, func(row store.Row) (x Version, err error) {
		var line phare.ID
		var sealed string
		if err := row.Scan(&line, &x.Number, store.Time(&x.At), &x.Name, store.Sealed(&sealed, "patient_version.content", &line)); err != nil || sealed == "" {
			return x, err
		}
		var c content
		err = json.Unmarshal([]byte(sealed), &c)
		x.Patient = Patient{ID: id, Identity: c.Identity, BirthName: c.BirthName, FirstNames: c.FirstNames, UsedName: c.UsedName, BirthDate: c.BirthDate, Sex: c.Sex,
			BirthPlace: c.BirthPlace, Commune: c.Commune, Phone: c.Phone, INS: c.INS, Note: c.Note, Document: c.Document, CheckedName: c.CheckedName,
			AskedOn: c.AskedOn, Doubt: c.Doubt, CheckedAt: c.CheckedAt}
		return x, err
	}, `SELECT id, version, at, name, content FROM patient_version WHERE patient = $1 AND platform = $2 ORDER BY version DESC, id DESC`, id, by.Platform)
}
