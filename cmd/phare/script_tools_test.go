package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"phare/internal/access"
	"phare/internal/demo"
	"phare/internal/orientation"
	"phare/internal/starter"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/term"
	"phare/internal/text"
)

// do opens the database of a script for one step of it.
func do(ts *testscript.TestScript, step func(context.Context, *store.DB) error) {
	ctx := context.Background()
	db, err := store.Open(ctx, ts.Getenv("DB"))
	ts.Check(err)
	defer db.Close()
	db.Unlock(storetest.Keys())
	ts.Check(step(ctx, db))
}

// fillDemo fills $DB with the invented desks: demo.
func fillDemo(ts *testscript.TestScript, _ bool, _ []string) {
	do(ts, func(ctx context.Context, db *store.DB) error {
		words, err := text.Load()
		if err != nil {
			return err
		}
		k, err := starter.Load()
		if err != nil {
			return err
		}
		return demo.Fill(ctx, db, demo.Tools{Key: access.NewKey(), Words: words, Know: k, Engine: orientation.New(k), Base: "http://phare.invalid"})
	})
}

// runSQL runs one statement on $DB, to damage it: sql 'UPDATE …'.
func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	do(ts, func(ctx context.Context, db *store.DB) error {
		act := store.Act{Platform: "test", Actor: "test", Verb: "spoil", Subject: "s"}
		return db.Write(ctx, act, func(tx *store.Tx) error { return tx.Exec(strings.Join(args, " ")) })
	})
}

// setKey puts the line of a file into a variable: key NAME FILE.
func setKey(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// runEdit changes a word in what $DB holds sealed: edit COLUMN OLD NEW.
func runEdit(ts *testscript.TestScript, _ bool, args []string) {
	do(ts, func(ctx context.Context, db *store.DB) error {
		return storetest.Edit(ctx, db, args[0], args[1], args[2])
	})
}

// useRecipient makes backups for the key in a file: recipient FILE.
func useRecipient(ts *testscript.TestScript, _ bool, args []string) {
	_, rest, _ := strings.Cut(ts.ReadFile(args[0]), "# public key: ")
	key, _, _ := strings.Cut(rest, "\n")
	ts.Setenv("PHARE_BACKUP_TO", key)
}

// saveNewer writes the starter with one thing changed to a file: newer WHAT FILE.
func saveNewer(ts *testscript.TestScript, _ bool, args []string) {
	k, err := starter.Load()
	ts.Check(err)
	switch args[0] {
	case "date": // nothing that ranks
		k.Meta.Sources[0].Version = "2099-01-01"
	case "networks": // every disease belongs to the network after its own
		n := int32(len(k.Networks))
		move := func(list []term.NetworkLink) []term.NetworkLink {
			out := make([]term.NetworkLink, len(list))
			for i, l := range list {
				out[i] = term.NetworkLink{Network: (l.Network + 1) % n, Rule: l.Rule}
			}
			return out
		}
		for i := range k.Diseases {
			k.Diseases[i].Networks = move(k.Diseases[i].Networks)
		}
		for i := range k.Families {
			k.Families[i].Networks = move(k.Families[i].Networks)
		}
	case "signs": // every sign that can is replaced by one with the next number
		for i := range k.Terms {
			var number int
			t := &k.Terms[i]
			_, err := fmt.Sscanf(t.ID, "HP:%d", &number)
			ts.Check(err)
			next := fmt.Sprintf("HP:%07d", number+1)
			if _, status := k.TermByID(next); status == term.IDUnknown && t.ID != term.RootSign {
				t.ID, t.AltIDs = next, append([]string{t.ID}, t.AltIDs...)
			}
		}
	default:
		ts.Fatalf("newer: no change %q", args[0])
	}
	ts.Check(term.Save(ts.MkAbs(args[1]), k))
}

// runStatus runs phare and wants an exit code: status 2 knowledge diff A B.
func runStatus(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("phare", args[1:]...)
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}
