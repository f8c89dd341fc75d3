package retention_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/erasure"
	"phare/internal/person"
	"phare/internal/request"
	"phare/internal/retention"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// town is one desk with two physicians, and a clock that the test moves.
type town struct {
	t                    *testing.T
	db                   *store.DB
	key                  access.Key
	doctor, other, nurse access.Actor
	secretary, admin     access.Actor
	clock                time.Time
}

func newTown(t *testing.T, db *store.DB) *town {
	w := &town{t: t, db: db, key: access.NewKey(), clock: storetest.Noon}
	db.Now = func() time.Time { return w.clock }
	must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: "ici", Name: "Plateforme", Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	hire := func(id string, role access.Role) access.Actor {
		a := access.Actor{ID: id, Platform: "ici", Role: role, Name: "Personne " + id}
		must(t, db.Write(t.Context(), access.Machine("ici").Act("account.add", id), func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
				VALUES ($1, $2, $3, $4, $5, '', '', 0, true, 0, '', $6)`, a.ID, a.Platform, "login "+a.ID, a.Name, string(a.Role), tx.Now)
		}))
		return a
	}
	w.doctor, w.other, w.nurse = hire("d", access.Physician), hire("e", access.Physician), hire("n", access.Nurse)
	w.secretary, w.admin = hire("s", access.Secretary), hire("a", access.Admin)
	return w
}

func (w *town) at(day string) {
	w.t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	must(w.t, err)
	w.clock = d.Add(12 * time.Hour)
}

func typed(name, birth string) request.Fields {
	return request.Fields{Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis, FamilyName: name, FirstName: "Lou", BirthDate: birth, Sex: "female",
		Question: "Quel centre ?", Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Consent: "yes"}
}

func (w *town) open(name, birth string) phare.ID {
	w.t.Helper()
	got, err := request.Submit(w.t.Context(), w.db, w.key, access.Anyone("ici"), request.NewForm(), typed(name, birth))
	must(w.t, err)
	return got.Request
}

func (w *town) version(id phare.ID) request.Ref {
	w.t.Helper()
	f, err := request.OpenFile(w.t.Context(), w.db, w.doctor, id)
	must(w.t, err)
	return request.Ref{ID: id, Version: f.Version}
}

func (w *town) identify(id phare.ID) phare.ID {
	w.t.Helper()
	file, _, err := request.Lookup(w.t.Context(), w.db, w.nurse, id)
	must(w.t, err)
	must(w.t, request.Identify(w.t.Context(), w.db, w.nurse, w.version(id), file.Draft()))
	f, err := request.OpenFile(w.t.Context(), w.db, w.doctor, id)
	must(w.t, err)
	return f.Patient.ID
}

func (w *town) close(id phare.ID, why string) {
	w.t.Helper()
	must(w.t, request.Close(w.t.Context(), w.db, w.nurse, w.version(id), request.Ending{Reason: why, Words: "dit au téléphone"}))
}

func (w *town) ask(id phare.ID, kind person.Kind) {
	w.t.Helper()
	must(w.t, person.Note(w.t.Context(), w.db, w.secretary, id, person.Draft{Kind: kind, Giver: "patient", Way: "letter", Words: "par lettre"}))
}

// answer decides the ask of a kind that waits, or lifts the limitation.
func (w *town) answer(id phare.ID, kind person.Kind, state person.State) {
	w.t.Helper()
	all, err := person.Of(w.t.Context(), w.db, w.doctor, id)
	must(w.t, err)
	for _, a := range all.Asks {
		switch {
		case a.Kind == kind && a.Open():
			must(w.t, person.Decide(w.t.Context(), w.db, w.doctor, id, a.ID, person.Decision{State: state, Why: "vu"}))
		case a.Kind == kind && a.Limits():
			must(w.t, person.Lift(w.t.Context(), w.db, w.doctor, id, a.ID, "vérifié"))
		}
	}
}

func (w *town) count(sql string, args ...any) (n int) {
	w.t.Helper()
	must(w.t, w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], `SELECT count(*) FROM `+sql, args...)
		return err
	}))
	return n
}

func (w *town) gone(id phare.ID) bool {
	return w.count(`request WHERE id = $1 AND form LIKE 'erased %'`, id) == 1
}

// housekeep is what the service does by itself each hour.
func (w *town) housekeep() {
	w.t.Helper()
	_, err := request.PurgeDrafts(w.t.Context(), w.db, access.Machine("ici"))
	must(w.t, err)
	must(w.t, retention.Sweep(w.t.Context(), w.db, access.Machine("ici")))
}

// purge is what two people do: one asks for all that is due, the other confirms.
func (w *town) purge() {
	w.t.Helper()
	_, err := erasure.AskDue(w.t.Context(), w.db, w.doctor)
	must(w.t, err)
	all, err := erasure.Waiting(w.t.Context(), w.db, w.other)
	must(w.t, err)
	for _, e := range all {
		if err := erasure.Confirm(w.t.Context(), w.db, w.doctor, e.ID); phare.KindOf(err) != phare.Forbidden {
			w.t.Errorf("who asked confirms: %v", err)
		}
		must(w.t, erasure.Confirm(w.t.Context(), w.db, w.other, e.ID))
	}
}

// kept is one file of the test, with the last day on which it is kept, by hand.
type kept struct {
	id    phare.ID
	until string
}

// fill makes the files of the simulation, all closed on 2 March 2026 but for what is
// done later; their days are worked out by hand from the table.
func (w *town) fill() map[string]kept {
	closed := func(name, birth, why, until string) (string, kept) {
		id := w.open(name, birth)
		w.close(id, why)
		return name, kept{id, until}
	}
	all := map[string]kept{}
	add := func(name string, k kept) { all[name] = k }
	add(closed("Horschamp", "1980-06-01", request.OutOfScope, "2027-03-02"))
	add(closed("Retirée", "2019-03-12", request.Withdrawn, "2027-03-02"))
	add(closed("Doublée", "1980", request.Duplicate, "2027-03-02"))
	add(closed("Adulte", "1980-06-01", request.Unreachable, "2046-03-02"))
	add(closed("Mineure", "2019-03-12", request.Unreachable, "2047-03-12"))
	add(closed("Anneuve", "2019", request.Unreachable, "2047-12-31"))
	add(closed("Limitée", "1980-06-01", request.OutOfScope, "2028-05-31"))     // limited until that day
	add(closed("Demandeuse", "1980-06-01", request.OutOfScope, "2029-01-14"))  // the answer to her ask was due
	add(closed("Plaignante", "1980-06-01", request.Unreachable, "2047-03-02")) // a claim of 365 days
	for _, name := range []string{"Défunte", "Revenue"} {
		id := w.open(name, "1980-06-01")
		w.identify(id)
		w.close(id, request.Unreachable)
		all[name] = kept{id, map[string]string{"Défunte": "2039-05-10", "Revenue": "2050-06-15"}[name]}
	}
	w.ask(all["Limitée"].id, person.Limit)
	w.answer(all["Limitée"].id, person.Limit, person.Granted)
	w.ask(all["Demandeuse"].id, person.Copy)
	return all
}

// later are the things that happen while the years pass, by their day.
func (w *town) later(all map[string]kept) map[string]func() {
	return map[string]func(){
		"2028-06-01": func() { w.answer(all["Limitée"].id, person.Limit, person.Granted) },
		"2029-01-15": func() { w.answer(all["Demandeuse"].id, person.Copy, person.Refused) },
		"2029-06-01": func() {
			must(w.t, retention.NoteDeath(w.t.Context(), w.db, w.nurse, all["Défunte"].id, "2029-05-10", "acte de décès"))
		},
		"2030-01-01": func() { w.ask(all["Plaignante"].id, person.Claim) },
		"2031-01-01": func() { w.answer(all["Plaignante"].id, person.Claim, person.Withdrawn) },
		"2030-06-15": func() { // she comes again: both files of hers are kept from then on
			f, err := request.OpenFile(w.t.Context(), w.db, w.doctor, all["Revenue"].id)
			must(w.t, err)
			id := w.open("Revenue", "1980-06-01")
			must(w.t, request.Link(w.t.Context(), w.db, w.nurse, w.version(id), f.Patient.ID))
			w.close(id, request.Unreachable)
			all["Revenue, encore"] = kept{id, "2050-06-15"}
		},
	}
}

// days are a step each month for 25 years, and the days on which something ends or
// happens, with those after them.
func days(all map[string]kept, later map[string]func()) (out []string) {
	for m := range 25*12 + 1 {
		out = append(out, time.Date(2026, 3+time.Month(m), 2, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	near := func(day string) {
		d, _ := time.Parse(time.DateOnly, day)
		out = append(out, d.AddDate(0, 0, -1).Format(time.DateOnly), day, d.AddDate(0, 0, 1).Format(time.DateOnly))
	}
	for _, k := range all {
		near(k.until)
	}
	for day := range later {
		near(day)
	}
	for _, day := range []string{"2026-04-01", "2026-04-08"} { // a draft, and a link to a copy
		near(day)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Twenty-five years of clock: nothing leaves a day early, also not when it is asked
// for each day; everything leaves on the first day after its last, by two people or by
// the housekeeping; then no word of it and no key to it is left.
func TestTwentyFiveYears(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) { twentyFiveYears(t, engine) })
	}
}

func twentyFiveYears(t *testing.T, engine string) {
	dsn := storetest.DSN(t, engine)
	db, err := store.Open(t.Context(), dsn)
	must(t, err)
	defer db.Close()
	db.Unlock(storetest.Keys())
	w := newTown(t, db)
	ctx := t.Context()
	all := w.fill()
	form := request.NewForm()
	_, err = request.SaveDraft(ctx, db, access.Anyone("ici"), form, func(f *request.Fields) { *f = typed("Brouillonne", "1980-06-01") })
	must(t, err)
	family, err := request.Submit(ctx, db, w.key, access.Anyone("ici"), request.NewForm(), request.Fields{Who: request.Family, Relation: "parent", Platform: "ici", Diagnosis: request.NoDiagnosis, FamilyName: "Ouverte", FirstName: "Lou",
		BirthDate: "2019", Sex: "female", Question: "Q", Story: "Elle tombe.", Urgency: request.Soon, Name: "Rosa Inventée", Phone: "0262 00 12 34", Mail: "rosa@phare-demo.invalid", Consent: "yes"})
	must(t, err)
	must(t, person.Make(ctx, db, w.key, w.doctor, family.Request, person.Making{Scope: person.Whole, Way: person.ByLink, Recipient: "Rosa Inventée", Base: "http://phare.example"}))
	keys := w.keys(all)

	later := w.later(all)
	for _, today := range days(all, later) {
		w.at(today)
		if do := later[today]; do != nil {
			do()
		}
		for name, k := range all {
			if today > k.until || w.gone(k.id) {
				continue
			}
			if err := erasure.Ask(ctx, db, w.doctor, k.id, erasure.Term); phare.KindOf(err) != phare.Conflict && phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s: %s is asked to be erased before its day %s: %v", today, name, k.until, err)
			}
		}
		w.housekeep()
		w.purge()
		for name, k := range all {
			if gone := w.gone(k.id); gone != (today > k.until) {
				t.Fatalf("%s: %s, kept until %s, gone %v", today, name, k.until, gone)
			}
		}
		if n := w.count(`draft`); (n == 1) != (today <= "2026-04-01") {
			t.Errorf("%s: %d drafts", today, n)
		}
		if n := w.count(`person_copy WHERE token <> ''`); (n == 1) != (today <= "2026-04-08") {
			t.Errorf("%s: %d links to copies", today, n)
		}
	}
	if w.gone(family.Request) {
		t.Error("a request that is open was erased")
	}
	if n := w.count(`purge_report WHERE NOT dry`); n != len(all) {
		t.Errorf("%d files were counted as purged, of %d", n, len(all))
	}
	w.nothingLeft(all, keys, dsn)
}

// keys are what opens the files, as it is stored.
func (w *town) keys(all map[string]kept) (keys []string) {
	w.t.Helper()
	must(w.t, w.db.Read(w.t.Context(), func(v *store.View) error {
		for _, k := range all {
			key, err := store.One(v, store.Value[string], `SELECT wrapped FROM seal_key WHERE subject = $1 AND wrapped <> ''`, request.Subject(k.id))
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	}))
	return keys
}

// nothingLeft looks for canaries: names, and keys that would open them.
func (w *town) nothingLeft(all map[string]kept, keys []string, dsn string) {
	t := w.t
	t.Helper()
	var b bytes.Buffer
	_, err := w.db.Dump(t.Context(), &b)
	must(t, err)
	if !store.IsPostgres(dsn) { // what was freed there, too
		for _, end := range []string{"", "-wal"} {
			raw, err := os.ReadFile(dsn + end)
			must(t, err)
			b.Write(raw)
		}
	}
	for _, key := range keys {
		if key == "" || bytes.Contains(b.Bytes(), []byte(key)) {
			t.Error("a key of an erased file is left")
		}
	}
	words := strings.Join(storetest.Clear(t, w.db, "request.fields", `true`), "\n") + strings.Join(storetest.Clear(t, w.db, "patient.birth_name", `true`), "\n")
	for name, k := range all {
		name, _, _ = strings.Cut(name, ",")
		if strings.Contains(b.String(), name) || strings.Contains(words, name) {
			t.Errorf("%s is left", name)
		}
		if n := w.count(`request_word WHERE request = $1`, k.id) + w.count(`seal_key WHERE subject = $1 AND wrapped <> ''`, request.Subject(k.id)); n != 0 {
			t.Errorf("%d rows lead to %s", n, name)
		}
	}
	if !strings.Contains(words, "Ouverte") {
		t.Error("the test would not see a name that is left")
	}
	if n := w.count(`patient_death`) + w.count(`patient_sound`); n != 0 {
		t.Errorf("%d rows of identities are left", n)
	}
}

// Who may not is refused, a rule cannot be made shorter than the law has it, and what
// was set holds from then on; a report names files to who may open them alone.
func TestRulesOfADesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		ctx := t.Context()
		id := w.open("Réglée", "1980-06-01")
		w.close(id, request.OutOfScope)
		good := retention.Change{Rule: retention.Refused, Amount: 24, Source: "décision du DPO", VerifiedOn: "2026-02-01", Why: "demande de l’hôpital"}
		for name, tt := range map[string]struct {
			by     access.Actor
			change func(*retention.Change)
			want   phare.Kind
		}{
			"a nurse":       {w.nurse, func(*retention.Change) {}, phare.Forbidden},
			"a draft":       {w.admin, func(c *retention.Change) { c.Rule = retention.Draft }, phare.NotFound},
			"no rule":       {w.admin, func(c *retention.Change) { c.Rule = "whim" }, phare.NotFound},
			"shorter":       {w.admin, func(c *retention.Change) { c.Rule, c.Amount = retention.File, 19 }, phare.Invalid},
			"no source":     {w.admin, func(c *retention.Change) { c.Source = " " }, phare.Invalid},
			"no reason":     {w.admin, func(c *retention.Change) { c.Why = "" }, phare.Invalid},
			"held tomorrow": {w.admin, func(c *retention.Change) { c.VerifiedOn = "2026-03-03" }, phare.Invalid},
		} {
			c := good
			tt.change(&c)
			if err := retention.Set(ctx, db, tt.by, c); phare.KindOf(err) != tt.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, retention.Set(ctx, db, w.admin, good))
		due := func(by access.Actor) (int, int) {
			r, err := retention.Dry(ctx, db, by)
			must(t, err)
			return r.Due(), len(r.Cases)
		}
		w.at("2028-03-02")
		if n, _ := due(w.doctor); n != 0 {
			t.Errorf("%d due within the desk's own time", n)
		}
		w.at("2028-03-03")
		if n, named := due(w.doctor); n != 1 || named != 1 {
			t.Errorf("a physician: %d due, %d named", n, named)
		}
		if n, named := due(w.admin); n != 1 || named != 0 {
			t.Errorf("an administrator: %d due, %d named", n, named)
		}
		if _, err := retention.Dry(ctx, db, w.nurse); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a nurse: %v", err)
		}
		must(t, circle.Bar(ctx, db, w.other, id, w.doctor.ID, "proche"))
		if n, named := due(w.doctor); n != 1 || named != 0 {
			t.Errorf("who is barred: %d due, %d named", n, named)
		}
		if n, err := erasure.AskDue(ctx, db, w.doctor); n != 0 || err != nil {
			t.Errorf("who is barred asks for %d: %v", n, err)
		}
	})
}

// A claim keeps a file whatever the ground of its erasure.
func TestClaimHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db)
		id := w.open("Contentieuse", "1980-06-01")
		w.close(id, request.Withdrawn)
		w.ask(id, person.Claim)
		for _, ground := range erasure.Grounds() {
			if err := erasure.Ask(t.Context(), db, w.doctor, id, ground); phare.KindOf(err) != phare.Conflict {
				t.Errorf("%s: %v", ground, err)
			}
		}
		w.answer(id, person.Claim, person.Withdrawn)
		must(t, erasure.Ask(t.Context(), db, w.doctor, id, erasure.Person))
	})
}
