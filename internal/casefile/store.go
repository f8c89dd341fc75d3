package casefile

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/request"
	"phare/internal/store"
)

// Passed reads what left a case by mail and by hand. The page around it has written
// down that the file was opened.
func Passed(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (messages []Message, told []Told, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		messages, told, err = passed(v, by, id)
		return err
	})
	return messages, told, err
}

// Barred says whether the answer of a case may not leave, for a page that has
// written down that the file was opened.
func Barred(ctx context.Context, db *store.DB, r request.Request) (barred bool, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		bar, err := consent.Barred(v, r)
		barred = bar != nil
		return err
	})
	return barred, err
}

func passed(v *store.View, by access.Actor, id phare.ID) ([]Message, []Told, error) {
	messages, err := store.All(v, func(row store.Row) (m Message, err error) {
		err = row.Scan(&m.Kind, &m.Way, &m.State, store.Time(&m.At), store.Time(&m.SentAt), store.Time(&m.StateAt))
		return m, err
	}, `SELECT kind, way, state, at, sent_at, state_at FROM message WHERE request = $1 AND platform = $2 AND state <> 'replaced' ORDER BY at, id`, id, by.Platform)
	if err != nil {
		return nil, nil, err
	}
	told, err := store.All(v, func(row store.Row) (t Told, err error) {
		err = row.Scan(&t.ID, &t.Whom, store.Sealed(&t.Person, "told.person", &t.ID), &t.What, &t.Way, store.Time(&t.At), &t.Actor, &t.Name,
			store.Time(&t.ReceivedAt), store.Time(&t.AnsweredAt), store.Time(&t.ReadAt))
		return t, err
	}, `SELECT id, whom, person, what, way, at, actor, name, received_at, answered_at, read_at FROM told WHERE request = $1 AND platform = $2 ORDER BY at, id`, id, by.Platform)
	return messages, told, err
}

// Handing is something that leaves by other ways than a link.
type Handing struct{ Whom, Person, What, Way string }

// longestName is how long the name of who was told may be.
const longestName = 120

func (h Handing) accept() error {
	var whom, what, way, person *phare.Error
	if !slices.Contains(Whoms(), h.Whom) && (h.Whom != ToDesk || h.Way != Printed) {
		whom = phare.Field("whom", "known.whom.missing")
	}
	if !slices.Contains(Whats(), h.What) {
		what = phare.Field("what", "known.what.missing")
	}
	if !slices.Contains(Ways(), h.Way) && h.Way != Printed {
		way = phare.Field("how", "known.way.missing")
	}
	switch n := utf8.RuneCountInString(h.Person); {
	case n > longestName:
		person = phare.Field("person", "desk.toolong")
	case n == 0 && h.Whom == ToOther:
		person = phare.Field("person", "known.person.missing")
	}
	return phare.Faults(whom, what, way, person)
}

// leave lets a sheet leave, or says whose consent is missing. A letter asks when it
// is printed: that it was handed over is only a fact to be noted.
func leave(tx *store.Tx, by access.Actor, r request.Request, h Handing) error {
	switch {
	case h.Way != Printed:
		return nil
	case h.What == SheetFamily:
		return consent.Leave(tx, by, r, consent.Out{Way: consent.WaySheetFamily, To: consent.ToFamily(r)})
	}
	return consent.Leave(tx, by, r, consent.Out{Way: consent.WaySheetDoctor, To: consent.ToDoctor(r)})
}

// Hand writes down that a letter or a sheet was given to someone.
func Hand(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, h Handing) error {
	if err := by.Check(access.SendAnswer); err != nil {
		return err
	}
	if h.Way == Printed { // that is Print's to say
		h.Way = ""
	}
	return hand(ctx, db, by, by.Act("told.add", string(id)).For(h.What), id, h)
}

// Print writes down that the sheet of a case was printed or taken as a file, for a
// family or for professionals. To whom it is then given is for Hand to say.
func Print(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, what string) error {
	if err := by.Check(access.SendAnswer); err != nil {
		return err
	}
	h := Handing{Whom: ToDesk, What: SheetFamily, Way: Printed}
	if what == SheetProfessional {
		h.What = what
	}
	return hand(ctx, db, by, by.Act("sheet.print", string(id)).For(h.What), id, h)
}

// again is how soon after a printing the same one by the same person is no other:
// a sheet that is looked at, printed and kept as a file is one sheet.
const again = 10 * time.Minute

func hand(ctx context.Context, db *store.DB, by access.Actor, act store.Act, id phare.ID, h Handing) error {
	h.Person = phare.Clean(h.Person)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if err := h.accept(); err != nil {
			return err
		}
		if err := leave(tx, by, r, h); err != nil {
			return err
		}
		if h.Way == Printed {
			n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM told WHERE request = $1 AND platform = $2 AND what = $3 AND way = $4 AND actor = $5 AND at > $6`,
				id, by.Platform, h.What, h.Way, by.ID, tx.Now.Add(-again))
			if err != nil || n > 0 {
				return err
			}
		}
		row := phare.NewID()
		err = tx.Exec(`INSERT INTO told (id, platform, request, whom, person, what, way, at, actor, name, received_at, answered_at, read_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '')`, row, by.Platform, id, h.Whom,
			store.SealRow(by.Platform, request.Subject(id), "told", row).In("person", h.Person), h.What, h.Way, tx.Now, by.ID, by.Name)
		if err != nil {
			return err
		}
		return request.Tell(tx, by, r, request.Event{Kind: "told." + h.What, ShownTo: request.Team})
	})
}

// The facts that people write down of what was handed over.
const (
	WasReceived = "received"
	WasAnswered = "answered"
	WasRead     = "read" // an answer to it was read by us
)

// Back writes down what is known since of something that was handed over. The
// first time counts.
func Back(ctx context.Context, db *store.DB, by access.Actor, id, told phare.ID, fact string) error {
	if err := by.Check(access.SendAnswer); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("told.back", string(id)).For(fact), func(tx *store.Tx) error {
		if _, err := request.Find(&tx.View, by, id); err != nil {
			return err
		}
		column := map[string]string{WasReceived: "received_at", WasAnswered: "answered_at", WasRead: "read_at"}[fact]
		if column == "" {
			return phare.Field("", "known.fact.missing")
		}
		n, err := tx.Affect(`UPDATE told SET `+column+` = $1 WHERE id = $2 AND request = $3 AND platform = $4 AND `+column+` = ''`, tx.Now, told, id, by.Platform)
		if err == nil && n == 0 {
			return phare.Field("", "known.fact.missing")
		}
		return err
	})
}
