package person

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/audit"
	"phare/internal/consent"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// LinkLife is how long a link to a copy opens it; LinkPath is where it leads.
const (
	LinkLife = 7 * 24 * time.Hour
	LinkPath = "/copie/"
)

// tokenKind keeps the stored form of these links apart from others.
const tokenKind = "copy"

// Making is how a copy is made and given.
type Making struct {
	Ask       phare.ID // the ask that it answers; may be empty
	Scope     string
	Way       string
	Recipient string     // to whom it is given
	Apart     []phare.ID // rows that a third party told in confidence (CSP L1111-7)
	Base      string     // of the site, for a link
}

// Dossier is a copy as it is handed over.
type Dossier struct {
	Format    string     `json:"format"` // "phare-copy-1": doc/copy.md
	Reference string     `json:"reference"`
	Scope     string     `json:"scope"`
	MadeAt    time.Time  `json:"made_at"`
	Desk      string     `json:"desk"`
	Tables    []Table    `json:"tables"`
	Looks     []look     `json:"looks"` // who opened or changed the file, in roles
	Files     []file     `json:"files"` // in the folder "documents" beside this
	Left      []leftLine `json:"left_out"`
	Apart     int        `json:"held_back"` // words and documents that a third party told in confidence

	accesses audit.Accesses
	desk     access.Platform
	reads    []func(io.Writer) error
}

// Table is all that one table holds of the person, row by row.
type Table struct {
	Name string `json:"table"`
	Rows []Row  `json:"rows"`
	part part
}

// Row is one row: what stands in each column, in the order of the table.
type Row []Cell

// Cell is one value.
type Cell struct {
	Column, Value string
}

// MarshalJSON writes a row as an object; what was stored as JSON stays so.
func (r Row) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, c := range r {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(c.Value)
		if strings.HasPrefix(c.Value, "{") || strings.HasPrefix(c.Value, "[") {
			if json.Valid([]byte(c.Value)) {
				value = []byte(c.Value)
			}
		}
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", c.Column, value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// Get is the value of a column, or empty.
func (r Row) Get(column string) string {
	for _, c := range r {
		if c.Column == column {
			return c.Value
		}
	}
	return ""
}

type look struct {
	At    time.Time `json:"at"`
	Role  string    `json:"role"`
	What  string    `json:"what"`
	Times int       `json:"times"`
}

type file struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Size int64  `json:"size"`
}

type leftLine struct {
	Table  string `json:"table"`
	Column string `json:"column,omitempty"`
	Why    string `json:"why"`
}

// may says whether the actor may make a copy of this scope.
func (m Making) may(by access.Actor) error {
	if m.Scope == Identity {
		return by.Check(access.NoteAsk)
	}
	return by.Check(access.DecideAsk)
}

func (m Making) accept(r request.Request) error {
	var scope, way, to *phare.Error
	if m.Scope != Whole && m.Scope != Identity {
		scope = phare.Field("scope", "person.scope.missing")
	}
	switch {
	case !slices.Contains(CopyWays(), m.Way):
		way = phare.Field("way", "person.copyway.missing")
	case m.Way == ByLink && (r.Fields.Who != request.Family || r.Fields.Mail == ""):
		way = phare.Field("way", "person.copyway.family")
	}
	if m.Recipient == "" || len([]rune(m.Recipient)) > 200 {
		to = phare.Field("recipient", "person.recipient.missing")
	}
	return phare.Faults(scope, way, to)
}

// Make writes down that a copy is made, for whom and how it is given, and answers the
// ask for it. By a link the copy is opened with the code of the receipt as the second
// proof; else Take gives it, to be handed over or posted.
func Make(ctx context.Context, db *store.DB, key access.Key, by access.Actor, id phare.ID, m Making) error {
	if err := m.may(by); err != nil {
		return err
	}
	m.Recipient = phare.Clean(m.Recipient)
	token := access.NewToken()
	return db.Write(ctx, by.Act("person.copy", string(id)).For(m.Scope+"."+m.Way), func(tx *store.Tx) error {
		r, err := request.ReadToDecide(&tx.View, by, id)
		if err != nil {
			return err
		}
		if err := m.accept(r); err != nil {
			return err
		}
		made := phare.NewID()
		mac, expires := "", time.Time{}
		if m.Way == ByLink {
			mac, expires = key.Mac(tokenKind, token), tx.Now.Add(LinkLife)
			if err := sendLink(tx, by, r, m.Base+LinkPath+token); err != nil {
				return err
			}
		}
		var apart []string
		for _, x := range m.Apart {
			apart = append(apart, string(x))
		}
		err = tx.Exec(`INSERT INTO person_copy (id, platform, request, scope, way, recipient, token, apart, expires_at, opened_at, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12)`,
			made, r.Platform, r.ID, m.Scope, m.Way, sealer(r, "person_copy", made).In("recipient", m.Recipient), mac, strings.Join(apart, " "), expires, tx.Now, by.ID, by.Name)
		if err != nil {
			return err
		}
		if err := answered(tx, by, r, m); err != nil {
			return err
		}
		return tell(tx, by, r, "person.copy."+m.Way, "")
	})
}

// sendLink sends the link where the person's word lets something leave to them, and
// the use of the file is not limited.
func sendLink(tx *store.Tx, by access.Actor, r request.Request, link string) error {
	if err := consent.Leave(tx, by, r, consent.Out{Way: consent.WayCopy, To: consent.ToFamily(r)}); err != nil {
		return err
	}
	return mail.Queue(tx, mail.Message{Platform: r.Platform, Request: r.ID, To: r.Fields.Mail, Kind: "copy", Lang: r.Fields.Lang, Reference: r.Reference, Link: link})
}

// answered ends the ask for a copy that a copy of the whole file answers.
func answered(tx *store.Tx, by access.Actor, r request.Request, m Making) error {
	if m.Scope != Whole {
		return nil
	}
	all, err := of(&tx.View, r.Platform, r.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Kind != Copy || !a.Open() || m.Ask != "" && a.ID != m.Ask {
			continue
		}
		a.State, a.DecidedName, a.DecidedAt = Granted, by.Name, tx.Now
		if err := update(tx, r, a); err != nil {
			return err
		}
	}
	return nil
}

// Open gives a copy to who holds its link and the code of the receipt, once each time
// within its life; a wrong code counts as one of tracking. What was refused says no
// more than that.
func Open(ctx context.Context, db *store.DB, key access.Key, token, secret string) (d Dossier, err error) {
	digits, good := request.ParseSecret(secret)
	if !good {
		return d, phare.Field("secret", "track.secret.bad")
	}
	mac := key.Mac(tokenKind, token)
	var found, locked bool
	var r request.Request
	var m Making
	act := store.Act{Platform: "-", Actor: "public", Verb: "person.copy.open", Subject: "link:" + mac[:16]}
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		found, locked = false, false
		c, err := store.One(&tx.View, func(row store.Row) (c linked, err error) {
			err = row.Scan(&c.id, &c.platform, &c.request, &c.scope, &c.apart, store.Time(&c.expires))
			return c, err
		}, `SELECT id, platform, request, scope, apart, expires_at FROM person_copy WHERE token = $1 AND token <> ''`, mac)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
		counted := mac[:16]
		if err == nil && tx.Now.Before(c.expires) {
			if r, err = request.Find(&tx.View, access.Actor{Platform: c.platform, Role: access.Reader}, c.request); err != nil {
				return err
			}
			holds, err := stillHolds(&tx.View, r)
			if err != nil {
				return err
			}
			if holds {
				counted, found = r.Reference, r.Opens(key, digits)
			}
		}
		if locked, err = request.CountTry(tx, counted, found); err != nil || locked || !found {
			return err
		}
		m = Making{Scope: c.scope, Way: ByLink}
		m.Apart = idsOf(c.apart)
		by := access.Actor{ID: "link:" + string(c.id), Platform: c.platform, Role: access.Reader}
		if err := tx.Also(by.Act("person.copy.open", string(r.ID))); err != nil {
			return err
		}
		return tx.Exec(`UPDATE person_copy SET opened_at = CASE opened_at WHEN '' THEN $1 ELSE opened_at END WHERE id = $2 AND platform = $3`, tx.Now, c.id, c.platform)
	})
	switch {
	case err != nil:
		return d, err
	case locked:
		return d, phare.Fault(phare.Invalid, "track.locked")
	case !found:
		return d, phare.Fault(phare.Invalid, "answer.refused")
	}
	err = db.Read(ctx, func(v *store.View) error {
		d, err = build(ctx, db, v, r, m)
		return err
	})
	return d, err
}

func idsOf(words string) (ids []phare.ID) {
	for x := range strings.FieldsSeq(words) {
		ids = append(ids, phare.ID(x))
	}
	return ids
}

// linked is a copy as a link finds it.
type linked struct {
	id              phare.ID
	platform, scope string
	apart           string
	request         phare.ID
	expires         time.Time
}

// stillHolds says whether a link to a copy may still be opened: the use of the file is
// not limited, and nobody has said no since.
func stillHolds(v *store.View, r request.Request) (bool, error) {
	if limited(r) || r.IsErased() {
		return false, nil
	}
	said, err := consent.Said(v, r)
	return err == nil && said.May(consent.ToFamily(r)) == nil, err
}

func build(ctx context.Context, db *store.DB, v *store.View, r request.Request, m Making) (d Dossier, err error) {
	d = Dossier{Format: "phare-copy-1", Reference: r.Reference, Scope: m.Scope, MadeAt: v.Now()}
	if d.desk, err = access.PlatformIn(v, r.Platform); err != nil {
		return d, err
	}
	d.Desk = d.desk.Name
	held, err := holdOf(v, r, m.Apart)
	if err != nil {
		return d, err
	}
	d.Apart = len(held.ids)
	for _, p := range given {
		if m.Scope == Identity && !p.identity {
			continue
		}
		t, err := read(v, p, r)
		if err != nil {
			return d, fmt.Errorf("copy of %s: %w", p.table, err)
		}
		held.from(&t, r)
		d.Tables = append(d.Tables, t)
	}
	d.Left = leftOut(m.Scope)
	if m.Scope == Identity {
		return d, nil
	}
	if d.accesses, err = audit.Looks(v, r, d.desk); err != nil {
		return d, err
	}
	for _, l := range d.accesses.Looks {
		d.Looks = append(d.Looks, look{l.At, l.Role, l.Kind, l.Times})
	}
	return d, d.files(ctx, db, v, r, held)
}

// files are the documents of the file that may be given out.
func (d *Dossier) files(ctx context.Context, db *store.DB, v *store.View, r request.Request, held hold) error {
	all, err := attachment.Of(v, attachment.Place{Platform: r.Platform, Request: r.ID, Subject: request.Subject(r.ID)})
	for i, a := range all {
		if !a.IsOut() || held.has(a.ID) {
			continue
		}
		d.Files = append(d.Files, file{fmt.Sprintf("%02d-%s", i+1, attachment.SafeName(a.Name)), string(a.Kind), a.Size})
		d.reads = append(d.reads, func(w io.Writer) error {
			return a.Read(func(f func(*store.View) error) error { return db.For(r.Platform).Read(ctx, f) }, w)
		})
	}
	return err
}

// leftOut is what a copy says that it leaves out.
func leftOut(scope string) (all []leftLine) {
	for _, p := range given {
		if scope == Identity && !p.identity {
			all = append(all, leftLine{p.table, "", "scope"})
			continue
		}
		for _, c := range sortedKeys(p.left) {
			all = append(all, leftLine{p.table, c, p.left[c]})
		}
	}
	for _, t := range sortedKeys(left) {
		all = append(all, leftLine{t, "", left[t]})
	}
	return all
}

func sortedKeys(m map[string]string) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
