package circle_test

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// came is an account that comes now, by an invitation.
func (w *world) came(role access.Role, by int) (who int) {
	w.hire("nouveau", role)
	who = len(w.people) - 1
	w.write("invitation", func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO invitation (id, platform, token, login, name, mail, role, lang, by_id, by_name, at, expires_at, state)
			SELECT $1, 'ici', $1, login, '', '', role, 'fr', $2, '', $3, $3, 'used' FROM account WHERE id = $4`, phare.NewID(), w.people[by].ID, tx.Now, w.people[who].ID)
	})
	return who
}

// One administrator is not two persons by a second one whom they invited: who opens
// and who judges go back to the same hand.
func TestJudgeChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.now = w.now.Add(30 * 24 * time.Hour) // the desk is known
		puppet := w.came(access.Admin, admin)
		opens, judges := w.came(access.Physician, admin), w.came(access.Physician, puppet)
		deep := w.came(access.Physician, w.came(access.Admin, w.came(access.Admin, puppet)))
		w.write("leave", func(tx *store.Tx) error { // nobody else could
			return tx.Exec(`UPDATE account SET active = false WHERE id IN ($1, $2, $3)`, w.people[doctor].ID, w.people[second].ID, w.people[last].ID)
		})
		w.must(circle.Break(ctx, db, w.people[opens].Actor, id, circle.Breaking{Reason: "vital", Words: "quinze caractères au moins"}))
		not := func(who int) (phare.ID, string) {
			waiting, _, err := circle.Accesses(ctx, db, w.people[who].Actor)
			w.must(err)
			return waiting[0].ID, waiting[0].Not
		}
		for _, who := range []int{judges, deep} {
			a, why := not(who)
			if err := circle.Judge(ctx, db, w.people[who].Actor, a, circle.Review{Outcome: "justified"}); why != "glass.near" || phare.KindOf(err) != phare.Forbidden {
				t.Errorf("judged by %d: %v, the page says %q", who, err, why)
			}
		}
		w.now = w.now.Add(7 * 24 * time.Hour)
		if _, why := not(judges); why != "" {
			t.Errorf("a week later: %q", why)
		}
	})
}

// Who judges is not put aside for a moment, so that an account of this week judges:
// a physician who lost the role this week still counts.
func TestJudgeLately(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.now = w.now.Add(30 * 24 * time.Hour)
		other := w.came(access.Physician, director) // of another hand than who opens
		w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, circle.Breaking{Reason: "vital", Words: "quinze caractères au moins"}))
		w.must(staff.Leave(ctx, db, w.people[admin].Actor, phare.ID(w.people[second].ID)))
		w.must(staff.ChangeRole(ctx, db, w.people[admin].Actor, phare.ID(w.people[last].ID), access.Nurse))
		not := func() (string, bool) {
			waiting, _, err := circle.Accesses(ctx, db, w.people[other].Actor)
			w.must(err)
			return waiting[0].Not, waiting[0].Nobody
		}
		if why, _ := not(); why != "glass.young" {
			t.Errorf("while another physician is there: %q", why)
		}
		w.must(staff.ChangeRole(ctx, db, w.people[admin].Actor, phare.ID(w.people[doctor].ID), access.Nurse))
		if why, nobody := not(); why != "glass.lately" || !nobody {
			t.Errorf("the last is a nurse: %q, nobody else: %v", why, nobody)
		}
		w.must(staff.ChangeRole(ctx, db, w.people[admin].Actor, phare.ID(w.people[doctor].ID), access.Physician))
		if why, _ := not(); why != "glass.young" {
			t.Errorf("a physician again: %q", why)
		}
	})
}
