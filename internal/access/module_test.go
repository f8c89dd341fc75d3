package access_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// rankingOn reads the switch of a desk.
func rankingOn(t *testing.T, db *store.DB, platform string) (on bool) {
	t.Helper()
	err := db.Read(t.Context(), func(v *store.View) (err error) {
		on, err = access.RankingOn(v, platform)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return on
}

func TestSwitch(t *testing.T) {
	physician := access.Actor{ID: "p", Platform: "reunion", Role: access.Physician, Name: "Dr Marius Fictif"}
	admin := access.Actor{ID: "a", Platform: "reunion", Role: access.Admin, Name: "Ada Fictive"}
	on := access.Switching{On: true, Read: true, Reason: "Essai de trois mois"}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		opened(t, db)
		if rankingOn(t, db, "reunion") {
			t.Fatal("the module is on before anyone decided")
		}
		for name, x := range map[string]struct {
			by   access.Actor
			s    access.Switching
			kind phare.Kind
		}{
			"a nurse":               {access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}, on, phare.Forbidden},
			"a director":            {access.Actor{ID: "d", Platform: "reunion", Role: access.Director}, on, phare.Forbidden},
			"no reason":             {physician, access.Switching{On: true, Read: true, Reason: "  "}, phare.Invalid},
			"a book for a reason":   {physician, access.Switching{On: true, Read: true, Reason: strings.Repeat("é", 1001)}, phare.Invalid},
			"the notice not read":   {physician, access.Switching{On: true, Reason: "Essai"}, phare.Invalid},
			"off when it is off":    {physician, access.Switching{Reason: "Essai"}, phare.Invalid},
			"what someone else saw": {physician, access.Switching{On: true, Read: true, Reason: "Essai", After: 3}, phare.Conflict},
		} {
			if err := access.Switch(t.Context(), db, x.by, x.s); err == nil || phare.KindOf(err) != x.kind {
				t.Errorf("%s: %v, want kind %d", name, err, x.kind)
			}
		}
		if rankingOn(t, db, "reunion") {
			t.Fatal("a refusal switched the module on")
		}
		if err := access.Switch(t.Context(), db, physician, on); err != nil {
			t.Fatal(err)
		}
		if !rankingOn(t, db, "reunion") || rankingOn(t, db, "guyane") {
			t.Error("a decision of one desk is not of that desk alone")
		}
		if err := access.Switch(t.Context(), db, admin, access.Switching{Reason: "Fin de l’essai", After: 1}); err != nil {
			t.Fatal(err)
		}
		all, err := access.Decisions(t.Context(), db, admin)
		if err != nil || len(all) != 2 || all[0].On || all[0].Name != "Ada Fictive" || !all[1].On || all[1].Reason != "Essai de trois mois" || !all[1].At.Equal(storetest.Noon) {
			t.Errorf("decisions %+v, %v", all, err)
		}
		if none, err := access.Decisions(t.Context(), db, access.Machine("guyane")); err != nil || len(none) != 0 {
			t.Errorf("the other desk reads %v, %v", none, err)
		}
		if _, err := access.Decisions(t.Context(), db, access.Actor{ID: "d", Platform: "reunion", Role: access.Director}); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a director reads the decisions: %v", err)
		}
		var trail []string
		err = db.Read(t.Context(), func(v *store.View) (err error) {
			trail, err = store.All(v, store.Value[string], `SELECT verb || ' ' || actor || ' ' || reason FROM audit WHERE platform = 'reunion' AND subject = 'ranking' ORDER BY seq`)
			return err
		})
		if got := strings.Join(trail, "; "); err != nil || got != "module.on p Essai de trois mois; module.off a Fin de l’essai" {
			t.Errorf("the trail says %q, %v", got, err)
		}
	})
}

// Of several who decide at once from the same page, one does.
func TestSwitchOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		opened(t, db)
		var wg sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			wg.Go(func() {
				errs[i] = access.Switch(context.Background(), db, access.Machine("reunion"), access.Switching{On: true, Reason: "x"})
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if phare.KindOf(err) != phare.Conflict {
				t.Errorf("refused with %v", err)
			}
		}
		if all, err := access.Decisions(t.Context(), db, access.Machine("reunion")); done != 1 || len(all) != 1 || err != nil {
			t.Errorf("%d decided, %d decisions are kept, %v", done, len(all), err)
		}
	})
}
