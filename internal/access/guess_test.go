package access_test

import (
	"runtime"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// hashBytes is the memory of one argon2id run; a sign-in that runs it once
// takes a little more, and one that does not takes much less.
const hashBytes = 19 << 20

// Every failed sign-in does the same work and gives the same answer, so that
// neither its words nor its time tell an account from none. The work is counted
// by its memory: time would depend on what else the machine does.
func TestFailedSignInsAreAlike(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	key := opened(t, db)
	locked := access.Proof{Login: "nadia", Password: "une longue phrase", Code: code(t, storetest.Noon)}
	spent := func(p access.Proof) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := access.SignIn(t.Context(), db, key, p)
		runtime.ReadMemStats(&after)
		if e := phare.KindOf(err); e != phare.Invalid || err.Error() != "login: access.signin.refused" {
			t.Errorf("%q: %v", p.Login, err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	for name, p := range map[string]access.Proof{
		"unknown login":     {Login: "nobody", Password: "une longue phrase", Code: "000000"},
		"no login":          {Password: "une longue phrase"},
		"wrong password":    {Login: "nadia", Password: "une autre phrase", Code: "000000"},
		"no password":       {Login: "nadia"},
		"wrong code":        {Login: "nadia", Password: "une longue phrase", Code: "000000"},
		"a very long one":   {Login: "nadia", Password: strings.Repeat("long ", 40_000)},
		"unknown, and long": {Login: "nobody", Password: strings.Repeat("long ", 40_000)},
	} {
		if n := spent(p); n < hashBytes || n >= 2*hashBytes {
			t.Errorf("%s: %d KiB of work, want one hash of %d KiB", name, n>>10, hashBytes>>10)
		}
	}
	for range 10 { // then the account waits, and says nothing of it
		access.SignIn(t.Context(), db, key, access.Proof{Login: "nadia"})
	}
	if n := spent(locked); n < hashBytes || n >= 2*hashBytes {
		t.Errorf("locked: %d KiB of work", n>>10)
	}
	err := db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "t", Verb: "t", Subject: "t"}, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE account SET active = FALSE, locked_until = ''`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := spent(locked); n < hashBytes || n >= 2*hashBytes {
		t.Errorf("closed account: %d KiB of work", n>>10)
	}
}
