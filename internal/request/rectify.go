package request

import (
	"cmp"
	"encoding/json"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
)

// Rectifiable are the answers of a request that a person can have put right, by
// their names on the forms. What the desk chose (urgency, kind of requester) is
// changed where it was chosen.
func Rectifiable() []string {
	return []string{"family_name", "first_name", "birth_date", "sex", "commune", "interpreter", "disease", "followed", "since", "story", "done", "question",
		"phone", "mail", "place", "doctor", "close_name", "close_phone", "close_mail"}
}

// ReadToDecide reads a request for what is decided about the rights of the person,
// whose use may be limited.
func ReadToDecide(v *store.View, by access.Actor, id phare.ID) (Request, error) {
	if err := circle.CheckDeciding(v, by, id); err != nil {
		return Request{}, err
	}
	return find(v, by, id)
}

// Rectify puts one answer right inside the write of that decision, in what the
// requester typed, in the identity of the patient where it holds the same, and in
// the words by which the request is found. It returns what stood there before.
func Rectify(tx *store.Tx, by access.Actor, r Request, name, value string) (was string, err error) {
	if !slices.Contains(Rectifiable(), name) {
		return "", phare.Field("aspect", "person.aspect.missing")
	}
	was = r.Fields.Get(name)
	f := r.Fields
	f.Set(name, value)
	f = f.Tidy()
	f.SetUnsure(name, false)
	value = f.Get(name)
	if value == "" {
		return "", phare.Field("value", "person.value.missing")
	}
	if err := f.Check(tx.Now, name); err != nil {
		return "", atField(err, "value")
	}
	was, err = rectifyPatient(tx, by, r, trait{name, value, was})
	if err != nil {
		return "", err
	}
	if was == value {
		return "", phare.Field("value", "person.value.same")
	}
	r.Fields = f
	return was, reword(tx, r)
}

// atField puts the faults of an answer beside the one field of the decision.
func atField(err error, field string) error {
	if e, ok := err.(*phare.Error); ok {
		for _, one := range e.All() {
			return &phare.Error{Kind: phare.Invalid, Field: field, Key: one.Key, Args: one.Args}
		}
	}
	return err
}

// trait is one answer: its name, what it becomes, what the request said.
type trait struct{ name, value, was string }

// rectifyPatient corrects the identity by the same verb as its page, so that its
// versions keep the old one. A trait that a document was seen for is corrected on
// that page, with the document.
func rectifyPatient(tx *store.Tx, by access.Actor, r Request, x trait) (was string, err error) {
	if r.Patient == "" {
		return x.was, nil
	}
	p, err := patient.Find(&tx.View, by, r.Patient)
	if err != nil {
		return x.was, err
	}
	held := map[string]*string{"family_name": &p.BirthName, "first_name": &p.FirstNames, "birth_date": &p.BirthDate, "sex": &p.Sex, "commune": &p.Commune}[x.name]
	if held == nil {
		return x.was, nil
	}
	if was = *held; was == x.value {
		return x.was, nil // the desk knew already: the request's own words are put right
	}
	*held = x.value
	if x.name != "commune" && p.Identity != patient.Provisional {
		return was, phare.Field("value", "person.value.document")
	}
	if _, err := patient.Save(tx, by, p); err != nil {
		return was, atField(err, "value")
	}
	return was, tx.Also(by.Act("patient.identify", string(p.ID)))
}

// reword stores the answers of a request again, and what it is found by. What the
// desk decided about it since, as its urgency, stays.
func reword(tx *store.Tx, r Request) error {
	fields, err := json.Marshal(r.Fields)
	if err != nil {
		return err
	}
	f, row := r.Fields, store.SealRow(r.Platform, Subject(r.ID), "request", r.ID)
	err = tx.Update(`UPDATE request SET fields = $1, question = $2, requester = $3, place = $4, initials = $5, birth_date = $6, version = version + 1
		WHERE id = $7 AND platform = $8 AND version = $9`,
		row.In("fields", string(fields)), row.In("question", f.Subject()), row.In("requester", f.Name), row.In("place", cmp.Or(f.Commune, f.Place)),
		row.In("initials", initials(f)), row.In("birth_date", f.BirthDate), r.ID, r.Platform, r.Version)
	if err != nil {
		return err
	}
	return Reindex(tx, r.Platform, string(r.ID))
}
