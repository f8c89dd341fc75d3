package person

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/history"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type desk struct {
	db                       *store.DB
	key                      access.Key
	doctor, nurse, secretary access.Actor
	foreign                  access.Actor
}

func newDesk(t *testing.T, db *store.DB) desk {
	t.Helper()
	for _, p := range []string{"ici", "ailleurs"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Plateforme " + p, Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	}
	actor := func(platform, id string, role access.Role) access.Actor {
		a := access.Actor{ID: id, Platform: platform, Role: role, Name: "Personne " + id}
		must(t, db.Write(t.Context(), access.Machine(platform).Act("account.add", id), func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
				VALUES ($1, $2, $3, $4, $5, '', '', 0, true, 0, '', $6)`, a.ID, a.Platform, "login "+a.ID, a.Name, string(a.Role), tx.Now)
		}))
		return a
	}
	return desk{db, access.NewKey(), actor("ici", "d", access.Physician), actor("ici", "n", access.Nurse), actor("ici", "s", access.Secretary), actor("ailleurs", "x", access.Physician)}
}

func typed(name string) request.Fields {
	return request.Fields{Who: request.GP, Platform: "ici",
		Diagnosis: request.NoDiagnosis, FamilyName: name, FirstName: "Lou", BirthDate: "2019-03-12", Sex: "female", Commune: "Cilaos", Question: "Quel centre ?", Story: "Elle tombe.",
		Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Consent: "yes"}
}

func (d desk) open(t *testing.T, name string, change func(*request.Fields)) (phare.ID, request.Receipt) {
	t.Helper()
	f := typed(name)
	if change != nil {
		change(&f)
	}
	got, err := request.Submit(t.Context(), d.db, d.key, access.Anyone("ici"), request.NewForm(), f)
	must(t, err)
	return got.Request, got
}

func (d desk) asks(t *testing.T, id phare.ID) Rights {
	t.Helper()
	r, err := Of(t.Context(), d.db, d.doctor, id)
	must(t, err)
	return r
}

func (d desk) note(t *testing.T, id phare.ID, kind Kind, aspect string) Ask {
	t.Helper()
	must(t, Note(t.Context(), d.db, d.secretary, id, Draft{Kind: kind, Aspect: aspect, Giver: "parent", Way: "phone", Who: "Rosa Inventée", Words: "comme dit au téléphone"}))
	for _, a := range d.asks(t, id).Asks {
		if a.Kind == kind {
			return a
		}
	}
	t.Fatalf("nothing of the kind %s was noted", kind)
	return Ask{}
}

// A month, or three, on the same date or the last day of the month.
func TestDue(t *testing.T) {
	for day, want := range map[string][2]string{
		"2026-01-15": {"2026-02-15", "2026-04-15"}, "2026-01-31": {"2026-02-28", "2026-04-30"}, "2027-12-31": {"2028-01-31", "2028-03-31"}, "2028-01-30": {"2028-02-29", "2028-04-30"},
		"2026-11-30": {"2026-12-30", "2027-02-28"}, "2026-12-15": {"2027-01-15", "2027-03-15"},
	} {
		at, _ := dayIn("Indian/Reunion", day)
		for i, longer := range []bool{false, true} {
			if got := Due(at, longer); got.Format(time.DateTime) != want[i]+" 23:59:59" {
				t.Errorf("%s, longer %v: %v, want the end of %s", day, longer, got, want[i])
			}
		}
	}
}

// Who may not is refused; what is no ask is sent back; the same sent twice is one.
func TestNoteRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Refusée", nil)
		good := Draft{Kind: Copy, Giver: "patient", Way: "letter"}
		for name, tt := range map[string]struct {
			by     access.Actor
			change func(*Draft)
			want   phare.Kind
		}{
			"anyone": {access.Anyone("ici"), nil, phare.Forbidden}, "a director": {access.Actor{ID: "z", Platform: "ici", Role: access.Director}, nil, phare.Forbidden},
			"another desk": {d.foreign, nil, phare.NotFound}, "no kind": {d.nurse, func(x *Draft) { x.Kind = "whim" }, phare.Invalid},
			"nobody asks": {d.nurse, func(x *Draft) { x.Giver = "" }, phare.Invalid}, "by tracking": {d.nurse, func(x *Draft) { x.Way = byTracking }, phare.Invalid},
			"nothing to put right": {d.nurse, func(x *Draft) { x.Kind, x.Words = Rectify, "le nom" }, phare.Invalid},
			"no words":             {d.nurse, func(x *Draft) { x.Kind, x.Aspect = Rectify, "commune" }, phare.Invalid},
			"no purpose":           {d.nurse, func(x *Draft) { x.Kind = Oppose }, phare.Invalid},
			"tomorrow":             {d.nurse, func(x *Draft) { x.AskedOn = storetest.Noon.AddDate(0, 0, 2).Format(time.DateOnly) }, phare.Invalid},
			"no day":               {d.nurse, func(x *Draft) { x.AskedOn = "hier" }, phare.Invalid},
		} {
			draft := good
			if tt.change != nil {
				tt.change(&draft)
			}
			if err := Note(ctx, db, tt.by, id, draft); phare.KindOf(err) != tt.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		for range 2 {
			must(t, Note(ctx, db, d.nurse, id, good))
		}
		if all := d.asks(t, id).Asks; len(all) != 1 || all[0].State != Waiting || all[0].DueAt.IsZero() {
			t.Errorf("noted: %+v", all)
		}
		if err := Decide(ctx, db, d.nurse, id, d.asks(t, id).Asks[0].ID, Decision{State: Refused, Why: "non"}); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a nurse decides: %v", err)
		}
	})
}

// The clock: late after its month, three months once extended within the first, and
// then no more.
func TestClock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Horloge", nil)
		a, b := d.note(t, id, Copy, ""), d.note(t, id, Complaint, "")
		if n, err := Count(ctx, db, d.nurse); err != nil || n.Open != 2 || n.Late != 0 || !n.Due.Equal(a.DueAt) {
			t.Errorf("%+v, %v", n, err)
		}
		if err := Extend(ctx, db, d.doctor, id, a.ID, " "); phare.KindOf(err) != phare.Invalid {
			t.Errorf("extended without a reason: %v", err)
		}
		must(t, Extend(ctx, db, d.doctor, id, a.ID, "trois classeurs au centre"))
		if err := Extend(ctx, db, d.doctor, id, a.ID, "encore"); phare.KindOf(err) != phare.Conflict {
			t.Errorf("extended twice: %v", err)
		}
		db.Now = func() time.Time { return storetest.Noon.AddDate(0, 1, 2) }
		if n, _ := Count(ctx, db, d.nurse); n.Open != 2 || n.Late != 1 {
			t.Errorf("a month later %+v", n)
		}
		if err := Extend(ctx, db, d.doctor, id, b.ID, "trop tard"); phare.KindOf(err) != phare.Conflict {
			t.Errorf("extended after its month: %v", err)
		}
		l, err := List(ctx, db, d.nurse)
		open := l.Open
		if must(t, err); open[0].ID != b.ID || open[0].Words != "" || open[0].Who != "" {
			t.Errorf("the first that is due is not first, or the list tells words: %+v", open)
		}
	})
}

// What is put right: the file and its search have the new one, the history both, and
// nothing is put right by a refusal.
func TestRectify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Fautive", nil)
		read := func() request.Request {
			f, err := request.OpenFile(ctx, db, d.nurse, id)
			must(t, err)
			return f.Request
		}
		file, _, err := request.Lookup(ctx, db, d.nurse, id)
		must(t, err)
		must(t, request.Identify(ctx, db, d.nurse, request.Ref{ID: id, Version: read().Version}, file.Draft()))
		a := d.note(t, id, Rectify, "family_name")
		decide := func(dec Decision) error { return Decide(ctx, db, d.doctor, id, a.ID, dec) }
		for name, dec := range map[string]Decision{"no value": {State: Granted, Why: "pièce vue"}, "no reason": {State: Granted, Value: "Juste"}, "the same": {State: Granted, Why: "pièce vue", Value: "Fautive"}} {
			if err := decide(dec); phare.KindOf(err) != phare.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := read(); got.Fields.FamilyName != "Fautive" {
			t.Fatalf("a refused decision changed the file: %s", got.Fields.FamilyName)
		}
		must(t, decide(Decision{State: Granted, Why: "pièce vue", Value: "Juste"}))
		if err := decide(Decision{State: Refused, Why: "non"}); phare.KindOf(err) != phare.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		got := read()
		if got.Fields.FamilyName != "Juste" {
			t.Errorf("the file says %s", got.Fields.FamilyName)
		}
		if name := storetest.Clear(t, db, "patient.birth_name", `id = $1`, got.Patient)[0]; name != "Juste" {
			t.Errorf("the identity says %s", name)
		}
		for typed, n := range map[string]int{"Juste": 1, "Fautive": 0} {
			l, err := request.List(ctx, db, d.nurse, request.Filter{Find: typed})
			if must(t, err); len(l.Rows) != n {
				t.Errorf("looking for %s finds %d", typed, len(l.Rows))
			}
		}
		r := d.asks(t, id)
		if len(r.Corrections) != 1 || r.Corrections[0].Was != "Fautive" || r.Corrections[0].Value != "Juste" {
			t.Errorf("the history: %+v", r.Corrections)
		}
		must(t, Make(ctx, db, d.key, d.doctor, id, Making{Scope: Whole, Way: ByHand, Recipient: "Rosa Inventée"}))
		doc, err := Take(ctx, db, d.doctor, id, d.asks(t, id).Copies[0].ID)
		must(t, err)
		b, err := json.Marshal(doc)
		must(t, err)
		for _, words := range []string{`"birth_name":"Juste"`, `"family_name":"Juste"`, `"was":"Fautive","became":"Juste"`} {
			if !strings.Contains(string(b), words) {
				t.Errorf("the copy does not say %s", words)
			}
		}
	})
}

// A limited file: its physicians read it and change nothing, nobody else opens it,
// nothing of it leaves; once it is lifted it is as it was.
func TestLimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Gelée", nil)
		a := d.note(t, id, Limit, "")
		must(t, Decide(ctx, db, d.doctor, id, a.ID, Decision{State: Granted, Why: "exactitude contestée"}))
		opens := func(by access.Actor) error { _, err := request.OpenFile(ctx, db, by, id); return err }
		writes := func(by access.Actor) error {
			return request.Note(ctx, db, by, id, request.Event{Kind: request.NoteKind, Text: "essai"})
		}
		for name, tt := range map[string]struct {
			err  error
			want phare.Kind
		}{
			"a nurse reads": {opens(d.nurse), phare.Forbidden}, "a secretary reads": {opens(d.secretary), phare.Forbidden}, "a physician reads": {opens(d.doctor), 0},
			"a physician writes": {writes(d.doctor), phare.Forbidden}, "a nurse writes": {writes(d.nurse), phare.Forbidden}, "another desk reads": {opens(d.foreign), phare.NotFound},
			"a nurse breaks the glass": {circle.Break(ctx, db, d.nurse, id, circle.Breaking{Reason: "vital", Words: "appel du SAMU à l’instant"}), phare.Forbidden},
			"a nurse makes a copy":     {Make(ctx, db, d.key, d.nurse, id, Making{Scope: Identity, Way: ByHand, Recipient: "x"}), phare.Forbidden},
		} {
			if phare.KindOf(tt.err) != tt.want || (tt.err == nil) != (tt.want == 0) {
				t.Errorf("%s: %v", name, tt.err)
			}
		}
		l, err := request.List(ctx, db, d.nurse, request.Filter{})
		if must(t, err); len(l.Rows) != 1 || !l.Rows[0].Walled || l.Rows[0].Initials != "" {
			t.Errorf("in the list of a nurse: %+v", l.Rows)
		}
		if err := Lift(ctx, db, d.nurse, id, a.ID, "essai"); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a nurse lifts it: %v", err)
		}
		if err := Lift(ctx, db, d.doctor, id, a.ID, ""); phare.KindOf(err) != phare.Invalid {
			t.Errorf("lifted without a reason: %v", err)
		}
		must(t, Lift(ctx, db, d.doctor, id, a.ID, "vérifié, la personne est prévenue"))
		if err := opens(d.nurse); err != nil {
			t.Errorf("once it is lifted: %v", err)
		}
		must(t, writes(d.doctor))
	})
}

// Two limitations are lifted one by one; a confidential file is confidential again.
func TestLimitConfidential(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Double", nil)
		must(t, circle.Confide(ctx, db, d.doctor, id, "connue ici"))
		draft := Draft{Kind: Limit, Giver: "patient", Way: "letter", Words: "une"}
		must(t, Note(ctx, db, d.doctor, id, draft))
		draft.Words = "deux"
		must(t, Note(ctx, db, d.doctor, id, draft))
		all := d.asks(t, id).Asks
		for _, a := range all {
			must(t, Decide(ctx, db, d.doctor, id, a.ID, Decision{State: Granted, Why: "contesté"}))
		}
		guard := func() string {
			var g string
			must(t, db.Read(ctx, func(v *store.View) (err error) {
				g, err = store.One(v, store.Value[string], `SELECT guard FROM request WHERE id = $1`, id)
				return err
			}))
			return g
		}
		for i, want := range []string{circle.LimitedConfidential, circle.Confidential} {
			must(t, Lift(ctx, db, d.doctor, id, all[i].ID, "fini"))
			if g := guard(); g != want {
				t.Errorf("after %d lifted: %q, want %q", i+1, g, want)
			}
		}
		if _, err := request.OpenFile(ctx, db, d.nurse, id); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a nurse outside opens it: %v", err)
		}
	})
}

// A copy holds what the file holds, says what it leaves out, keeps apart what a third
// party told, and is written down with the ask that it answers.
func TestCopy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Copiée", func(f *request.Fields) { f.CloseName, f.ClosePhone = "Voisine Inventée", "0262 99 88 77" })
		must(t, history.Add(ctx, db, d.nurse, id, history.Entry{Kind: history.Exam, Lines: "2019 IRM normale\n2020 confié par la voisine", Source: history.Family}))
		d.note(t, id, Copy, "")
		facts, err := history.Of(ctx, db, d.nurse, id)
		must(t, err)
		var told phare.ID
		for _, f := range facts {
			if strings.Contains(f.Words, "voisine") {
				told = f.ID
			}
		}
		m := Making{Scope: Whole, Way: ByHand, Recipient: "Rosa Inventée", Apart: []phare.ID{told}}
		for name, err := range map[string]error{"a secretary, the whole": Make(ctx, db, d.key, d.secretary, id, m), "a nurse, the whole": Make(ctx, db, d.key, d.nurse, id, m)} {
			if phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := Make(ctx, db, d.key, d.doctor, id, Making{Scope: Whole, Way: ByLink, Recipient: "x"}); phare.KindOf(err) != phare.Invalid {
			t.Errorf("a link to a professional: %v", err)
		}
		must(t, Make(ctx, db, d.key, d.doctor, id, m))
		r := d.asks(t, id)
		if r.Asks[0].State != Granted || len(r.Copies) != 1 || r.Copies[0].Recipient != "Rosa Inventée" {
			t.Errorf("asked %+v, made %+v", r.Asks, r.Copies)
		}
		doc, err := Take(ctx, db, d.doctor, id, r.Copies[0].ID)
		must(t, err)
		if doc.Apart != 1 || len(doc.Looks) == 0 || len(doc.Left) == 0 {
			t.Errorf("%d apart, %d looks, %d left out", doc.Apart, len(doc.Looks), len(doc.Left))
		}
		words, err := text.Load()
		must(t, err)
		var b bytes.Buffer
		must(t, doc.Zip(&b, words, "fr"))
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		must(t, err)
		var names []string
		var data []byte
		for _, f := range z.File {
			names = append(names, f.Name)
			if strings.HasSuffix(f.Name, ".json") {
				in, err := f.Open()
				must(t, err)
				data, err = io.ReadAll(in)
				must(t, err)
			}
		}
		if !slices.Equal(names, []string{doc.Name() + ".pdf", doc.Name() + ".json"}) || strings.Contains(strings.Join(names, " "), "Copiée") {
			t.Errorf("the copy has %v", names)
		}
		for _, words := range []string{"Copiée", "IRM normale", "Elle tombe.", `"left_out"`} {
			if !bytes.Contains(data, []byte(words)) {
				t.Errorf("the copy does not hold %q", words)
			}
		}
		all := ""
		for _, block := range doc.Document(words, "fr").Blocks {
			all += block.Text + strings.Join(block.Lines, " ")
			for _, row := range block.Rows {
				all += strings.Join(row, " ") + "\n"
			}
		}
		for _, words := range []string{"voisine", "Voisine Inventée", "0262 99 88 77", "Personne n", "[copy."} {
			if bytes.Contains(data, []byte(words)) && words != "Personne n" || strings.Contains(all, words) && words != "Personne n" {
				t.Errorf("the copy holds %q", words)
			}
		}
		for _, words := range []string{"Copiée", "IRM normale", "Elle tombe.", "[…]"} {
			if !strings.Contains(all, words) {
				t.Errorf("the piece of writing does not say %q", words)
			}
		}
		must(t, Make(ctx, db, d.key, d.secretary, id, Making{Scope: Identity, Way: ByPost, Recipient: "Rosa Inventée"}))
		if _, err := Take(ctx, db, d.nurse, id, d.asks(t, id).Copies[0].ID); phare.KindOf(err) != phare.Conflict {
			t.Errorf("a copy that a colleague made: %v", err)
		}
		only, err := Take(ctx, db, d.secretary, id, d.asks(t, id).Copies[0].ID)
		must(t, err)
		text, err := json.Marshal(only.Tables)
		must(t, err)
		for _, table := range []string{`"history"`, `"answer"`, `"event"`} {
			if strings.Contains(string(text), table) {
				t.Errorf("the copy of an identity holds %s", table)
			}
		}
	})
}

// A family opens its copy by the link and the code of the receipt, and by nothing less;
// not any more once its week is over, nor while the use of the file is limited.
func TestCopyByLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, receipt := d.open(t, "Lointaine", func(f *request.Fields) {
			f.Who, f.Relation, f.Name, f.Mail = request.Family, "parent", "Rosa Inventée", "rosa@phare-demo.invalid"
		})
		must(t, Make(ctx, db, d.key, d.doctor, id, Making{Scope: Whole, Way: ByLink, Recipient: "Rosa Inventée", Base: "http://phare.example"}))
		link := storetest.Clear(t, db, "message.link", `kind = 'copy'`)[0]
		token := strings.TrimPrefix(link, "http://phare.example"+LinkPath)
		opens := func(token, secret string) phare.Kind {
			_, err := Open(ctx, db, d.key, token, secret)
			return phare.KindOf(err)
		}
		if k := opens(token, "12345 67897"); k != phare.Invalid {
			t.Errorf("with another code: %v", k)
		}
		if k := opens(access.NewToken(), receipt.Secret); k != phare.Invalid {
			t.Errorf("with another link: %v", k)
		}
		doc, err := Open(ctx, db, d.key, token, receipt.Secret)
		must(t, err)
		b, err := json.Marshal(doc)
		if must(t, err); !bytes.Contains(b, []byte("Lointaine")) {
			t.Error("the copy is empty")
		}
		if c := d.asks(t, id).Copies[0]; c.OpenedAt.IsZero() {
			t.Error("that it was opened is not known")
		}
		a := d.note(t, id, Limit, "")
		must(t, Decide(ctx, db, d.doctor, id, a.ID, Decision{State: Granted, Why: "contesté"}))
		if k := opens(token, receipt.Secret); k != phare.Invalid {
			t.Errorf("while its use is limited: %v", k)
		}
		must(t, Lift(ctx, db, d.doctor, id, a.ID, "fini"))
		db.Now = func() time.Time { return storetest.Noon.Add(LinkLife) }
		if k := opens(token, receipt.Secret); k != phare.Invalid {
			t.Errorf("a week later: %v", k)
		}
	})
}

// What somebody from outside told in confidence can be kept out of a copy, wherever it
// stands: what came by mail with its sender, words of a call, a complement, another's ask.
func TestThirdPartyApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, _ := d.open(t, "Confiée", func(f *request.Fields) { f.Story = "CONFIDENCE récit" })
		must(t, db.Write(ctx, d.nurse.Act("test", string(id)), func(tx *store.Tx) error {
			r, err := request.Find(&tx.View, d.nurse, id)
			if err != nil {
				return err
			}
			for kind, words := range map[string]string{"arrived": "Voisine Inventée <CONFIDENCE@phare-demo.invalid>\nNe le répétez pas", "complement": "CONFIDENCE ajoutée", "said": "CONFIDENCE récit"} {
				if err := request.Tell(tx, d.nurse, r, request.Event{Kind: kind, Text: words, ShownTo: request.Team}); err != nil {
					return err
				}
			}
			return nil
		}))
		must(t, Note(ctx, db, d.nurse, id, Draft{Kind: Complaint, Giver: "other", Way: "mail", Who: "CONFIDENCE Tierce", Words: "CONFIDENCE d’un tiers"}))
		all, err := Passages(ctx, db, d.doctor, id)
		must(t, err)
		m := Making{Scope: Whole, Way: ByHand, Recipient: "le père"}
		for _, p := range all {
			m.Apart = append(m.Apart, p.ID)
		}
		for _, apart := range [][]phare.ID{m.Apart, nil} {
			m.Apart = apart
			must(t, Make(ctx, db, d.key, d.doctor, id, m))
			for _, made := range d.asks(t, id).Copies {
				if len(made.apart) != len(apart) {
					continue
				}
				doc, err := Take(ctx, db, d.doctor, id, made.ID)
				must(t, err)
				b, err := json.Marshal(doc)
				must(t, err)
				if n := bytes.Count(b, []byte("CONFIDENCE")); (n == 0) != (len(apart) > 0) || doc.Apart != len(apart) {
					t.Errorf("%d kept apart, %d times in the copy: %+v", doc.Apart, n, all)
				}
			}
		}
	})
}

// Outside a confidential file its asks are a count, to who is barred from it not even
// that; a limited one stays in its physicians' list with its day, is not found by words
// from outside, and its wall names them.
func TestAsksOfShutFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		secret, _ := d.open(t, "Secrète", nil)
		must(t, circle.Confide(ctx, db, d.doctor, secret, "connue ici"))
		must(t, Note(ctx, db, d.doctor, secret, Draft{Kind: Copy, Giver: "patient", Way: "letter"}))
		limited, receipt := d.open(t, "Gelée", nil)
		a := d.note(t, limited, Limit, "")
		must(t, Decide(ctx, db, d.doctor, limited, a.ID, Decision{State: Granted, Why: "contesté"}))

		for _, tt := range []struct {
			by            access.Actor
			shown, hidden int
		}{{d.doctor, 1, 0}, {d.nurse, 0, 1}} {
			l, err := List(ctx, db, tt.by)
			must(t, err)
			n, err := Count(ctx, db, tt.by)
			if must(t, err); len(l.Open) != tt.shown || l.Hidden != tt.hidden || n.Open != 1 {
				t.Errorf("%s: %+v, %+v", tt.by.Name, l, n)
			}
		}
		for _, tt := range []struct {
			by    access.Actor
			typed string
			want  int
		}{{d.doctor, "Gelée", 1}, {d.nurse, "Gelée", 0}, {d.nurse, "gel", 0}, {d.nurse, receipt.Reference, 1}} {
			l, err := request.List(ctx, db, tt.by, request.Filter{Find: tt.typed})
			if must(t, err); len(l.Rows) != tt.want {
				t.Errorf("%s finds %d by %s", tt.by.Name, len(l.Rows), tt.typed)
			}
		}
		for by, want := range map[access.Actor]int{d.doctor: 2, d.nurse: 0} {
			f := request.Filter{Team: true}
			l, err := request.List(ctx, db, by, f)
			must(t, err)
			i := slices.IndexFunc(l.Rows, func(r request.Row) bool { return r.ID == limited && !r.Walled && !r.NextAt.IsZero() })
			if (i >= 0) != (want > 0) {
				t.Errorf("%s has it in their list: %+v", by.Name, l.Rows)
			}
			counts, err := request.CountOf(ctx, db, by, f)
			must(t, err)
			all, err := request.Count(ctx, db, by)
			must(t, err)
			left, ok, err := request.HideBeyond(ctx, db, by, all)
			must(t, err)
			if !ok || counts[request.ToTriage] != want || left[request.ToTriage] != want {
				t.Errorf("%s: counted %v, %v", by.Name, counts, left)
			}
		}
		w, err := request.AtWall(ctx, db, d.secretary, limited)
		if must(t, err); w.NextAt.IsZero() || w.Holder != "" || !slices.Equal(w.Others, []string{d.doctor.Name}) {
			t.Errorf("the wall: %+v", w)
		}
	})
}

// The letter about an ask says what was decided and why, to who asked; before that, by
// when. The tracking page tells how a copy is given.
func TestLetterOfAnAsk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id, receipt := d.open(t, "Écrite", nil)
		words, err := text.Load()
		must(t, err)
		a := d.note(t, id, Complaint, "")
		letter := func() string {
			l, err := Write(ctx, db, d.secretary, id, a.ID)
			must(t, err)
			l.DPO = "dpo@phare-demo.invalid"
			all := ""
			for _, b := range l.Letter(words).Blocks {
				all += b.Text + strings.Join(b.Lines, " ") + "\n"
				for _, row := range b.Rows {
					all += strings.Join(row, " ") + "\n"
				}
			}
			return all
		}
		if got := letter(); !strings.Contains(got, "au plus tard le") || !strings.Contains(got, "Rosa Inventée") {
			t.Errorf("before: %s", got)
		}
		must(t, Decide(ctx, db, d.doctor, id, a.ID, Decision{State: Refused, Why: "déjà répondu en mai"}))
		for _, want := range []string{"déjà répondu en mai", "refusée", "CNIL", "dpo@phare-demo.invalid"} {
			if got := letter(); !strings.Contains(got, want) {
				t.Errorf("does not say %q: %s", want, got)
			}
		}
		if _, err := Write(ctx, db, d.foreign, id, a.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("another desk: %v", err)
		}
		d.note(t, id, Copy, "")
		must(t, Make(ctx, db, d.key, d.doctor, id, Making{Scope: Whole, Way: ByPost, Recipient: "Rosa Inventée"}))
		told, err := ToldOf(ctx, db, "ici", receipt.Reference)
		if must(t, err); len(told) != 2 || told[0].Given+told[1].Given != ByPost {
			t.Errorf("told %+v", told)
		}
	})
}
