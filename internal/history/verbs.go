package history

import (
	"context"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// EventKind is the line of the timeline that says that facts were written.
const EventKind = "history"

// Add writes dated facts about one request, all or none.
func Add(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, e Entry) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("history.add", string(id)), func(tx *store.Tx) error {
		r, err := open(&tx.View, by, id)
		if err != nil {
			return err
		}
		zone, err := store.One(&tx.View, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, by.Platform)
		if err != nil {
			return err
		}
		facts, err := e.accept(tx.Now.In(text.Zone(zone)))
		if err != nil {
			return err
		}
		if e.Document != "" {
			n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM attachment WHERE id = $1 AND request = $2 AND platform = $3 AND state = 'kept'`, e.Document, id, by.Platform)
			if err != nil {
				return err
			}
			if n == 0 {
				return phare.Field("document", "history.document.gone")
			}
		}
		n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM history WHERE request = $1 AND platform = $2`, id, by.Platform)
		if err != nil {
			return err
		}
		if n+len(facts) > mostFacts {
			return phare.Field("lines", "history.many")
		}
		for _, f := range facts {
			if err := insert(tx, by, id, f); err != nil {
				return err
			}
		}
		return request.Tell(tx, by, r, request.Event{Kind: EventKind, ShownTo: request.Team})
	})
}

// Strike takes a fact back. It stays, crossed out, with who did so and why.
func Strike(ctx context.Context, db *store.DB, by access.Actor, id, fact phare.ID, why string) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	why = phare.Clean(why)
	return db.Write(ctx, by.Act("history.strike", string(id)), func(tx *store.Tx) error {
		r, err := open(&tx.View, by, id)
		if err != nil {
			return err
		}
		left, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM history WHERE id = $1 AND request = $2 AND platform = $3 AND ended_at = ''`, fact, id, by.Platform)
		switch {
		case err != nil:
			return err
		case left == 0:
			return phare.Field("", "history.struck.gone")
		case why == "":
			return phare.Field("strike_why", "history.why.missing")
		case utf8.RuneCountInString(why) > longestOrigin:
			return phare.Field("strike_why", "history.toolong")
		}
		err = tx.Exec(`UPDATE history SET ended_at = $1, ended_name = $2, why = $3 WHERE id = $4 AND request = $5 AND platform = $6 AND ended_at = ''`,
			tx.Now, by.Name, sealer(by.Platform, id, fact).In("why", why), fact, id, by.Platform)
		if err != nil {
			return err
		}
		return request.Tell(tx, by, r, request.Event{Kind: EventKind + ".strike", ShownTo: request.Team})
	})
}

// open finds a request that facts can still be written about.
func open(v *store.View, by access.Actor, id phare.ID) (request.Request, error) {
	r, err := request.Find(v, by, id)
	if err == nil && r.State == request.Closed {
		err = phare.Fault(phare.Conflict, "request.move.illegal")
	}
	return r, err
}

// Of reads the facts of one request in the order in which they were written, also
// those struck out. The page around it has written down that the file was opened.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (all []Fact, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		all, err = List(v, by, id)
		return err
	})
	return all, err
}
