package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var (
	nurse    = access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}
	director = access.Actor{ID: "d", Platform: "reunion", Role: access.Director}
	admin    = access.Actor{ID: "a", Platform: "reunion", Role: access.Admin}
	cayenne  = access.Actor{ID: "c", Platform: "guyane", Role: access.Nurse}
)

func desks(t *testing.T, db *store.DB) {
	t.Helper()
	must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: "reunion", Name: "Plateforme d’essai", Territory: "974 976", Zone: "Indian/Reunion"}))
	must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: "guyane", Name: "Autre plateforme", Territory: "973", Zone: "America/Cayenne"}))
}

// sample is one request as a test writes it down.
type sample struct {
	platform, who, diagnosis, urgency, commune, state, reason string
	created, looked, sent, due                                time.Time
}

func (x sample) put(t *testing.T, db *store.DB) string {
	t.Helper()
	id := string(phare.NewID())
	fields, err := json.Marshal(request.Fields{Who: x.who, Diagnosis: x.diagnosis, Commune: x.commune, FamilyName: "Nom-Inventé"})
	must(t, err)
	act := store.Act{Platform: x.platform, Actor: "x", Verb: "x", Subject: id}
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		var closed time.Time
		if x.state == "closed" {
			closed = x.sent
		}
		err := tx.Exec(`INSERT INTO request (id, platform, reference, secret, form, form_print, channel, fields, who, question, urgency, requester, place,
				initials, birth_date, priority, state, owner, awaited, next_action, next_at, version, created_at, first_look_at, closed_at, close_reason, asked_at, signed_at)
			VALUES ($1, $2, $1, '', $1, '', 'web', $3, $4, '', $5, '', '', '', '', 1, $6, '', '', '', $7, 1, $8, $9, $10, $11, '', '')`,
			id, x.platform, store.SealRow(x.platform, "request/"+id, "request", id).In("fields", string(fields)), x.who, x.urgency, x.state, x.due, x.created, x.looked, closed, x.reason)
		if err != nil || x.sent.IsZero() || x.reason != request.Sent {
			return err
		}
		return tx.Exec(`INSERT INTO answer (id, platform, request, professional, family, author, written_at, signer, signer_name, signed_at, way, token, sent_at, opened_at, version, round)
			VALUES ($1, $2, $1, 'p', 'f', 'a', $3, 's', 's', $3, 'post', '', $3, '', 1, 1)`, id, x.platform, x.sent)
	}))
	return id
}

func choose(t *testing.T, db *store.DB, requestID, kind, target string) {
	t.Helper()
	stood := map[string]string{"alpha": request.StoodFirst, "beta": request.StoodProposed, "gamma": request.StoodOther}[target]
	if kind == request.ChoseNone {
		stood = request.StoodNone
	}
	put(t, db, requestID, kind, target, stood)
}

// put writes a choice down: alpha is chosen first, then beta, then anything else,
// and the last choice of a request is the one that the table of choices counts.
func put(t *testing.T, db *store.DB, requestID, kind, target, stood string) {
	t.Helper()
	must(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "x", Verb: "x", Subject: requestID}, func(tx *store.Tx) error {
		at := tx.Now.Add(map[string]time.Duration{"alpha": 0, "beta": time.Minute}[target])
		if target != "alpha" && target != "beta" {
			at = tx.Now.Add(time.Hour)
		}
		return tx.Exec(`INSERT INTO choice (id, platform, request, at, actor, kind, target, label, network, stood, orientation, code, reason)
			VALUES ($1, 'reunion', $2, $3, 'x', $4, $5, $6, $5, $7, '', '', '')`, phare.NewID(), requestID, at, kind, target, strings.ToUpper(target), stood)
	}))
}

// year fills a year with samples whose figures can be told by hand: 30 requests
// from 1 January on, one a day, the k-th looked at after k hours; 20 of them
// closed, 18 with an answer sent after k days, so that the median of the
// answers is 9 days and nine in ten left within 17.
func year(t *testing.T, db *store.DB) {
	t.Helper()
	start := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	db.Now = func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }
	for k := 1; k <= 30; k++ {
		at := start.AddDate(0, 0, k-1)
		x := sample{platform: "reunion", who: request.GP, diagnosis: request.NoDiagnosis, urgency: request.Routine, commune: "97400 Saint-Denis",
			state: "open", created: at, looked: at.Add(time.Duration(k) * time.Hour), due: db.Now().Add(time.Hour)}
		if k%3 == 0 {
			x.who, x.diagnosis, x.urgency, x.commune = request.Family, request.Suspected, request.Urgent, "Mamoudzou"
		}
		switch {
		case k <= 18:
			x.state, x.reason, x.sent = "closed", request.Sent, at.AddDate(0, 0, k)
		case k <= 20:
			x.state, x.reason, x.sent = "closed", request.OutOfScope, at.AddDate(0, 0, 1)
		case k == 30:
			x.due, x.looked = db.Now().Add(-time.Hour), time.Time{}
		}
		id := x.put(t, db)
		if k <= 12 {
			choose(t, db, id, request.ChoseNetwork, "alpha")
		}
		if k <= 3 {
			choose(t, db, id, request.ChoseNetwork, "beta")
			choose(t, db, id, request.ChoseNetwork, "beta") // twice for the same request counts once
		}
		if later := map[int]string{4: request.ChoseNone, 5: request.ChoseOther, 6: request.ChosePerson}[k]; later != "" {
			choose(t, db, id, later, map[int]string{5: "gamma"}[k])
		}
	}
	// What must not be counted: another desk, and the years around.
	sample{platform: "guyane", who: request.GP, state: "received", created: start}.put(t, db)
	sample{platform: "reunion", who: request.GP, state: "received", created: start.AddDate(0, 0, -60)}.put(t, db)
	sample{platform: "reunion", who: request.GP, state: "received", created: start.AddDate(1, 0, 0)}.put(t, db)
}

func TestBuild(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		desks(t, db)
		year(t, db)
		r, err := Build(t.Context(), db, nurse, 2026)
		must(t, err)
		days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
		want := []Figure{
			{Key: "received", Unit: Requests, Value: 30, Of: 30},
			{Key: "oriented", Unit: Requests, Value: 12, Of: 30},
			{Key: "look", Unit: Delay, Delay: 15 * time.Hour, Of: 29, Missing: 1},
			{Key: "answer", Unit: Delay, Delay: days(9), Of: 18, Missing: 12},
			{Key: "answer90", Unit: Delay, Delay: days(17), Of: 18, Missing: 12},
			{Key: "sent", Unit: Percent, Value: 90, Of: 20, Missing: 10, part: 18},
			{Key: "open", Unit: Requests, Value: 10, Of: 30},
			{Key: "late", Unit: Requests, Value: 1, Of: 30},
		}
		for i := range want {
			got := r.Figures[i]
			if got.Before == nil || got.Key == "received" && got.Before.Value != 1 {
				t.Errorf("%s: the year before is %v", got.Key, got.Before)
			}
			if got.Before = nil; !reflect.DeepEqual(got, want[i]) {
				t.Errorf("figure %+v, want %+v", got, want[i])
			}
		}
		rows := map[string]string{}
		for _, table := range r.Tables {
			for _, row := range table.Rows {
				rows[table.Key+" "+row.Name+row.Label] = fmt.Sprint(row.N)
			}
		}
		for key, n := range map[string]string{"month 01": "30", "month 02": "0", "who gp": "20", "who family": "10", "diagnosis none": "20", "urgency urgent": "10",
			"department 974": "20", "department 976": "0", "department unknown": "10", "department elsewhere": "0",
			"choice first": "6", "choice proposed": "3", "choice other": "1", "choice unlisted": "1", "choice none": "1",
			"ended sent": "18", "ended out-of-scope": "2", "network ALPHA": "12", "network BETA": "3", "question all": "0"} {
			if rows[key] != n {
				t.Errorf("%s: %q, want %s", key, rows[key], n)
			}
		}
	})
}

// Every table by one thing sums to the same whole, told by SQL of its own.
func TestSums(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		desks(t, db)
		year(t, db)
		r, err := Build(t.Context(), db, nurse, 2026)
		must(t, err)
		count := func(where string) (n int) {
			must(t, db.Read(t.Context(), func(v *store.View) (err error) {
				n, err = store.One(v, store.Value[int], `SELECT count(*) FROM request WHERE platform = 'reunion' AND substr(created_at, 1, 4) = '2026' AND `+where)
				return err
			}))
			return n
		}
		whole := map[string]int{"month": count("1 = 1"), "who": count("who <> ''"), "urgency": count("urgency <> ''"), "diagnosis": count("1 = 1"),
			"department": count("1 = 1"), "ended": count("state = 'closed'")}
		for _, table := range r.Tables {
			sum := 0
			for _, row := range table.Rows {
				sum += row.N
			}
			if want, ok := whole[table.Key]; ok && sum != want {
				t.Errorf("%s sums to %d, want %d", table.Key, sum, want)
			}
		}
	})
}

// A year begins and ends by the clock of the desk: in Réunion four hours
// before UTC, in Cayenne three hours after.
func TestYearAtTheDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		desks(t, db)
		db.Now = func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }
		for _, platform := range []string{"reunion", "guyane"} {
			for _, at := range []time.Time{
				time.Date(2025, 12, 31, 19, 59, 59, 0, time.UTC), // 23:59:59 in Réunion
				time.Date(2025, 12, 31, 20, 0, 0, 0, time.UTC),   // midnight in Réunion
				time.Date(2026, 1, 1, 2, 59, 59, 0, time.UTC),    // 23:59:59 in Cayenne
				time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC),      // midnight in Cayenne
			} {
				sample{platform: platform, who: request.GP, state: "received", created: at}.put(t, db)
			}
		}
		for by, want := range map[access.Actor][2]int{nurse: {1, 3}, cayenne: {3, 1}} {
			for i, y := range []int{2025, 2026} {
				r, err := Build(t.Context(), db, by, y)
				must(t, err)
				if got := r.Figures[0].Value; got != want[i] {
					t.Errorf("%s in %d: %d, want %d", by.Platform, y, got, want[i])
				}
				if month := r.Tables[0].Rows[[]int{11, 0}[i]].N; month != want[i] {
					t.Errorf("%s in %d: %d in the month, want %d", by.Platform, y, month, want[i])
				}
			}
		}
	})
}

func TestRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		desks(t, db)
		for _, tt := range []struct {
			by   access.Actor
			year int
			kind phare.Kind
		}{
			{admin, 2026, phare.Forbidden},
			{access.Anyone("reunion"), 2026, phare.Forbidden},
			{access.Actor{}, 2026, phare.Forbidden},
			{nurse, 2027, phare.NotFound},
			{nurse, 1999, phare.NotFound},
			{nurse, -1, phare.NotFound},
		} {
			_, err := Build(t.Context(), db, tt.by, tt.year)
			if e, ok := errors.AsType[*phare.Error](err); !ok || e.Kind != tt.kind {
				t.Errorf("%s %d: %v, want kind %d", tt.by.Role, tt.year, err, tt.kind)
			}
		}
		years, err := Years(t.Context(), db, director)
		must(t, err)
		if !reflect.DeepEqual(years, []int{2026}) {
			t.Errorf("years of an empty desk: %v", years)
		}
		if _, err := Years(t.Context(), db, admin); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the administrator sees years: %v", err)
		}
	})
}

// Ask 32: outside the team the number of a small network is not shown, and no name of a
// patient is anywhere.
func TestOutsideTheTeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		desks(t, db)
		year(t, db)
		for _, by := range []access.Actor{director, access.Machine("reunion")} {
			r, err := Build(t.Context(), db, by, 2026)
			must(t, err)
			for _, table := range r.Tables {
				for _, row := range table.Rows {
					if !row.Hidden && row.N > 0 && row.N < table.Least() {
						t.Errorf("%s sees %s %s: %d", by.Role, table.Key, row.Name+row.Label, row.N)
					}
				}
			}
			if told := r.Figures[5]; !told.Hidden {
				t.Errorf("18 of 20 closed with an answer tells of 2: %+v", told)
			}
			var b bytes.Buffer
			must(t, words(t, "fr").CSV(&b, r))
			if strings.Contains(b.String(), "Nom-Inventé") {
				t.Error("a name is in the report")
			}
			if !strings.Contains(b.String(), "<\u00a011") {
				t.Errorf("no number is masked: %s", b.String())
			}
		}
	})
}

// The whole report in words, as a terminal and a spreadsheet get it.
func TestWords(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	desks(t, db)
	year(t, db)
	for _, tt := range []struct {
		by         access.Actor
		lang, name string
	}{{nurse, "fr", "team.fr"}, {director, "en", "director.en"}} {
		r, err := Build(t.Context(), db, tt.by, 2026)
		must(t, err)
		w := words(t, tt.lang)
		var plain, sheet bytes.Buffer
		must(t, r.Write(&plain, tt.lang, w.Catalog))
		must(t, w.CSV(&sheet, r))
		golden(t, tt.name+".txt", plain.String())
		golden(t, tt.name+".csv", strings.ReplaceAll(sheet.String(), "\r\n", "\n"))
		if d := w.Document(r); len(d.Blocks) < 10 || d.At != r.At {
			t.Errorf("a document of %d blocks", len(d.Blocks))
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s differs:\n%s\nwant:\n%s", name, got, want)
	}
}
