package access_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

func opened(t *testing.T, db *store.DB) access.Key {
	t.Helper()
	for _, id := range []string{"reunion", "guyane"} {
		if err := access.AddPlatform(t.Context(), db, access.Platform{ID: id, Name: id, Zone: "Indian/Reunion"}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := access.AddAccount(t.Context(), db, access.Machine("reunion"), access.NewAccount{
		Platform: "reunion", Login: " Nadia ", Name: "Nadia Exemple", Role: access.Nurse, Password: "une longue phrase", TOTP: secret})
	if err != nil {
		t.Fatal(err)
	}
	return access.NewKey()
}

func code(t *testing.T, at time.Time) string {
	t.Helper()
	c, err := access.Code(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := opened(t, db)
		good := access.Proof{Login: "NADIA", Password: "une longue phrase", Code: code(t, storetest.Noon)}
		for name, spoil := range map[string]func(*access.Proof){
			"unknown login":  func(p *access.Proof) { p.Login = "nobody" },
			"wrong password": func(p *access.Proof) { p.Password = "une autre phrase" },
			"no password":    func(p *access.Proof) { p.Password = "" },
			"wrong code":     func(p *access.Proof) { p.Code = "000000" },
			"no code":        func(p *access.Proof) { p.Code = "" },
			"old code":       func(p *access.Proof) { p.Code = code(t, storetest.Noon.Add(-5*time.Minute)) },
		} {
			p := good
			spoil(&p)
			if _, token, err := access.SignIn(t.Context(), db, key, p); phare.KindOf(err) != phare.Invalid || token != "" {
				t.Errorf("%s: token %q, err %v", name, token, err)
			}
		}
		// One code opens one session, even when two browsers race for it.
		var mu sync.Mutex
		var tokens []string
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, token, err := access.SignIn(context.Background(), db, key, good); err == nil {
					mu.Lock()
					tokens = append(tokens, token)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(tokens) != 1 {
			t.Fatalf("one code opened %d sessions", len(tokens))
		}
		by, err := access.FromSession(t.Context(), db, key, tokens[0])
		if err != nil || by.Platform != "reunion" || by.Role != access.Nurse || by.Name != "Nadia Exemple" {
			t.Errorf("FromSession = %+v, %v", by, err)
		}
		if _, err := access.FromSession(t.Context(), db, access.NewKey(), tokens[0]); err == nil {
			t.Error("a session opened under another key")
		}
	})
}

// A session ends by itself: after idleness, after its longest life, with the
// account, and when its holder leaves.
func TestSessionEnds(t *testing.T) {
	tests := map[string]func(t *testing.T, db *store.DB, key access.Key, by access.Actor, token string){
		"idle": func(t *testing.T, db *store.DB, _ access.Key, _ access.Actor, _ string) {
			db.Now = func() time.Time { return storetest.Noon.Add(access.SessionIdle + time.Second) }
		},
		"too old, though in use": func(t *testing.T, db *store.DB, key access.Key, _ access.Actor, token string) {
			for at := time.Duration(0); at < access.SessionAbsolute; at += 10 * time.Minute {
				db.Now = func() time.Time { return storetest.Noon.Add(at) }
				if _, err := access.FromSession(t.Context(), db, key, token); err != nil {
					t.Fatalf("ended early, after %v: %v", at, err)
				}
			}
			db.Now = func() time.Time { return storetest.Noon.Add(access.SessionAbsolute + time.Second) }
		},
		"account closed": func(t *testing.T, db *store.DB, _ access.Key, by access.Actor, _ string) {
			act := store.Act{Platform: by.Platform, Actor: "system", Verb: "account.close", Subject: by.ID}
			if err := db.Write(t.Context(), act, func(tx *store.Tx) error {
				return tx.Exec(`UPDATE account SET active = $1 WHERE id = $2`, false, by.ID)
			}); err != nil {
				t.Fatal(err)
			}
		},
		"signed out": func(t *testing.T, db *store.DB, key access.Key, by access.Actor, token string) {
			if err := access.SignOut(t.Context(), db, key, by, token); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				key := opened(t, db)
				by, token, err := access.SignIn(t.Context(), db, key, access.Proof{Login: "nadia", Password: "une longue phrase", Code: code(t, storetest.Noon)})
				if err != nil {
					t.Fatal(err)
				}
				end(t, db, key, by, token)
				if _, err := access.FromSession(t.Context(), db, key, token); phare.KindOf(err) != phare.NotFound {
					t.Errorf("FromSession = %v, want NotFound", err)
				}
			})
		})
	}
}

// After ten failures even the right proof waits, and then works again.
func TestLock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := opened(t, db)
		try := func(at time.Time, password string) error {
			db.Now = func() time.Time { return at }
			_, _, err := access.SignIn(t.Context(), db, key, access.Proof{Login: "nadia", Password: password, Code: code(t, at)})
			return err
		}
		for range 10 {
			if err := try(storetest.Noon, "faux mot de passe"); err == nil {
				t.Fatal("a wrong password passed")
			}
		}
		if err := try(storetest.Noon.Add(time.Minute), "une longue phrase"); err == nil {
			t.Error("a locked account opened")
		}
		if err := try(storetest.Noon.Add(16*time.Minute), "une longue phrase"); err != nil {
			t.Errorf("the account did not open after the wait: %v", err)
		}
	})
}

// Tries made at once are counted like tries one after the other: those that were
// being checked while the account was locked neither lift the lock nor pass it.
func TestLockHoldsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := opened(t, db)
		var wg sync.WaitGroup
		for range 15 {
			wg.Go(func() {
				if _, _, err := access.SignIn(context.Background(), db, key, access.Proof{Login: "nadia", Password: "faux mot de passe"}); phare.KindOf(err) != phare.Invalid {
					t.Errorf("a wrong password: %v", err)
				}
			})
		}
		wg.Wait()
		good := access.Proof{Login: "nadia", Password: "une longue phrase", Code: code(t, storetest.Noon)}
		if _, token, err := access.SignIn(t.Context(), db, key, good); phare.KindOf(err) != phare.Invalid || token != "" {
			t.Errorf("an account that must wait opened: %v", err)
		}
	})
}

func TestAddAccountRefuses(t *testing.T) {
	good := access.NewAccount{Platform: "reunion", Login: "x", Name: "X Exemple", Role: access.Nurse, Password: "une longue phrase"}
	tests := []struct {
		name  string
		by    access.Actor
		spoil func(*access.NewAccount)
		kind  phare.Kind
	}{
		{"a nurse", access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}, func(*access.NewAccount) {}, phare.Forbidden},
		{"the administrator of another desk", access.Actor{ID: "a", Platform: "guyane", Role: access.Admin}, func(*access.NewAccount) {}, phare.Forbidden},
		{"a taken login", access.Machine("reunion"), func(n *access.NewAccount) { n.Login = "nadia" }, phare.Invalid},
		{"a login with a blank", access.Machine("reunion"), func(n *access.NewAccount) { n.Login = "a b" }, phare.Invalid},
		{"no name", access.Machine("reunion"), func(n *access.NewAccount) { n.Name = " " }, phare.Invalid},
		{"a role of no one", access.Machine("reunion"), func(n *access.NewAccount) { n.Role = access.System }, phare.Invalid},
		{"a short password", access.Machine("reunion"), func(n *access.NewAccount) { n.Password = "trop court" }, phare.Invalid},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		opened(t, db)
		for _, tt := range tests {
			n := good
			tt.spoil(&n)
			if _, _, err := access.AddAccount(t.Context(), db, tt.by, n); phare.KindOf(err) != tt.kind || err == nil {
				t.Errorf("%s: %v, want kind %d", tt.name, err, tt.kind)
			}
		}
	})
}

// Each role has what the table in access.go says; these lines are the ones that
// would hurt most if they changed by accident.
func TestRights(t *testing.T) {
	tests := []struct {
		role  access.Role
		right access.Right
		want  bool
	}{
		{access.Physician, access.SignAnswer, true}, {access.Nurse, access.SignAnswer, false}, {access.Secretary, access.SignAnswer, false},
		{access.Director, access.ReadRequest, false}, {access.Director, access.ReadReport, true},
		{access.Admin, access.ReadRequest, false}, {access.Admin, access.ReadReport, false},
		{access.Public, access.ReadRequest, false}, {access.Expert, access.ReadRequest, false}, {access.Reader, access.ReadRequest, false},
		{access.Nurse, access.SwitchModule, false}, {access.Secretary, access.SwitchModule, false}, {access.Director, access.SwitchModule, false},
		{access.Physician, access.SwitchModule, true}, {access.Admin, access.SwitchModule, true},
		{access.Secretary, access.Orient, false}, {access.System, access.ReadRequest, false},
	}
	for _, tt := range tests {
		by := access.Actor{ID: "x", Platform: "p", Role: tt.role}
		if err := by.Check(tt.right); (err == nil) != tt.want {
			t.Errorf("%s %s: %v, want allowed = %v", tt.role, tt.right, err, tt.want)
		}
	}
	if err := (access.Actor{ID: "x", Role: access.Physician}).Check(access.ReadRequest); err == nil {
		t.Error("an actor of no platform passed")
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "phare.key")
	first, err := access.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := access.LoadKey(path)
	if err != nil || again.Mac("a", "b") != first.Mac("a", "b") {
		t.Errorf("the key changed between two starts: %v", err)
	}
	if first.Mac("a", "b") == first.Mac("ab", "") || !first.Is(first.Mac("a", "b"), "a", "b") || first.Is(first.Mac("a", "b"), "c", "b") {
		t.Error("a MAC is not bound to its purpose")
	}
	for name, spoil := range map[string]func() error{
		"readable by others": func() error { return os.Chmod(path, 0o644) },
		"damaged":            func() error { return os.WriteFile(path, []byte("short\n"), 0o600) },
	} {
		os.Chmod(path, 0o600)
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if _, err := access.LoadKey(path); err == nil {
			t.Errorf("a key file %s was accepted", name)
		}
	}
}

// The program itself has no right of the table: what it does it is asked for by its
// name, and nothing that someone else makes it do can lean on a right.
func TestSystemHasNoRight(t *testing.T) {
	for _, right := range access.Rights() {
		if (access.Actor{ID: "system", Platform: "ici", Role: access.System}).Can(right) {
			t.Errorf("the program may %s", right)
		}
	}
}
