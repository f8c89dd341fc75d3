package need_test

import (
	"slices"
	"testing"

	"phare"
	"phare/internal/mail"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// ways are by which ways messages of a kind to the requester or family go, and where.
func (d desk) ways(id phare.ID, kind string) (all []string) {
	d.t.Helper()
	d.must(d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, store.Value[string], `SELECT way FROM message WHERE request = $1 AND kind = $2 ORDER BY way`, id, kind)
		return err
	}))
	return all
}

// Ask 4: who is chased, and who is told that no solution was found, is told by the
// way that they chose; a family for whom someone else asked, at its own address.
func TestToldAsChosen(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		for name, tt := range map[string]struct {
			whom   string
			change func(*request.Fields)
			remind string
			sorry  []string
		}{
			"nothing was chosen": {request.AwaitsRequester, nil, "mail", []string{"mail"}},
			"SMS":                {request.AwaitsRequester, func(f *request.Fields) { f.News, f.Mail = mail.BySMS, "" }, "sms", []string{"sms"}},
			"post":               {request.AwaitsRequester, func(f *request.Fields) { f.News, f.Mail = mail.ByPost, "" }, "post", []string{"post"}},
			"telephone":          {request.AwaitsRequester, func(f *request.Fields) { f.News = mail.ByPhone }, "phone", []string{"phone"}},
			"the centre":         {request.AwaitsRequester, func(f *request.Fields) { f.News, f.Centre = mail.ByCentre, "Centre inventé" }, "centre", []string{"centre"}},
			"a family that asks": {request.AwaitsFamily, func(f *request.Fields) {
				f.Who, f.Relation, f.Story, f.News, f.Mail = request.Family, "parent", "Marche mal.", mail.BySMS, ""
			}, "sms", []string{"sms"}},
			"another asks, a number":  {request.AwaitsFamily, func(f *request.Fields) { f.ClosePhone = "0692 11 22 33" }, "sms", []string{"mail", "sms"}},
			"another asks, no number": {request.AwaitsFamily, nil, "", []string{"mail"}},
			"an office":               {request.AwaitsOffice, nil, "", []string{"mail"}},
		} {
			t.Run(name, func(t *testing.T) {
				d := d
				d.t = t
				id := d.submit(tt.change)
				d.must(request.Take(ctx, d.db, d.nurse, d.ref(id)))
				n := d.add(id, "social")
				task := d.wait(n)
				task.Whom = tt.whom
				d.must(need.AddTask(ctx, d.db, d.nurse, id, task))
				about := d.sheet(id).Needs[0].Tasks[0].ID
				d.days(4)
				by := ""
				for _, i := range d.chase(d.nurse).Awaited {
					if i.About == about {
						by = i.By
					}
				}
				if by != tt.remind {
					t.Errorf("a reminder would go by %q, want %q", by, tt.remind)
				}
				err := need.Remind(ctx, d.db, d.nurse, about, need.Nudging{Basket: "d3", Way: "mail"})
				if tt.remind == "" {
					d.refused("to nobody", err, phare.Invalid, "chase.mail.none")
				} else if got := d.ways(id, "news.remind"); err != nil || !slices.Equal(got, []string{tt.remind}) {
					t.Errorf("reminded by %v, %v", got, err)
				}
				d.must(need.End(ctx, d.db, d.nurse, n.ID, need.Ending{Version: n.Version, Outcome: need.NotMet, Why: "no-offer", Sorry: true}))
				if got := d.ways(id, "news.unmet"); !slices.Equal(got, tt.sorry) {
					t.Errorf("told by %v, want %v", got, tt.sorry)
				}
			})
		}
		// What the desk wrote down since stands before the form.
		if n := len(storetest.Clear(t, d.db, "message.recipient", `kind = 'news.remind' AND way = 'centre'`)); n != 1 {
			t.Errorf("%d for the centre", n)
		}
		d.healthy()
	})
}
