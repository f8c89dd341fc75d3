package instrument

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A signature whose batch is run again, because of another's failure, stands.
func TestSignRunAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ref, act := newFloor(t, db), SheetRef("filnemus"), store.Act{Platform: "ici", Actor: "a", Verb: "v", Subject: "s"}
		enter, leave := make(chan struct{}), make(chan struct{})
		var once, wg = sync.Once{}, sync.WaitGroup{}
		wg.Go(func() {
			db.Write(t.Context(), act, func(*store.Tx) error { once.Do(func() { close(enter); <-leave }); return nil })
		})
		<-enter
		var err error
		wg.Go(func() { err = signAs(t.Context(), db, f.doctor, ref, 0) })
		time.Sleep(100 * time.Millisecond)
		wg.Go(func() { db.Write(t.Context(), act, func(*store.Tx) error { return errors.New("no") }) })
		time.Sleep(100 * time.Millisecond)
		close(leave)
		wg.Wait()
		must(t, err)
	})
}

// A text that is wrong everywhere is not told all of it at once.
func TestComplaintsAreBounded(t *testing.T) {
	if n := len(Check(TreeRef(), strings.Repeat("x\n", 500))); n != complaintsShown {
		t.Errorf("%d complaints", n)
	}
}
