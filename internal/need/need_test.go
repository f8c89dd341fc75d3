package need_test

import (
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/expertise"
	"phare/internal/need"
	"phare/internal/request"
)

// Lesson 1: a request of two needs, each at its own pace, up to its end. The doctor
// finds what is stored to be what the facts give, after every step.
func TestTwoNeeds(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		id := d.submit(nil)
		d.is(id, request.Received)
		medical := d.add(id, "medical")
		d.is(id, request.Received, "todo")
		d.must(request.Take(ctx, d.db, d.nurse, d.ref(id)))
		social := d.add(id, "social")
		d.is(id, request.Open, "todo", "todo")
		d.must(need.AddTask(ctx, d.db, d.nurse, id, d.wait(social)))
		d.is(id, request.Open, "todo", "awaiting")
		q, expert := d.ask(id, "Pr Première")
		if got := d.sheet(id).Needs[0].Questions; len(got) != 1 || got[0].ID != q.ID {
			t.Errorf("the question is not for the only need that experts are asked for: %v", got)
		}
		d.is(id, request.Asked, "asked", "awaiting")
		d.later(time.Hour)
		_, err := expertise.Answer(ctx, d.db, expert, expertise.Opinion{Words: "Un bilan", Name: "Pr Première"})
		d.must(err)
		d.is(id, request.Answered, "answered", "awaiting")
		d.later(time.Hour)
		_, _ = d.ask(id, "Pr Seconde")
		d.is(id, request.Asked, "asked", "awaiting")
		d.healthy()

		// A need that an expert can still answer is not closed.
		end := need.Ending{Version: medical.Version, Outcome: need.Met}
		d.refused("closed while an expert is asked", need.End(ctx, d.db, d.nurse, medical.ID, end), phare.Invalid, "need.question.waits")
		all := d.sheet(id).Needs[0].Questions
		_, err = expertise.Withdraw(ctx, d.db, d.nurse, all[1].ID, "")
		d.must(err)
		d.must(need.End(ctx, d.db, d.nurse, medical.ID, end))
		d.is(id, request.Awaiting, "closed", "awaiting") // the only open need waits

		// A request is not closed over an open need, and the need is named.
		err = request.Close(ctx, d.db, d.nurse, d.ref(id), request.Ending{Reason: request.Withdrawn})
		d.refused("closed over an open need", err, phare.Conflict, "need.stillopen")
		if e, ok := err.(*phare.Error); ok && e.Args["Needs"] != "Besoin social" {
			t.Errorf("the refusal names %v", e.Args)
		}
		if d.request(id).State == request.Closed {
			t.Error("the request is closed")
		}
		d.must(need.End(ctx, d.db, d.nurse, social.ID, need.Ending{Version: social.Version, Outcome: need.NotMet, Why: "no-offer"}))
		if n := d.number(`task WHERE ended_at = ''`); n != 0 {
			t.Errorf("%d tasks of an ended need are open", n)
		}
		d.healthy()
		d.must(need.Reopen(ctx, d.db, d.nurse, social.ID, "une place s'est libérée"))
		d.is(id, request.Answered, "closed", "doing")
		d.must(need.End(ctx, d.db, d.nurse, social.ID, need.Ending{Version: social.Version + 2, Outcome: need.Partly}))
		d.must(request.Close(ctx, d.db, d.nurse, d.ref(id), request.Ending{Reason: request.Withdrawn}))
		d.is(id, request.Closed, "closed", "closed")
		d.refused("reopened in a closed request", need.Reopen(ctx, d.db, d.nurse, social.ID, "encore"), phare.Conflict, "desk.closed")
		d.healthy()
	})
}

// When every open need waits for someone outside, the request does, and says for whom.
func TestAllNeedsWait(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		n := d.add(id, "mdph")
		d.must(need.AddTask(ctx, d.db, d.nurse, id, d.wait(n)))
		d.is(id, request.Awaiting, "awaiting")
		r := d.request(id)
		if r.Awaited != "MDPH de La Réunion" || r.Next != request.NextRemind {
			t.Errorf("awaits %q, next %q", r.Awaited, r.Next)
		}
		d.healthy()
		task := d.sheet(id).Needs[0].Tasks[0]
		d.must(need.EndTask(ctx, d.db, d.nurse, task.ID, true))
		d.is(id, request.Open, "doing")
		if r := d.request(id); r.Awaited != "" || r.Next == request.NextRemind {
			t.Errorf("nobody is awaited: %q, next %q", r.Awaited, r.Next)
		}
		d.must(need.EndTask(ctx, d.db, d.nurse, task.ID, true)) // a second click
		d.healthy()
	})
}

func TestNeedRefusals(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		n := d.add(id, "social")
		add := func(by access.Actor, n ...need.New) error { return need.Add(ctx, d.db, by, id, n) }
		ok := need.New{Kind: "school", Label: "École"}
		d.refused("from elsewhere", add(d.stranger, ok), phare.NotFound, "")
		d.refused("the public", add(access.Anyone("reunion"), ok), phare.Forbidden, "")
		d.refused("nothing", add(d.nurse), phare.Invalid, "need.none")
		d.refused("an unknown kind", add(d.nurse, need.New{Kind: "money", Label: "x"}), phare.Invalid, "need.kind.unknown")
		d.refused("other, without a word", add(d.nurse, need.New{Kind: need.Other, Label: "Autre"}), phare.Invalid, "need.other.words")
		d.must(add(d.nurse, need.New{Kind: "social", Label: "Social"}))
		if len(d.sheet(id).Needs) != 1 {
			t.Error("a kind that is open was added again")
		}
		end := func(e need.Ending) error { e.Version = n.Version; return need.End(ctx, d.db, d.nurse, n.ID, e) }
		d.refused("no outcome", end(need.Ending{}), phare.Invalid, "need.outcome.missing")
		d.refused("not met, without why", end(need.Ending{Outcome: need.NotMet}), phare.Invalid, "need.why.missing")
		d.refused("another reason, without words", end(need.Ending{Outcome: need.NotMet, Why: "unknown"}), phare.Invalid, "need.why.words")
		d.refused("an older version", need.End(ctx, d.db, d.nurse, n.ID, need.Ending{Version: 7, Outcome: need.Met}), phare.Conflict, "")
		d.refused("from elsewhere", need.End(ctx, d.db, d.stranger, n.ID, need.Ending{Version: 1, Outcome: need.Met}), phare.NotFound, "")
		d.refused("reopened, what is open", need.Reopen(ctx, d.db, d.nurse, n.ID, "encore"), phare.Conflict, "")
		task := func(change func(*need.NewTask)) error {
			x := d.wait(n)
			change(&x)
			return need.AddTask(ctx, d.db, d.nurse, id, x)
		}
		d.refused("a day that has passed", task(func(x *need.NewTask) { x.Due = d.db.Now().AddDate(0, 0, -1) }), phare.Invalid, "task.due.bad")
		d.refused("from nobody", task(func(x *need.NewTask) { x.Who = "" }), phare.Invalid, "desk.await.who")
		d.refused("since tomorrow", task(func(x *need.NewTask) { x.Since = d.db.Now().AddDate(0, 0, 1) }), phare.Invalid, "need.since.future")
		d.refused("of another need", task(func(x *need.NewTask) { x.Need = phare.NewID() }), phare.NotFound, "")
		d.refused("of no need", task(func(x *need.NewTask) { x.Need = "" }), phare.Invalid, "task.need.missing")
		d.refused("to someone elsewhere", task(func(x *need.NewTask) { x.Outside, x.Holder = false, d.stranger.ID }), phare.Invalid, "desk.owner.unknown")
		d.must(circle.Bar(ctx, d.db, d.nurse, id, d.colleague.ID, "sa sœur"))
		d.refused("to who is barred", task(func(x *need.NewTask) { x.Outside, x.Holder = false, d.colleague.ID }), phare.Invalid, "task.holder.outside")
		d.refused("by who is barred", add(d.colleague, ok), phare.NotFound, "")
		d.must(end(need.Ending{Outcome: need.Met}))
		d.refused("reopened without a reason", need.Reopen(ctx, d.db, d.nurse, n.ID, " "), phare.Invalid, "need.reopen.reason")
		d.healthy()
	})
}

// Kinds are reference data: a desk names them, adds its own, puts some aside.
func TestKinds(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		d.refused("by a nurse", need.SetKind(ctx, d.db, d.nurse, need.Kind{Label: "Logement", Active: true}), phare.Forbidden, "")
		d.must(need.SetKind(ctx, d.db, d.doctor, need.Kind{Label: "Logement", Active: true}))
		d.must(need.SetKind(ctx, d.db, d.doctor, need.Kind{Code: "work", Label: "Emploi et formation", Active: true}))
		d.must(need.SetKind(ctx, d.db, d.doctor, need.Kind{Code: "admin", Active: false}))
		all, err := need.Kinds(ctx, d.db, d.nurse)
		d.must(err)
		own := all[len(all)-1]
		if own.Label != "Logement" || len(all) != 12 {
			t.Fatalf("kinds %v", all)
		}
		d.must(need.Add(ctx, d.db, d.nurse, id, []need.New{{Kind: own.Code, Label: "x"}, {Kind: "work", Label: "Travail"}}))
		d.refused("put aside", need.Add(ctx, d.db, d.nurse, id, []need.New{{Kind: "admin", Label: "x"}}), phare.Invalid, "need.kind.unknown")
		if s := d.sheet(id); s.Needs[0].Label != "Emploi et formation" || s.Needs[1].Label != "Logement" {
			t.Errorf("needs %v", s.Needs)
		}
	})
}

// Only what the requester ticked is ticked beforehand.
func TestProposed(t *testing.T) {
	if got := need.Proposed(request.Fields{Diagnosis: request.Confirmed, Story: "école, MDPH, assistante sociale"}); len(got) != 0 {
		t.Errorf("read out of the words: %v", got)
	}
	if got := need.Proposed(request.Fields{Diagnosis: request.NoDiagnosis}); strings.Join(got, " ") != "diagnosis" {
		t.Errorf("without a diagnosis: %v", got)
	}
}
