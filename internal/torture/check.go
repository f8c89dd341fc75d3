package torture

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"phare"
	"phare/internal/doctor"
	"phare/internal/seal"
	"phare/internal/store"
)

// letters says whether the letter of a message that counts as sent is there,
// whole. Without it letters are not looked at.
type letters func(message string) bool

// Check opens a database as the program does after a crash and returns what
// contradicts what its clients were told, and every broken invariant. The site's
// keys are in the data folder.
func Check(ctx context.Context, dsn, data string, told *Told, whole letters) (wrong []string, err error) {
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return []string{"it does not open: " + err.Error()}, nil
	}
	defer db.Close()
	if err := unlock(db, data); err != nil {
		return []string{"it cannot be opened with its keys: " + err.Error()}, nil
	}
	findings, err := doctor.Examine(ctx, db)
	if err != nil {
		return []string{"it cannot be examined: " + err.Error()}, nil
	}
	for _, f := range findings {
		if !f.Fine() {
			wrong = append(wrong, fmt.Sprintf("%s (%s): %d, %v", f.ID, f.Means, f.Count, f.Broken))
		}
	}
	err = db.Read(ctx, func(v *store.View) error {
		more, err := againstTold(v, told)
		wrong = append(wrong, more...)
		if err != nil {
			return err
		}
		more, err = receipts(v, whole)
		wrong = append(wrong, more...)
		return err
	})
	if err != nil {
		wrong = append(wrong, "it cannot be read: "+err.Error())
	}
	return wrong, nil
}

// unlock gives a database the keys of its data folder, if they were made yet.
func unlock(db *store.DB, data string) error {
	path := filepath.Join(data, "phare.keys")
	if !seal.Exists(path) {
		return nil
	}
	site, err := seal.LoadSite(path)
	if err == nil {
		db.Unlock(site)
	}
	return err
}

func againstTold(v *store.View, told *Told) (wrong []string, err error) {
	forms, err := store.All(v, store.Value[string], `SELECT form FROM request`)
	if err != nil {
		return nil, err
	}
	drafts, err := store.All(v, store.Value[string], `SELECT form FROM draft`)
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for _, f := range forms {
		seen[f]++
	}
	told.mu.Lock()
	defer told.mu.Unlock()
	for form, o := range told.forms {
		if n := seen[phare.FormHash(form)]; o == Acked && n != 1 || n > 1 {
			wrong = append(wrong, fmt.Sprintf("I1: form %s is there %d times, its outcome was %d", form, n, o))
		}
	}
	for form := range told.kept {
		if seen[phare.FormHash(form)] == 0 && !slices.Contains(drafts, phare.FormHash(form)) {
			wrong = append(wrong, fmt.Sprintf("the draft %s was acknowledged and is lost", form))
		}
	}
	return wrong, nil
}

// receipts holds every request against its message of receipt: one, which waits
// in the queue or was sent.
func receipts(v *store.View, whole letters) (wrong []string, err error) {
	type row struct {
		request, message, sent string
		messages               int
	}
	scan := func(r store.Row) (x row, err error) {
		return x, r.Scan(&x.request, &x.messages, &x.message, &x.sent)
	}
	all, err := store.All(v, scan, `SELECT r.id, count(m.id), coalesce(min(m.id), ''), coalesce(min(m.sent_at), '')
		FROM request r LEFT JOIN message m ON m.request = r.id AND m.kind = 'received' GROUP BY r.id`)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.messages != 1 {
			wrong = append(wrong, fmt.Sprintf("I4: request %s has %d messages of receipt", x.request, x.messages))
		} else if x.sent != "" && whole != nil && !whole(x.message) {
			wrong = append(wrong, fmt.Sprintf("I7: the message of receipt %s counts as sent, its letter is lost", x.message))
		}
	}
	return wrong, nil
}
