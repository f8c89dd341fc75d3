// Package merge makes one of two identities that are one person, and two again:
// one member of the desk proposes it with a reason, another who sees both decides.
// It promises that nothing of either identity is deleted, that the requests of one
// stand under the other in the same commit, and that undoing it, by two people as
// well, puts each request back where it stood; requests that came since stay where
// they are, and are listed to be decided. Who is outside the circle of any file of
// either person neither merges, nor decides, nor learns that there is anything.
package merge

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

// States of a merge.
const (
	Asked   = "asked"   // proposed, nobody decided
	Refused = "refused" // somebody decided otherwise, or it was withdrawn
	Done    = "done"    // one identity stands under the other
	Undoing = "undoing" // somebody proposed to undo it
	Undone  = "undone"
	Gone    = "gone" // one of the two was erased: nothing can be undone any more
)

// How long a reason is, in characters.
const (
	shortestReason = 10
	longestReason  = 1000
)

// Merge is one identity that is to stand under another, or does, or did.
type Merge struct {
	ID           phare.ID
	Kept, Merged phare.ID
	State        string
	Reason       string
	AskedBy      string // an account
	AskedName    string
	AskedAt      time.Time
	EndedName    string // who decided
	EndedAt      time.Time
	UndoWhy      string
	UndoBy       string
	UndoName     string
	UndoAt       time.Time
	UndoneName   string
	UndoneAt     time.Time
}

// Mine says whether the actor proposed what waits: then another decides.
func (m Merge) Mine(by access.Actor) bool {
	return m.State == Asked && m.AskedBy == by.ID || m.State == Undoing && m.UndoBy == by.ID
}

// Proposal is what someone proposes.
type Proposal struct {
	Kept, Merged phare.ID // which stands, and which stands under it
	Reason       string
}

// both reads two identities of which every file is open to the actor. Whoever is
// outside one of them learns no more than from ids that name nobody.
func both(v *store.View, by access.Actor, one, other phare.ID) (p, q patient.Patient, err error) {
	nothing := phare.Fault(phare.NotFound, "error.notfound")
	if one == other {
		return p, q, nothing
	}
	for _, id := range []phare.ID{one, other} {
		in, err := circle.InAll(v, by, id)
		if err != nil || !in {
			return p, q, cause(err, nothing)
		}
	}
	if p, err = patient.Find(v, by, one); err != nil {
		return p, q, err
	}
	q, err = patient.Find(v, by, other)
	if err == nil && (p.BirthName == "" || q.BirthName == "") { // erased
		err = nothing
	}
	return p, q, err
}

func cause(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Ask proposes that one identity stands under another.
func Ask(ctx context.Context, db *store.DB, by access.Actor, p Proposal) (id phare.ID, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return "", err
	}
	id = phare.NewID()
	err = db.Write(ctx, by.Act("patient.merge.ask", string(id)), func(tx *store.Tx) error {
		kept, merged, err := both(&tx.View, by, p.Kept, p.Merged)
		if err != nil {
			return err
		}
		reason, fault := words("reason", p.Reason)
		if err := phare.Faults(fault, mergeable(kept, merged)); err != nil {
			return err
		}
		if last, err := between(&tx.View, by, kept.ID, merged.ID); err != nil || last.State == Asked {
			return cause(err, phare.Fault(phare.Conflict, "merge.already"))
		}
		if err := insert(tx, by, Merge{ID: id, Kept: kept.ID, Merged: merged.ID, Reason: reason}); err != nil {
			return err
		}
		return also(tx, by, "patient.merge.ask", kept.ID, merged.ID)
	})
	return id, err
}

// words checks a reason.
func words(field, s string) (string, *phare.Error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n < shortestReason:
		return s, phare.Field(field, "merge.reason.short")
	case n > longestReason:
		return s, phare.Field(field, "merge.reason.long")
	}
	return s, nil
}

// mergeable says why one identity may not stand under another: two national
// identifiers are two people, and the surer identity is the one that stands.
func mergeable(kept, merged patient.Patient) *phare.Error {
	sure := func(p patient.Patient) int { return slices.Index(patient.Statuses(), p.Identity) }
	switch {
	case kept.MergedInto != "" || merged.MergedInto != "":
		return phare.Fault(phare.Conflict, "merge.already")
	case kept.INS != "" && merged.INS != "" && kept.INS != merged.INS:
		return phare.Field("kept", "merge.ins")
	case sure(kept) < sure(merged):
		return phare.Field("kept", "merge.surer")
	}
	return nil
}

// Refuse ends what was proposed: whoever could confirm may, and who proposed it.
// It says nothing of whether the two are one; Two does.
func Refuse(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return end(ctx, db, by, id, step{Asked, "patient.merge.refuse"}, func(tx *store.Tx, m Merge) error {
		return tx.Update(`UPDATE patient_merge SET state = 'refused', ended_name = $1, ended_at = $2 WHERE id = $3 AND platform = $4 AND state = 'asked'`,
			by.Name, tx.Now, m.ID, by.Platform)
	})
}

// Two says that two identities are two people; what waited for them is refused.
func Two(ctx context.Context, db *store.DB, by access.Actor, one, other phare.ID) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("patient.two", string(one)), func(tx *store.Tx) error {
		p, q, err := both(&tx.View, by, one, other)
		if err != nil {
			return err
		}
		if p.MergedInto == q.ID || q.MergedInto == p.ID {
			return phare.Fault(phare.Conflict, "merge.already")
		}
		if err := refusePending(tx, by, one, other); err != nil {
			return err
		}
		if err := patient.Two(tx, by, one, other); err != nil {
			return err
		}
		return tx.Also(by.Act("patient.two", string(other)))
	})
}

// Confirm makes the two one: the second person's word.
func Confirm(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return end(ctx, db, by, id, step{Asked, "patient.merge"}, func(tx *store.Tx, m Merge) error {
		if err := access.Apart(&tx.View, by, m.AskedBy, tx.Now); err != nil {
			return err
		}
		kept, merged, err := both(&tx.View, by, m.Kept, m.Merged)
		if err != nil {
			return err
		}
		if e := mergeable(kept, merged); e != nil {
			return e
		}
		files, err := requestsOf(&tx.View, by, kept.ID, merged.ID)
		if err != nil {
			return err
		}
		if err := put(tx, by, m, files); err != nil {
			return err
		}
		if err := patient.Put(tx, by, merged, kept.ID); err != nil {
			return err
		}
		ids := make([]phare.ID, len(files))
		for i, f := range files {
			ids[i] = f.ID
		}
		if err := circle.Together(tx, by, ids, kept.ID); err != nil {
			return err
		}
		if err := tell(tx, by, files, request.Event{Kind: "merge", Text: m.Reason}); err != nil {
			return err
		}
		return tx.Update(`UPDATE patient_merge SET state = 'done', ended_name = $1, ended_at = $2 WHERE id = $3 AND platform = $4 AND state = 'asked'`,
			by.Name, tx.Now, m.ID, by.Platform)
	})
}

// AskUndo proposes that a merge be undone.
func AskUndo(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, why string) error {
	return end(ctx, db, by, id, step{Done, "patient.unmerge.ask"}, func(tx *store.Tx, m Merge) error {
		why, fault := words("why", why)
		if fault != nil {
			return fault
		}
		if err := topmost(tx, by, m); err != nil {
			return err
		}
		return tx.Update(`UPDATE patient_merge SET state = 'undoing', undo_why = $1, undo_by = $2, undo_name = $3, undo_at = $4
			WHERE id = $5 AND platform = $6 AND state = 'done'`, sealer(by.Platform, m).In("undo_why", why), by.ID, by.Name, tx.Now, m.ID, by.Platform)
	})
}

// topmost refuses to undo what a later merge stands on.
func topmost(tx *store.Tx, by access.Actor, m Merge) error {
	kept, err := patient.Find(&tx.View, by, m.Kept)
	if err == nil && kept.MergedInto != "" {
		err = phare.Fault(phare.Conflict, "merge.undo.later")
	}
	return err
}

// Keep ends a proposal to undo: the two stay one.
func Keep(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return end(ctx, db, by, id, step{Undoing, "patient.unmerge.refuse"}, func(tx *store.Tx, m Merge) error {
		return tx.Update(`UPDATE patient_merge SET state = 'done', undo_why = '', undo_by = '', undo_name = '', undo_at = '' WHERE id = $1 AND platform = $2 AND state = 'undoing'`,
			m.ID, by.Platform)
	})
}

// Undo makes two of them again: the second person's word. Each request goes back
// to where it stood. What became confidential stays so, and who was shut out stays
// out: to open a file is another decision.
func Undo(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return end(ctx, db, by, id, step{Undoing, "patient.unmerge"}, func(tx *store.Tx, m Merge) error {
		if err := access.Apart(&tx.View, by, m.UndoBy, tx.Now); err != nil {
			return err
		}
		if err := topmost(tx, by, m); err != nil {
			return err
		}
		merged, err := patient.Find(&tx.View, by, m.Merged)
		if err != nil {
			return err
		}
		files, err := requestsOf(&tx.View, by, m.Kept)
		if err != nil {
			return err
		}
		if err := patient.Put(tx, by, merged, ""); err != nil {
			return err
		}
		if err := back(tx, by, m, files); err != nil {
			return err
		}
		if err := patient.Two(tx, by, m.Kept, m.Merged); err != nil {
			return err
		}
		if err := tell(tx, by, files, request.Event{Kind: "unmerge", Text: m.UndoWhy}); err != nil {
			return err
		}
		err = tx.Update(`UPDATE patient_merge SET state = 'undone', undone_name = $1, undone_at = $2 WHERE id = $3 AND platform = $4 AND state = 'undoing'`,
			by.Name, tx.Now, m.ID, by.Platform)
		if err != nil {
			return err
		}
		return patient.Forget(tx, by.Platform, m.Kept) // its own requests may all have been erased
	})
}

// Move gives one request that came after a merge to the other of the two, once
// they are two again.
func Move(ctx context.Context, db *store.DB, by access.Actor, id, file phare.ID) error {
	return end(ctx, db, by, id, step{Undone, "patient.unmerge.move"}, func(tx *store.Tx, m Merge) error {
		since, err := since(&tx.View, by, m)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(since, func(f Request) bool { return f.ID == file })
		if i < 0 {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		if err := stand(tx, by, since[i], m.Merged); err != nil {
			return err
		}
		if err := circle.Together(tx, by, []phare.ID{file}, m.Merged); err != nil {
			return err
		}
		return tell(tx, by, since[i:i+1], request.Event{Kind: "unmerge"})
	})
}

// step is what a merge must be for a verb, and what the trail calls it.
type step struct{ state, verb string }

// end reads a merge of which both identities are open to the actor and runs do,
// under an entry that names it and both.
func end(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, s step, do func(*store.Tx, Merge) error) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	return db.Write(ctx, by.Act(s.verb, string(id)), func(tx *store.Tx) error {
		m, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if _, _, err := both(&tx.View, by, m.Kept, m.Merged); err != nil {
			return err
		}
		if m.State != s.state {
			return phare.Fault(phare.Conflict, "merge.moved")
		}
		if err := do(tx, m); err != nil {
			return err
		}
		return also(tx, by, s.verb, m.Kept, m.Merged)
	})
}

// also writes an entry for each identity: who opened a file sees it there.
func also(tx *store.Tx, by access.Actor, verb string, ids ...phare.ID) error {
	for _, id := range ids {
		if err := tx.Also(by.Act(verb, string(id))); err != nil {
			return err
		}
	}
	return nil
}
