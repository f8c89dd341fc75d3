package torture

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"phare"
	"phare/internal/doctor"
	"phare/internal/seal"
	"phare/internal/sms"
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
		if more, err = receipts(v, told, whole); err != nil {
			return err
		}
		wrong = append(wrong, more...)
		if told.texts == "" {
			return nil
		}
		more, err = texts(v, told, told.texts)
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
		if o == Acked && slices.Contains(drafts, phare.FormHash(form)) { // a reminder would leave for it
			wrong = append(wrong, fmt.Sprintf("form %s was sent and has a draft", form))
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
func receipts(v *store.View, told *Told, whole letters) (wrong []string, err error) {
	type row struct {
		request, form, message, sent string
		messages                     int
	}
	scan := func(r store.Row) (x row, err error) {
		return x, r.Scan(&x.request, &x.form, &x.messages, &x.message, &x.sent)
	}
	ours := told.hashes()
	all, err := store.All(v, scan, `SELECT r.id, r.form, count(m.id), coalesce(min(m.id), ''), coalesce(min(m.sent_at), '')
		FROM request r LEFT JOIN message m ON m.request = r.id AND m.kind = 'received' AND m.way = 'mail' GROUP BY r.id, r.form`)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.messages == 0 && !ours[x.form] {
			continue // the demo's own: someone who gave no address
		}
		if x.messages != 1 {
			wrong = append(wrong, fmt.Sprintf("I4: request %s has %d messages of receipt", x.request, x.messages))
		} else if x.sent != "" && whole != nil && !whole(x.message) {
			wrong = append(wrong, fmt.Sprintf("I7: the message of receipt %s counts as sent, its letter is lost", x.message))
		}
	}
	return wrong, nil
}

// texts holds every request whose sender wanted an SMS against what the gateway
// was given (dir, its folder): one message each, none that counts as sent lost,
// and of no request more than one, whatever the gateway was given twice.
func texts(v *store.View, told *Told, dir string) (wrong []string, err error) {
	type row struct{ form, reference, message, state string }
	all, err := store.All(v, func(r store.Row) (x row, err error) {
		return x, r.Scan(&x.form, &x.reference, &x.message, &x.state)
	}, `SELECT r.form, r.reference, m.id, m.state FROM message m JOIN request r ON r.id = m.request WHERE m.kind = 'received' AND m.way = 'sms'`)
	if err != nil {
		return nil, err
	}
	given, err := sms.Folder(dir).Read(1 << 30)
	if err != nil {
		return nil, err
	}
	queued, arrived, of := map[string]int{}, map[string]bool{}, map[string]int{}
	for _, g := range given {
		arrived[g.ID] = true
		of[reference.FindString(g.Words)]++
	}
	known := map[string]bool{}
	for _, x := range all {
		queued[x.form]++
		known[x.message] = true
		if x.state == "sent" && !arrived[x.message] {
			wrong = append(wrong, fmt.Sprintf("I7: the SMS %s counts as sent, and the gateway has none", x.message))
		}
	}
	for _, g := range given {
		if !known[g.ID] {
			wrong = append(wrong, fmt.Sprintf("I7: the gateway was given %s, which no commit asked for", g.ID))
		}
	}
	for ref, n := range of {
		if n != 1 {
			wrong = append(wrong, fmt.Sprintf("I7: %d SMS of receipt for %s", n, ref))
		}
	}
	told.mu.Lock()
	defer told.mu.Unlock()
	for form, o := range told.forms {
		want := 0
		if texted(form) {
			want = 1
		}
		if n := queued[phare.FormHash(form)]; o == Acked && n != want {
			wrong = append(wrong, fmt.Sprintf("I4: form %s has %d SMS of receipt, want %d", form, n, want))
		}
	}
	return wrong, nil
}

// reference is how the words of an SMS name a request.
var reference = regexp.MustCompile(`MR-[0-9A-Z]{4}-[0-9A-Z]{4}`)
