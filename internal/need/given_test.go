package need_test

import (
	"slices"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store"
)

// told are the kinds of message to the requester of a request, in their order.
func (d desk) told(id phare.ID) (kinds []string) {
	d.t.Helper()
	d.must(d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		kinds, err = store.All(v, store.Value[string], `SELECT kind FROM message WHERE request = $1 ORDER BY at, id`, id)
		return err
	}))
	return kinds
}

// signedAnswer writes and signs an answer, over the version seen, and gives the
// version that can be sent.
func (d desk) signedAnswer(id phare.ID, words string) int64 {
	d.t.Helper()
	version, err := answer.Write(d.t.Context(), d.db, d.doctor, id, answer.Draft{Professional: words, Family: words})
	d.must(err)
	d.must(answer.Sign(d.t.Context(), d.db, d.doctor, id, version))
	return version + 1
}

// Ask 1, lesson 1: a first answer leaves while needs are open, the requester hears
// early, and the request ends by itself with the last of them; the doctor finds what
// is stored to be what the facts give, at each step.
func TestGivenWhileNeedsAreOpen(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, key := t.Context(), access.NewKey()
		id := d.taken()
		medical, mdph := d.add(id, "medical"), d.add(id, "mdph")
		d.must(need.AddTask(ctx, d.db, d.nurse, id, d.wait(medical)))
		d.must(need.AddTask(ctx, d.db, d.nurse, id, d.wait(mdph)))
		d.is(id, request.Awaiting, "awaiting", "awaiting")
		d.later(time.Hour)
		version := d.signedAnswer(id, "première réponse") // an answer is not kept back by who is awaited
		d.is(id, request.Signed, "awaiting", "awaiting")
		send := answer.Sending{Request: id, Version: version, Way: answer.ByPost}
		far := send
		far.Until = d.db.Now().AddDate(2, 0, 0)
		d.refused("a promise for years", answer.Send(ctx, d.db, key, d.nurse, far), phare.Invalid, "desk.await.until")
		send.Until = d.db.Now().AddDate(0, 0, 20)
		d.later(time.Hour)
		d.must(answer.Send(ctx, d.db, key, d.nurse, send))
		d.is(id, request.Awaiting, "awaiting", "awaiting")
		r := d.request(id)
		if !r.IsGiven() || !r.GivenAt.Equal(d.db.Now()) || r.Next != request.NextNeeds || !r.NextAt.Equal(send.Until) || r.CloseReason != "" || !r.ClosedAt.IsZero() {
			t.Errorf("given %v, next %q at %v, closed %q %v", r.GivenAt, r.Next, r.NextAt, r.CloseReason, r.ClosedAt)
		}
		d.healthy()
		if err := answer.Send(ctx, d.db, key, d.nurse, send); err != nil { // a double click
			t.Errorf("sent twice: %v", err)
		}

		// Another answer follows, and can be given up; the first one stands.
		d.later(time.Hour)
		d.refused("the first one given up", answer.Drop(ctx, d.db, d.nurse, id, version+1), phare.Conflict, "error.conflict")
		again, err := answer.Write(ctx, d.db, d.nurse, id, answer.Draft{Professional: "suite", Family: "suite"})
		d.must(err)
		left, err := answer.Left(ctx, d.db, d.nurse, id)
		d.must(err)
		if len(left) != 1 || left[0].Way != answer.ByPost || left[0].Professional != "" {
			t.Errorf("left: %+v", left)
		}
		d.must(need.End(ctx, d.db, d.nurse, medical.ID, need.Ending{Version: medical.Version, Outcome: need.Met}))
		d.must(need.End(ctx, d.db, d.nurse, mdph.ID, need.Ending{Version: mdph.Version, Outcome: need.Partly}))
		d.is(id, request.Open, "closed", "closed") // what was begun is not thrown away
		d.healthy()
		d.later(time.Hour)
		d.must(answer.Drop(ctx, d.db, d.nurse, id, again))
		d.is(id, request.Closed, "closed", "closed")
		if r = d.request(id); r.CloseReason != request.Sent || !r.ClosedAt.Equal(d.db.Now()) || r.Next != "" {
			t.Errorf("ended %q at %v, next %q", r.CloseReason, r.ClosedAt, r.Next)
		}
		d.healthy()
		want := []string{"news.given", "news.resumed", "news.closed.after"}
		if got := d.told(id); len(got) < 3 || !slices.Equal(got[len(got)-3:], want) {
			t.Errorf("told %v, want %v last", got, want)
		}
	})
}

// A second answer that leaves with no need open closes the request as the first would.
func TestSecondAnswer(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, key := t.Context(), access.NewKey()
		id := d.taken()
		n := d.add(id, "social")
		d.later(time.Hour)
		version := d.signedAnswer(id, "première")
		d.must(answer.Send(ctx, d.db, key, d.nurse, answer.Sending{Request: id, Version: version, Way: answer.ByHand}))
		d.is(id, request.Open, "todo")
		d.later(time.Hour)
		version = d.signedAnswer(id, "seconde")
		d.is(id, request.Signed, "todo")
		d.must(need.End(ctx, d.db, d.nurse, n.ID, need.Ending{Version: n.Version, Outcome: need.Met}))
		d.is(id, request.Signed, "closed") // a signed answer is not left behind
		d.healthy()
		d.later(time.Hour)
		d.must(answer.Send(ctx, d.db, key, d.nurse, answer.Sending{Request: id, Version: version, Way: answer.ByPhone}))
		d.is(id, request.Closed, "closed")
		s, err := answer.Look(ctx, d.db, d.nurse, id)
		d.must(err)
		if s.Answer.Professional != "seconde" || len(s.Given) != 1 || s.Given[0].Professional != "première" || s.Answer.Round != 2 {
			t.Errorf("the answers: %+v", s)
		}
		d.healthy()
	})
}

// Whoever asked for news by telephone, and was read the answer on it, is on no list of
// calls for it afterwards: not to be told that it is ready, nor that it was given.
// Whoever is told by mail is still told; an answer by post is still called for.
func TestReadOnTheTelephone(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		for _, x := range []struct {
			news, way string
			open      bool // a need is
			calls     int
			last      string
		}{
			{"phone", answer.ByPhone, true, 0, "news.ready"},
			{"phone", answer.ByPhone, false, 0, "news.ready"},
			{"phone", answer.ByPost, true, 1, "news.given"},
			{"mail", answer.ByPhone, true, 0, "news.given"},
		} {
			id := d.submit(func(f *request.Fields) { f.News, f.Mail, f.Phone = x.news, "ida@fictive.example", "0692 12 34 56" })
			d.must(request.Take(t.Context(), d.db, d.nurse, d.ref(id)))
			if x.open {
				d.add(id, "social")
			}
			d.later(time.Hour)
			version := d.signedAnswer(id, "réponse")
			d.later(time.Hour)
			d.must(answer.Send(t.Context(), d.db, access.NewKey(), d.nurse, answer.Sending{Request: id, Version: version, Way: x.way}))
			calls, err := 0, error(nil)
			d.must(d.db.Read(t.Context(), func(v *store.View) error {
				calls, err = store.One(v, store.Value[int], `SELECT count(*) FROM message WHERE request = $1 AND way = 'phone' AND state = 'waiting'`, id)
				return err
			}))
			if told := d.told(id); calls != x.calls || told[len(told)-1] != x.last {
				t.Errorf("%+v: %d calls to make, told %v", x, calls, told)
			}
		}
	})
}
