package need_test

import (
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store"
)

// Ask 10: another orientation is asked for from the file and decided once, by who may
// orient; until then nothing moves, nor does the need end; the decision, who took it
// and why are seen by who asked.
func TestReorient(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		medical := d.add(id, "medical")
		_, _ = d.ask(id, "Dr Lointain")
		d.is(id, request.Asked, "asked")
		ask := need.NewReorient{Why: "wish", Words: "la famille préfère rester sur l'île", Task: "Décider"}
		look := func() []need.Reorient { return d.sheet(id).Needs[0].Reorients }
		for key, bad := range map[string]need.NewReorient{"reorient.why.missing": {Task: "x"}, "reorient.words.missing": {Why: "else", Task: "x"}} {
			d.refused(key, need.AskReorient(ctx, d.db, d.keeper, medical.ID, bad), phare.Invalid, key)
		}
		d.must(need.AskReorient(ctx, d.db, d.keeper, medical.ID, ask))
		if got := look(); len(got) != 1 || !got[0].IsOpen() || got[0].By != "Solène Essai" || got[0].Words != ask.Words {
			t.Fatalf("asked for: %v", got)
		}
		d.is(id, request.Asked, "asked") // the expert still has the question
		if n := d.number(`task WHERE ended_at = '' AND holder = $1`, d.nurse.ID); n != 1 {
			t.Errorf("%d tasks of who holds the file", n)
		}
		d.refused("ticked off", need.EndTask(ctx, d.db, d.nurse, d.day(d.nurse), true), phare.Conflict, "reorient.pending")
		d.refused("asked for twice", need.AskReorient(ctx, d.db, d.nurse, medical.ID, ask), phare.Conflict, "reorient.pending")

		again := need.Verdict{What: need.Again, Task: "Chercher"}
		d.refused("decided by the secretary", need.DecideReorient(ctx, d.db, d.keeper, medical.ID, again), phare.Forbidden, "")
		d.refused("decided elsewhere", need.DecideReorient(ctx, d.db, d.stranger, medical.ID, again), phare.NotFound, "")
		d.refused("kept without a word", need.DecideReorient(ctx, d.db, d.doctor, medical.ID, need.Verdict{What: need.Kept}), phare.Invalid, "reorient.kept.words")
		d.must(need.DecideReorient(ctx, d.db, d.nurse, medical.ID, need.Verdict{What: need.Kept, Words: "aucune équipe ne le fait ici"}))
		if got := look()[0]; got.Decision != need.Kept || got.Decider != "Aline Essai" || got.Said != "aucune équipe ne le fait ici" || got.DecidedAt.IsZero() {
			t.Errorf("the decision is not to be seen: %+v", got)
		}
		d.refused("decided twice", need.DecideReorient(ctx, d.db, d.nurse, medical.ID, again), phare.Conflict, "")
		if n := d.number(`task WHERE ended_at = ''`); n != 0 {
			t.Errorf("kept, and %d tasks are left", n)
		}

		d.days(1)
		d.must(need.AskReorient(ctx, d.db, d.nurse, medical.ID, need.NewReorient{Why: "silent", Task: "Décider"}))
		d.must(need.DecideReorient(ctx, d.db, d.nurse, medical.ID, again))
		if got := look(); len(got) != 2 || got[1].Decision != need.Again || got[0].Decision != need.Kept {
			t.Errorf("both stay, the latest last: %v", got)
		}
		if n := d.number(`task WHERE ended_at = ''`); n != 1 {
			t.Errorf("to look again is %d tasks", n)
		}
		if n := d.number(`event WHERE kind LIKE 'need.reorient%'`); n != 4 {
			t.Errorf("the timeline says %d of 4 things", n)
		}
		d.healthy()
	})
}

// A need does not end over what nobody decided; one that ended, and a file that is
// not open to one, take no such wish.
func TestReorientBounds(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		social := d.add(id, "social")
		ask := need.NewReorient{Why: "far", Task: "Décider"}
		d.must(need.AskReorient(ctx, d.db, d.nurse, social.ID, ask))
		d.refused("ended undecided", need.End(ctx, d.db, d.nurse, social.ID, need.Ending{Version: d.sheet(id).Needs[0].Version, Outcome: need.Met}), phare.Conflict, "reorient.pending")
		d.must(circle.Bar(ctx, d.db, d.nurse, id, d.colleague.ID, "sa sœur"))
		for who, by := range map[string]access.Actor{"barred": d.colleague, "another desk": d.stranger, "the public": access.Anyone("reunion")} {
			if need.AskReorient(ctx, d.db, by, social.ID, ask) == nil || need.DecideReorient(ctx, d.db, by, social.ID, need.Verdict{What: need.Again, Task: "x"}) == nil {
				t.Errorf("%s had a say", who)
			}
		}
		d.must(need.DecideReorient(ctx, d.db, d.nurse, social.ID, need.Verdict{What: need.Again, Task: "Chercher"}))
		d.must(need.End(ctx, d.db, d.nurse, social.ID, need.Ending{Version: d.sheet(id).Needs[0].Version, Outcome: need.Met}))
		d.refused("asked of a need that ended", need.AskReorient(ctx, d.db, d.nurse, social.ID, ask), phare.Conflict, "error.conflict")
		d.healthy()
	})
}

// day is the only task that somebody has.
func (d desk) day(by access.Actor) (task phare.ID) {
	d.t.Helper()
	d.must(d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		task, err = store.One(v, store.Value[phare.ID], `SELECT id FROM task WHERE ended_at = '' AND holder = $1`, by.ID)
		return err
	}))
	return task
}
