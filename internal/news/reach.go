package news

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// Reach is how the desk knows that the requester of one request is best told:
// it stands before what the form says.
type Reach struct {
	Way  string    // one of Ways; empty: as the form says
	To   string    // address or number; empty: the form's
	Rule string    // what to mind when calling: "not before 5 pm", "ask for her daughter"
	At   time.Time // when it was written down; zero: never
}

const longestTo, longestRule = 300, 300

func reachOf(v *store.View, platform string, id phare.ID) (Reach, error) {
	r, err := store.One(v, func(row store.Row) (r Reach, err error) {
		err = row.Scan(&r.Way, store.Sealed(&r.To, "reach.recipient", &id), store.Sealed(&r.Rule, "reach.rule", &id), store.Time(&r.At))
		return r, err
	}, `SELECT way, recipient, rule, at FROM reach WHERE request = $1 AND platform = $2`, id, platform)
	if phare.KindOf(err) == phare.NotFound {
		return Reach{}, nil
	}
	return r, err
}

func (r Reach) tidy() Reach {
	r.To, r.Rule = phare.Clean(r.To), phare.Clean(r.Rule)
	return r
}

func (r Reach) accept() error {
	var way, to, rule *phare.Error
	if r.Way != "" && !slices.Contains(Ways(), r.Way) {
		way = phare.Field("way", "news.way.missing")
	}
	switch {
	case len([]rune(r.To)) > longestTo:
		to = phare.Field("to", "desk.toolong")
	case r.Way == mail.ByMail && r.To != "" && !mail.IsAddress(r.To):
		to = phare.Field("to", "request.mail.bad")
	case (r.Way == mail.BySMS || r.Way == mail.ByPhone) && r.To != "" && len(mail.Number(r.To)) < 8:
		to = phare.Field("to", "request.phone.bad")
	}
	if len([]rune(r.Rule)) > longestRule {
		rule = phare.Field("rule", "desk.toolong")
	}
	return phare.Faults(way, to, rule)
}

func putReach(tx *store.Tx, by access.Actor, id phare.ID, r Reach) error {
	row := store.SealRow(by.Platform, "request/"+string(id), "reach", id)
	return tx.Exec(`INSERT INTO reach (request, platform, way, recipient, rule, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (request) DO UPDATE SET way = excluded.way, recipient = excluded.recipient, rule = excluded.rule, actor = excluded.actor, at = excluded.at
		WHERE reach.platform = excluded.platform`,
		id, by.Platform, r.Way, row.In("recipient", r.To), row.In("rule", r.Rule), by.ID, tx.Now)
}

// SetReach writes down how a requester is told from now on. What waits already
// goes its way.
func SetReach(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, r Reach) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	if r = r.tidy(); r.accept() != nil {
		return r.accept()
	}
	return db.Write(ctx, by.Act("news.reach", string(id)).For(r.Way), func(tx *store.Tx) error {
		if err := check(&tx.View, by, id); err != nil {
			return err
		}
		return putReach(tx, by, id, r)
	})
}
