package staff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/doctor"
	"phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

const phrase = "une phrase bien longue"

// desk is a desk with two administrators, a physician and a nurse.
type desk struct {
	db                       *store.DB
	key                      access.Key
	ada, abel, doctor, nurse access.Actor
	secret                   string // of the nurse's application
	session                  string // of the nurse
	otherPlatform            access.Actor
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, db *store.DB) *desk {
	t.Helper()
	d := &desk{db: db, key: access.NewKey()}
	for _, id := range []string{"reunion", "guyane"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: id, Name: id, Zone: "Indian/Reunion", Phone: "0262 00 00 01", Mail: "desk@" + id + ".example"}))
	}
	add := func(login string, role access.Role) (access.Actor, string) {
		a, secret, err := access.AddAccount(t.Context(), db, access.Machine("reunion"), access.NewAccount{Platform: "reunion", Login: login,
			Name: login + " Fictif", Role: role, Password: phrase, Mail: login + "@desk.example"})
		must(t, err)
		return a.Actor(), secret
	}
	d.ada, _ = add("ada", access.Admin)
	d.abel, _ = add("abel", access.Admin)
	d.doctor, _ = add("doctor", access.Physician)
	d.nurse, d.secret = add("nurse", access.Nurse)
	d.session = d.enter(t, "nurse", phrase, d.secret)
	d.otherPlatform = access.Actor{ID: "x", Platform: "guyane", Role: access.Admin}
	return d
}

func (d *desk) code(t *testing.T, secret string) string {
	t.Helper()
	c, err := access.Code(secret, d.db.Now())
	must(t, err)
	return c
}

// enter signs in, or returns nothing. A minute passes: a code works once.
func (d *desk) enter(t *testing.T, login, password, secret string) string {
	t.Helper()
	d.later(time.Minute)
	_, token, _ := access.SignIn(t.Context(), d.db, d.key, access.Proof{Login: login, Password: password, Code: d.code(t, secret)})
	return token
}

func (d *desk) later(by time.Duration) {
	now := d.db.Now().Add(by)
	d.db.Now = func() time.Time { return now }
}

func (d *desk) in(t *testing.T, token string) bool {
	t.Helper()
	_, err := access.FromSession(t.Context(), d.db, d.key, token)
	return err == nil
}

// letters are the kinds and recipients of the outbox, and the last link of a kind.
func (d *desk) letters(t *testing.T, kind string) (to []string, link string) {
	t.Helper()
	to = storetest.Clear(t, d.db, "message.recipient", `kind = $1`, kind)
	links := storetest.Clear(t, d.db, "message.link", `kind = $1`, kind)
	if len(links) > 0 {
		link = links[len(links)-1]
	}
	slices.Sort(to)
	return to, link
}

// trail says which acts a subject has, in order.
func (d *desk) trail(t *testing.T, verb string) (all []string) {
	t.Helper()
	must(t, d.db.Read(t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, store.Value[string], `SELECT actor FROM audit WHERE verb = $1 ORDER BY seq`, verb)
		return err
	}))
	return all
}

func refusals(t *testing.T, what string, err error, want phare.Kind) {
	t.Helper()
	if err == nil || phare.KindOf(err) != want {
		t.Errorf("%s: %v, want kind %d", what, err, want)
	}
}

// An invitation becomes an account only with a password and a second factor,
// once, within a week.
func TestInvite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		good := staff.Invitation{Login: " Zoe ", Name: "Zoé Fictive", Mail: "zoe@desk.example", Role: access.Secretary}
		for name, x := range map[string]struct {
			by    access.Actor
			spoil func(*staff.Invitation)
			kind  phare.Kind
		}{
			"a nurse":       {d.nurse, func(*staff.Invitation) {}, phare.Forbidden},
			"taken":         {d.ada, func(i *staff.Invitation) { i.Login = "nurse" }, phare.Invalid},
			"no address":    {d.ada, func(i *staff.Invitation) { i.Mail = "zoe" }, phare.Invalid},
			"no name":       {d.ada, func(i *staff.Invitation) { i.Name = " " }, phare.Invalid},
			"a role of all": {d.ada, func(i *staff.Invitation) { i.Role = access.System }, phare.Invalid},
		} {
			i := good
			x.spoil(&i)
			refusals(t, name, staff.Invite(t.Context(), db, d.key, x.by, i), x.kind)
		}
		var fields []string
		err := staff.Invite(t.Context(), db, d.key, d.ada, staff.Invitation{Login: "zoé zoé", Mail: "zoe"})
		if e, ok := err.(*phare.Error); ok {
			for _, one := range e.All() {
				fields = append(fields, one.Field)
			}
		}
		if fmt.Sprint(fields) != "[name login mail role]" {
			t.Errorf("faults of %v: %v", fields, err)
		}
		must(t, staff.Invite(t.Context(), db, d.key, d.ada, good.In("fr")))
		refusals(t, "invited twice", staff.Invite(t.Context(), db, d.key, d.ada, good), phare.Invalid)
		to, link := d.letters(t, "invited")
		if fmt.Sprint(to) != "[zoe@desk.example]" || !strings.HasPrefix(link, staff.InvitationPath) {
			t.Fatalf("sent %v %s", to, link)
		}
		token := strings.TrimPrefix(link, staff.InvitationPath)
		w, err := staff.Knock(t.Context(), db, d.key, token)
		if err != nil || w.Login != "zoe" || w.Role != access.Secretary || len(w.Secret) != 32 {
			t.Fatalf("%+v, %v", w, err)
		}
		_, err = staff.Knock(t.Context(), db, d.key, access.NewToken())
		refusals(t, "another link", err, phare.NotFound)
		if a, err := access.FindAccount(t.Context(), db, "zoe"); err == nil {
			t.Fatalf("an account before a second factor: %+v", a)
		}
		refusals(t, "short password", staff.Join(t.Context(), db, d.key, token, "court", d.code(t, w.Secret)), phare.Invalid)
		refusals(t, "no second factor", staff.Join(t.Context(), db, d.key, token, phrase, ""), phare.Invalid)
		refusals(t, "wrong code", staff.Join(t.Context(), db, d.key, token, phrase, d.code(t, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")), phare.Invalid)
		code := d.code(t, w.Secret)
		must(t, staff.Join(t.Context(), db, d.key, token, phrase, code))
		storetest.Roles(t, db, "account.join")
		refusals(t, "the link again", staff.Join(t.Context(), db, d.key, token, phrase, code), phare.NotFound)
		if _, token, _ := access.SignIn(t.Context(), db, d.key, access.Proof{Login: "zoe", Password: phrase, Code: code}); token != "" {
			t.Error("the code of the invitation opened a session too")
		}
		if !d.in(t, d.enter(t, "zoe", phrase, w.Secret)) {
			t.Error("the invited cannot enter")
		}

		must(t, staff.Invite(t.Context(), db, d.key, d.ada, staff.Invitation{Login: "yann", Name: "Yann", Mail: "a@desk.example", Role: access.Nurse}))
		all, err := staff.Invitations(t.Context(), db, d.ada)
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		_, link = d.letters(t, "invited")
		refusals(t, "another desk withdraws", staff.Withdraw(t.Context(), db, d.otherPlatform, all[0].ID), phare.NotFound)
		must(t, staff.Withdraw(t.Context(), db, d.ada, all[0].ID))
		must(t, staff.Invite(t.Context(), db, d.key, d.ada, staff.Invitation{Login: "yann", Name: "Yann", Mail: "zz@desk.example", Role: access.Nurse}))
		_, link = d.letters(t, "invited")
		d.later(7*24*time.Hour + time.Second)
		_, err = staff.Knock(t.Context(), db, d.key, strings.TrimPrefix(link, staff.InvitationPath))
		refusals(t, "after a week", err, phare.NotFound)
		findings, err := doctor.Examine(t.Context(), db)
		must(t, err)
		for _, f := range findings {
			if !f.Fine() && f.ID == "I4" {
				t.Errorf("%s, %s: %v", f.ID, f.Means, f.Broken)
			}
		}
	})
}

// Leaving and another role end sessions at once; nobody changes their own
// rights, and a desk keeps an administrator.
func TestLeaveAndRole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		nurse, ada, abel := phare.ID(d.nurse.ID), phare.ID(d.ada.ID), phare.ID(d.abel.ID)
		refusals(t, "a nurse ends one", staff.Leave(t.Context(), db, d.nurse, ada), phare.Forbidden)
		refusals(t, "another desk", staff.Leave(t.Context(), db, d.otherPlatform, nurse), phare.NotFound)
		refusals(t, "oneself", staff.Leave(t.Context(), db, d.ada, ada), phare.Invalid)
		refusals(t, "one's own role", staff.ChangeRole(t.Context(), db, d.ada, ada, access.Physician), phare.Invalid)
		refusals(t, "a role of no one", staff.ChangeRole(t.Context(), db, d.ada, nurse, access.System), phare.Invalid)
		refusals(t, "the same role", staff.ChangeRole(t.Context(), db, d.ada, nurse, access.Nurse), phare.Invalid)
		must(t, staff.ChangeRole(t.Context(), db, d.ada, nurse, access.Secretary))
		if d.in(t, d.session) {
			t.Error("a session outlives a change of role")
		}
		token := d.enter(t, "nurse", phrase, d.secret)
		if by, err := access.FromSession(t.Context(), db, d.key, token); err != nil || by.Role != access.Secretary {
			t.Errorf("%+v, %v", by, err)
		}
		if to, _ := d.letters(t, "account-changed"); fmt.Sprint(to) != "[nurse@desk.example]" {
			t.Errorf("told: %v", to)
		}
		must(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "t", Verb: "t", Subject: "t"}, func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO request (id, platform, reference, secret, form, form_print, channel, fields, who, question, urgency, requester, place, initials, birth_date, priority, state, owner, awaited, next_action, next_at, version, created_at, first_look_at, closed_at, close_reason, asked_at, signed_at)
				VALUES ('r1', 'reunion', 'MR-TEST', '', 'f1', '', '', '{}', '', '', '', '', '', '', '', 1, 'open', $1, '', 'call', $2, 1, $2, '', '', '', '', '')`, d.nurse.ID, tx.Now)
		}))
		must(t, staff.Leave(t.Context(), db, d.ada, nurse))
		if d.in(t, token) || d.enter(t, "nurse", phrase, d.secret) != "" {
			t.Error("someone who left is in, or gets in")
		}
		sheet, err := staff.Open(t.Context(), db, d.ada, nurse)
		if err != nil || sheet.Active || len(sheet.Held) != 1 || sheet.Held[0].Reference != "MR-TEST" {
			t.Errorf("the sheet: %+v, %v", sheet, err)
		}
		refusals(t, "leaving twice", staff.Leave(t.Context(), db, d.ada, nurse), phare.Conflict)
		must(t, staff.Leave(t.Context(), db, d.ada, abel))
		refusals(t, "the last administrator", staff.Leave(t.Context(), db, access.Actor{ID: "ghost", Platform: "reunion", Role: access.Admin}, ada), phare.Invalid)
		refusals(t, "the last administrator's role", staff.ChangeRole(t.Context(), db, access.Actor{ID: "ghost", Platform: "reunion", Role: access.Admin}, ada, access.Nurse), phare.Invalid)
	})
}

// A key at a provider waits for the holder's own word, and opens nothing before;
// one who has left gets none.
func TestAttach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		nurse, key := phare.ID(d.nurse.ID), access.Identity{Provider: "psc", Subject: "899700000001"}
		refusals(t, "a physician", staff.Attach(t.Context(), db, d.doctor, nurse, key), phare.Forbidden)
		refusals(t, "to oneself", staff.Attach(t.Context(), db, d.ada, phare.ID(d.ada.ID), key), phare.Invalid)
		must(t, staff.Attach(t.Context(), db, d.ada, nurse, key))
		if to, _ := d.letters(t, "account-linked"); fmt.Sprint(to) != "[nurse@desk.example]" || !d.in(t, d.session) {
			t.Errorf("told: %v, session open: %t", to, d.in(t, d.session))
		}
		other := d.enter(t, "nurse", phrase, d.secret)
		s, err := access.FindSession(t.Context(), db, d.key, d.session)
		must(t, err)
		all, err := access.MyIdentities(t.Context(), db, s.By)
		if err != nil || len(all) != 1 || !all[0].Asked {
			t.Fatalf("%+v, %v", all, err)
		}
		ways := func() (n int) {
			members, err := staff.Members(t.Context(), db, d.ada)
			must(t, err)
			for _, m := range members {
				n += m.Identities
			}
			return n
		}
		refusals(t, "the administrator's own word", access.Accept(t.Context(), db, access.Session{By: d.ada}, all[0].ID), phare.NotFound)
		refusals(t, "someone else declines", access.Decline(t.Context(), db, d.doctor, all[0].ID), phare.NotFound)
		refusals(t, "another desk", access.Accept(t.Context(), db, access.Session{By: access.Actor{ID: d.nurse.ID, Platform: "guyane", Role: access.Nurse}}, all[0].ID), phare.NotFound)
		if n := ways(); n != 0 {
			t.Errorf("%d ways in before the holder's word", n)
		}
		must(t, access.Accept(t.Context(), db, s, all[0].ID))
		if ways() != 1 || !d.in(t, d.session) || d.in(t, other) {
			t.Error("the holder's word: no way in, or other sessions live on")
		}
		refusals(t, "accepted twice", access.Accept(t.Context(), db, s, all[0].ID), phare.NotFound)
		refusals(t, "declined after", access.Decline(t.Context(), db, s.By, all[0].ID), phare.NotFound)
		refusals(t, "twice", staff.Attach(t.Context(), db, d.ada, phare.ID(d.doctor.ID), key), phare.Invalid)
		must(t, staff.Leave(t.Context(), db, d.ada, nurse))
		refusals(t, "one who has left", staff.Attach(t.Context(), db, d.ada, nurse, key), phare.Conflict)
		must(t, staff.Attach(t.Context(), db, d.ada, phare.ID(d.doctor.ID), key)) // the key is free again
	})
}

// A lost way in takes two people, neither of them the holder; the code lives an
// hour and few mistakes; what was lost opens nothing afterwards.
func TestRecovery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		nurse := phare.ID(d.nurse.ID)
		ask := func() staff.Recovery {
			t.Helper()
			must(t, staff.AskHelp(t.Context(), db, d.ada, nurse, "Téléphone tombé à l’eau, vue en face"))
			all, err := staff.Waiting(t.Context(), db, d.doctor)
			if err != nil || len(all) != 1 {
				t.Fatalf("%v, %v", all, err)
			}
			return all[0]
		}
		refusals(t, "a nurse asks", staff.AskHelp(t.Context(), db, d.nurse, phare.ID(d.doctor.ID), "x"), phare.Forbidden)
		refusals(t, "for oneself", staff.AskHelp(t.Context(), db, d.ada, phare.ID(d.ada.ID), "x"), phare.Invalid)
		refusals(t, "without a reason", staff.AskHelp(t.Context(), db, d.ada, nurse, " "), phare.Invalid)
		refusals(t, "another desk", staff.AskHelp(t.Context(), db, d.otherPlatform, nurse, "x"), phare.NotFound)
		r := ask()
		refusals(t, "asked twice", staff.AskHelp(t.Context(), db, d.abel, nurse, "x"), phare.Invalid)
		if to, _ := d.letters(t, "help-asked"); fmt.Sprint(to) != "[abel@desk.example doctor@desk.example]" {
			t.Errorf("told: %v", to)
		}
		if !d.in(t, d.session) {
			t.Error("one person alone ended the session")
		}
		confirm := func(by access.Actor) error {
			_, _, err := staff.Confirm(t.Context(), db, d.key, by, r.ID)
			return err
		}
		refusals(t, "the same person", confirm(d.ada), phare.Forbidden)
		refusals(t, "the holder", confirm(access.Actor{ID: d.nurse.ID, Platform: "reunion", Role: access.Admin}), phare.Forbidden)
		refusals(t, "a secretary", confirm(access.Actor{ID: "s", Platform: "reunion", Role: access.Secretary}), phare.Forbidden)
		refusals(t, "another desk", confirm(d.otherPlatform), phare.NotFound)
		_, code, err := staff.Confirm(t.Context(), db, d.key, d.doctor, r.ID)
		must(t, err)
		refusals(t, "confirmed twice", confirm(d.abel), phare.NotFound)
		if d.in(t, d.session) {
			t.Error("the session outlives the confirmation")
		}
		if to, link := d.letters(t, "help-confirmed"); fmt.Sprint(to) != "[nurse@desk.example]" || strings.Contains(link, code) {
			t.Errorf("told: %v %s", to, link)
		}
		for range 4 {
			_, _, err := staff.Recall(t.Context(), db, d.key, staff.Anew{Login: "nurse", Code: "AAAAAAAAAAAA"})
			refusals(t, "a wrong code", err, phare.Invalid)
		}
		_, _, err = staff.Recall(t.Context(), db, d.key, staff.Anew{Login: "doctor", Code: code})
		refusals(t, "someone else's login", err, phare.Invalid)
		x := staff.Anew{Login: " Nurse ", Code: strings.ToLower(code[:4] + " " + code[4:]), Password: "une autre phrase longue"}
		login, secret, err := staff.Recall(t.Context(), db, d.key, x)
		if err != nil || login != "nurse" || secret == d.secret {
			t.Fatalf("%s, %v", login, err)
		}
		refusals(t, "without the application", staff.Renew(t.Context(), db, d.key, x), phare.Invalid)
		short := x
		short.Password, short.TOTP = "court", d.code(t, secret)
		refusals(t, "a short password", staff.Renew(t.Context(), db, d.key, short), phare.Invalid)
		x.TOTP = d.code(t, secret)
		must(t, staff.Renew(t.Context(), db, d.key, x))
		refusals(t, "the code again", staff.Renew(t.Context(), db, d.key, x), phare.Invalid)
		if d.enter(t, "nurse", phrase, d.secret) != "" || d.enter(t, "nurse", x.Password, d.secret) != "" || d.enter(t, "nurse", phrase, secret) != "" {
			t.Error("something that was lost still opens")
		}
		if !d.in(t, d.enter(t, "nurse", x.Password, secret)) {
			t.Error("the holder cannot enter")
		}
		if to, _ := d.letters(t, "help-done"); fmt.Sprint(to) != "[nurse@desk.example]" {
			t.Errorf("told: %v", to)
		}
		if asked, sure := d.trail(t, "account.recover.ask"), d.trail(t, "account.recover.confirm"); len(asked) != 1 || asked[0] != d.ada.ID || len(sure) != 2 || sure[0] != d.doctor.ID {
			t.Errorf("the trail: %v, %v", asked, sure)
		}

		storetest.Roles(t, db, "account.recover", "account.recover.ask", "account.recover.confirm", "session.open")

		r = ask() // five mistakes end it
		_, code, err = staff.Confirm(t.Context(), db, d.key, d.abel, r.ID)
		must(t, err)
		for range 5 {
			staff.Recall(t.Context(), db, d.key, staff.Anew{Login: "nurse", Code: "AAAAAAAAAAAA"})
		}
		_, _, err = staff.Recall(t.Context(), db, d.key, staff.Anew{Login: "nurse", Code: code})
		refusals(t, "after five mistakes", err, phare.Invalid)

		r = ask() // an hour ends it
		_, code, err = staff.Confirm(t.Context(), db, d.key, d.abel, r.ID)
		must(t, err)
		d.later(time.Hour + time.Second)
		_, _, err = staff.Recall(t.Context(), db, d.key, staff.Anew{Login: "nurse", Code: code})
		refusals(t, "after an hour", err, phare.Invalid)

		r = ask() // and so does a refusal
		refusals(t, "another desk refuses", staff.Refuse(t.Context(), db, d.otherPlatform, r.ID), phare.NotFound)
		must(t, staff.Refuse(t.Context(), db, d.doctor, r.ID))
		refusals(t, "after a refusal", confirm(d.abel), phare.NotFound)
		r = ask()
		d.later(24*time.Hour + time.Second)
		refusals(t, "after a day", confirm(d.abel), phare.NotFound)
	})
}

// A review decides on every account or on none, is kept as it was signed, and
// is due again after a year.
func TestReview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		kept := map[phare.ID]bool{phare.ID(d.ada.ID): true, phare.ID(d.abel.ID): true, phare.ID(d.doctor.ID): true}
		sign := func(by access.Actor) error {
			_, err := staff.SignReview(t.Context(), db, by, kept)
			return err
		}
		if none, err := staff.Reviews(t.Context(), db, d.ada); err != nil || !staff.Due(none, db.Now()) {
			t.Errorf("no review, and none is due: %v", err)
		}
		refusals(t, "one account undecided", sign(d.ada), phare.Invalid)
		kept[phare.ID(d.nurse.ID)] = false
		refusals(t, "a physician", sign(d.doctor), phare.Forbidden)
		kept[phare.ID(d.ada.ID)] = false
		refusals(t, "oneself", sign(d.ada), phare.Invalid)
		kept[phare.ID(d.ada.ID)] = true
		if !d.in(t, d.session) {
			t.Fatal("a review that was refused ended an account")
		}
		id, err := staff.SignReview(t.Context(), db, d.ada, kept)
		must(t, err)
		if d.in(t, d.session) {
			t.Error("an account that was not kept is in")
		}
		must(t, staff.ChangeRole(t.Context(), db, d.ada, phare.ID(d.doctor.ID), access.Nurse))
		r, err := staff.OpenReview(t.Context(), db, d.ada, id)
		if err != nil || r.ByName != "ada Fictif" || len(r.Lines) != 4 {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, l := range r.Lines {
			wantKept, wantRole := string(l.Account) != d.nurse.ID, map[string]access.Role{d.ada.ID: access.Admin, d.abel.ID: access.Admin, d.doctor.ID: access.Physician, d.nurse.ID: access.Nurse}[string(l.Account)]
			if l.Kept != wantKept || l.Role != wantRole || l.LastAt.IsZero() != (string(l.Account) != d.nurse.ID) {
				t.Errorf("line %+v", l)
			}
		}
		_, err = staff.OpenReview(t.Context(), db, d.otherPlatform, id)
		refusals(t, "another desk reads it", err, phare.NotFound)
		all, err := staff.Reviews(t.Context(), db, d.ada)
		if err != nil || staff.Due(all, db.Now()) || staff.Due(all, db.Now().AddDate(0, 0, 364)) || !staff.Due(all, db.Now().AddDate(1, 0, 1)) {
			t.Errorf("due at the wrong time: %v, %v", all, err)
		}
	})
}
