package need

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/news"
	"phare/internal/request"
	"phare/internal/store"
)

// Why the desk's own people are told; each once for a request or a need, and a
// step of it.
const (
	ToldUnread  = "unread"  // nobody has opened it within its time
	ToldOverdue = "overdue" // twice past the time of its step
	ToldAlone   = "alone"   // nobody was given a need (ask 5)
)

// telling is one reason to tell the desk of a request.
type telling struct {
	about, request phare.ID
	reason         string
	round          int64
}

// Escalate tells the people of a desk what nobody has looked at, what is twice past
// its time, and which needs nobody was given. Run again, by a second process or
// after it was killed, it tells nobody twice: what was told stands beside the
// message, in one write.
func Escalate(ctx context.Context, db *store.DB, by access.Actor) (told int, err error) {
	if by.Role != access.System {
		return 0, phare.Fault(phare.Forbidden, "error.forbidden")
	}
	var all []telling
	err = db.Read(ctx, func(v *store.View) (err error) {
		all, err = toTell(v, by.Platform)
		return err
	})
	for _, t := range all {
		e := tellOnce(ctx, db, by, t)
		switch {
		case e == nil:
			told++
		case !store.IsDuplicate(e) && !errors.Is(e, errTold):
			err = errors.Join(err, e)
		}
	}
	return told, err
}

// errTold ends a telling that another has done meanwhile, or that nothing is left of.
var errTold = errors.New("told already")

// toTell finds what is to be told and was not.
func toTell(v *store.View, platform string) (all []telling, err error) {
	p, err := paceOf(v, platform)
	if err != nil {
		return nil, err
	}
	open, err := openRequests(v, platform)
	if err != nil {
		return nil, err
	}
	moves, err := store.All(v, scanMoved, `SELECT m.request, m.became, m.at FROM move m JOIN request r ON r.id = m.request AND (r.platform || '') = m.platform WHERE m.platform = $1 AND m.need = '' AND r.state <> 'closed' ORDER BY m.at, m.id`, platform)
	if err != nil {
		return nil, err
	}
	of := map[phare.ID][]moved{}
	for _, m := range moves {
		of[m.of] = append(of[m.of], m)
	}
	for _, r := range open {
		c, ok := p.clock(of[r.id], r.looked)
		switch {
		case !ok:
		case c.Step == StepLook && c.Late:
			all = append(all, telling{r.id, r.id, ToldUnread, 1})
		case c.Twice:
			all = append(all, telling{r.id, r.id, ToldOverdue, int64(len(spans(of[r.id], p.now)))})
		}
	}
	lonely, err := store.All(v, scanNeed, `SELECT `+needColumns+` FROM need WHERE platform = $1 AND state = 'todo' AND outcome = ''`, platform)
	if err != nil {
		return nil, err
	}
	for _, n := range lonely {
		if p.now.After(p.days.Due(n.Since, p.targets[StepAlone].Days)) {
			all = append(all, telling{n.ID, n.Request, ToldAlone, n.Since.Unix()})
		}
	}
	return untold(v, platform, all)
}

// opened is an open request, and when somebody first looked at it.
type openedAt struct {
	id     phare.ID
	looked time.Time
}

func openRequests(v *store.View, platform string) ([]openedAt, error) {
	return store.All(v, func(row store.Row) (r openedAt, err error) {
		err = row.Scan(&r.id, store.Time(&r.looked))
		return r, err
	}, `SELECT id, first_look_at FROM request WHERE platform = $1 AND state <> 'closed' ORDER BY id`, platform)
}

// untold are those that were not told yet.
func untold(v *store.View, platform string, all []telling) (left []telling, err error) {
	done := map[telling]bool{}
	old, err := store.All(v, func(row store.Row) (t telling, err error) {
		err = row.Scan(&t.about, &t.request, &t.reason, &t.round)
		return t, err
	}, `SELECT about, request, reason, round FROM nudge WHERE platform = $1 AND way = 'told'`, platform)
	for _, t := range old {
		done[t] = true
	}
	for _, t := range all {
		if !done[t] {
			left = append(left, t)
		}
	}
	return left, err
}

// tellOnce writes down that something was told, with the messages that tell it.
func tellOnce(ctx context.Context, db *store.DB, by access.Actor, t telling) error {
	return db.Write(ctx, by.Act("escalate", string(t.request)).For(t.reason), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, t.request)
		if err != nil {
			return err
		}
		if r.State == request.Closed {
			return errTold
		}
		err = insertNudge(tx, by, Item{About: t.about, Request: t.request, round: t.round}, Nudge{Reason: t.reason, Way: "told"})
		if err != nil {
			return err
		}
		if err := tell(tx, by, r, "told."+t.reason, ""); err != nil {
			return err
		}
		return tellStaff(tx, r, "desk-"+t.reason, func(a access.Account) bool {
			return a.Role == access.Physician || a.Role == access.Nurse && t.reason != ToldOverdue
		})
	})
}

// tellStaff leaves a message for some people of the desk who have an address and
// may open the file. Who is away is told through who covers them.
func tellStaff(tx *store.Tx, r request.Request, kind string, who func(access.Account) bool) error {
	active, err := access.Active(&tx.View, r.Platform)
	if err != nil {
		return err
	}
	away, err := absences(&tx.View, r.Platform)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, a := range active {
		if !who(a) {
			continue
		}
		to := string(a.ID)
		for _, x := range away {
			if x.Account == to && x.Covers(tx.Now) {
				to = x.Cover
				break
			}
		}
		wanted[to] = true
	}
	for _, a := range active {
		if !wanted[string(a.ID)] || a.Mail == "" || !a.Actor().Can(access.ReadRequest) {
			continue
		}
		stand, err := circle.Stand(&tx.View, a.Actor(), r.ID)
		if err != nil {
			return err
		}
		if stand.Verdict != circle.In && !stand.Frozen {
			continue
		}
		err = mail.Queue(tx, mail.Message{Platform: r.Platform, Request: r.ID, To: a.Mail, Kind: kind, Reference: r.Reference, Link: "/bureau/demandes/" + string(r.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}

// wayIn is how whoever is awaited is reminded, if that is the requester or the family.
func wayIn(fields string, r request.Request, whom string, reach news.Reach) string {
	if json.Unmarshal([]byte(fields), &r.Fields) != nil {
		return ""
	}
	return request.RemindedBy(r, whom, reach)
}
