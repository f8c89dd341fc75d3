package answer

import (
	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

const columns = `id, platform, request, professional, family, author, written_at, signer, signer_name, signed_at,
	way, token, sent_at, opened_at, version, round`

func scan(row store.Row) (a Answer, err error) {
	err = row.Scan(&a.ID, &a.Platform, &a.Request, store.Sealed(&a.Professional, "answer.professional", &a.ID), store.Sealed(&a.Family, "answer.family", &a.ID), &a.Author, store.Time(&a.WrittenAt),
		&a.Signer, &a.SignerName, store.Time(&a.SignedAt), &a.Way, &a.token, store.Time(&a.SentAt), store.Time(&a.OpenedAt), &a.Version, &a.Round)
	return a, err
}

// find reads the latest answer to a request of the actor's platform; one that is not
// written yet is the zero Answer.
func find(v *store.View, by access.Actor, id phare.ID) (Answer, error) {
	all, err := rounds(v, by.Platform, id)
	if err != nil || len(all) == 0 {
		return Answer{}, err
	}
	return all[0], nil
}

// rounds are the answers to a request, the latest first.
func rounds(v *store.View, platform string, id phare.ID) ([]Answer, error) {
	return store.All(v, scan, `SELECT `+columns+` FROM answer WHERE request = $1 AND platform = $2 ORDER BY round DESC`, id, platform)
}

// findByToken reads the answer that a link opens; the link stands for the
// platform.
func findByToken(v *store.View, mac string) (Answer, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM answer WHERE token = $1`, mac)
}

func insert(tx *store.Tx, a Answer) error {
	row := sealer(a)
	err := tx.Exec(`INSERT INTO answer (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		a.ID, a.Platform, a.Request, row.In("professional", a.Professional), row.In("family", a.Family), a.Author, a.WrittenAt, a.Signer, a.SignerName, a.SignedAt,
		a.Way, a.token, a.SentAt, a.OpenedAt, a.Version, a.Round)
	if store.IsDuplicate(err) {
		return phare.Fault(phare.Conflict, "error.conflict")
	}
	return err
}

// sealer seals the two voices of an answer, with the key of its request.
func sealer(a Answer) store.Sealer {
	return store.SealRow(a.Platform, request.Subject(a.Request), "answer", a.ID)
}

func update(tx *store.Tx, a Answer) error {
	row := sealer(a)
	return tx.Update(`UPDATE answer SET professional = $1, family = $2, author = $3, written_at = $4, signer = $5, signer_name = $6,
		signed_at = $7, way = $8, token = $9, sent_at = $10, version = version + 1 WHERE id = $11 AND platform = $12 AND version = $13`,
		row.In("professional", a.Professional), row.In("family", a.Family), a.Author, a.WrittenAt, a.Signer, a.SignerName, a.SignedAt, a.Way, a.token, a.SentAt, a.ID, a.Platform, a.Version)
}

// keepEarlier keeps a signed answer as it was before it is changed.
func keepEarlier(tx *store.Tx, by access.Actor, a Answer) error {
	id := phare.NewID()
	row := store.SealRow(a.Platform, request.Subject(a.Request), "answer_version", id)
	return tx.Exec(`INSERT INTO answer_version (id, platform, answer, professional, family, signer_name, signed_at, ended_at, ended_by, request)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		id, a.Platform, a.ID, row.In("professional", a.Professional), row.In("family", a.Family), a.SignerName, a.SignedAt, tx.Now, by.ID, a.Request)
}

func earlier(v *store.View, by access.Actor, id phare.ID) ([]Earlier, error) {
	return store.All(v, func(row store.Row) (e Earlier, err error) {
		var id phare.ID
		err = row.Scan(&id, store.Sealed(&e.Professional, "answer_version.professional", &id), store.Sealed(&e.Family, "answer_version.family", &id), &e.SignerName, store.Time(&e.SignedAt), store.Time(&e.EndedAt), &e.EndedBy)
		return e, err
	}, `SELECT x.id, x.professional, x.family, x.signer_name, x.signed_at, x.ended_at, coalesce(a.name, '')
		FROM answer_version x LEFT JOIN account a ON a.id = x.ended_by AND a.platform = x.platform
		WHERE x.answer = $1 AND x.platform = $2 ORDER BY x.ended_at DESC, x.id`, id, by.Platform)
}

// opinions reads what the experts were asked and said. Read here and not
// through package expertise, which stands beside this one on the plan.
func opinions(v *store.View, by access.Actor, id phare.ID) ([]Opinion, error) {
	return store.All(v, func(row store.Row) (o Opinion, err error) {
		var id phare.ID
		var signed string
		in := func(column string, dest *string) any { return store.Sealed(dest, "question."+column, &id) }
		err = row.Scan(&id, &o.Name, &signed, &o.Place, &o.Zone, &o.State, store.Time(&o.SentAt), store.Time(&o.EndedAt),
			in("opinion", &o.Words), in("exams", &o.Exams), in("referral", &o.Referral), in("delay", &o.Delay))
		if signed != "" {
			o.Name = signed // who answered, which can be another than who was asked
		}
		return o, err
	}, `SELECT id, recipient, signed_name, place, zone, state, sent_at, ended_at, opinion, exams, referral, delay FROM question WHERE request = $1 AND platform = $2 ORDER BY sent_at, id`, id, by.Platform)
}

// sheet reads an answer and its facts.
func sheet(v *store.View, by access.Actor, id phare.ID) (s Sheet, err error) {
	if s.Request, err = request.FindToRead(v, by, id); err != nil {
		return s, err
	}
	if s.Request.Patient != "" {
		p, err := patient.Find(v, by, s.Request.Patient)
		if err != nil {
			return s, err
		}
		s.Patient = &p
	}
	all, err := rounds(v, by.Platform, id)
	if err != nil {
		return s, err
	}
	if len(all) > 0 {
		s.Answer, s.Given = all[0], all[1:]
	}
	if s.Open, err = request.OpenNeeds(v, s.Request); err != nil {
		return s, err
	}
	if s.Signs, err = request.Signs(v, by, id); err != nil {
		return s, err
	}
	if s.Choices, err = request.Choices(v, by, id); err != nil {
		return s, err
	}
	if s.Opinions, err = opinions(v, by, id); err != nil {
		return s, err
	}
	s.Earlier, err = earlier(v, by, s.Answer.ID)
	return s, err
}
