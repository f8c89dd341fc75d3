package attachment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"phare"
	"phare/internal/seal"
	"phare/internal/store"
)

// Place is what a file belongs to: a request, or the draft of one. Subject names
// the key that seals it.
type Place struct {
	Platform string
	Draft    string // empty, or
	Request  phare.ID
	Waiting  bool // nobody took the request yet
	Subject  string
	Files    int   // how many files by anyone; 0: PublicFiles
	Bytes    int64 // of all of these; 0: PublicAll
	Gateway  bool  // what a mail gateway brought, and nobody matched: it has a room of its own
}

// about is what of a file is sealed, besides its pieces.
type about struct {
	Name     string   `json:"name"`
	Key      string   `json:"key,omitempty"`
	Print    string   `json:"print"`
	Findings []string `json:"findings,omitempty"`
	Pages    int      `json:"pages,omitempty"`
	Width    int      `json:"width,omitempty"`
	Height   int      `json:"height,omitempty"`
	Tags     []string `json:"tags,omitempty"`
}

const columns = `id, platform, draft, request, about, kind, size, pieces, state, scan, by_id, by_name, added_at, withdrawn_at, withdrawn_name, reason, opened_at`

func scan(row store.Row) (a Attachment, err error) {
	var said string
	var request *string
	err = row.Scan(&a.ID, &a.Platform, &a.Draft, &request, store.Sealed(&said, "attachment.about", &a.ID), &a.Kind, &a.Size, &a.pieces, &a.State, &a.Scan,
		&a.ByID, &a.ByName, store.Time(&a.AddedAt), store.Time(&a.WithdrawnAt), &a.WithdrawnName, store.Sealed(&a.Reason, "attachment.reason", &a.ID), store.Time(&a.OpenedAt))
	if request != nil {
		a.Request = phare.ID(*request)
	}
	if err != nil || said == "" { // erased: its key was destroyed
		return a, err
	}
	var x about
	if err := json.Unmarshal([]byte(said), &x); err != nil {
		return a, err
	}
	a.Name, a.key, a.print, a.Findings, a.Pages, a.Width, a.Height, a.Tags = x.Name, x.Key, x.Print, x.Findings, x.Pages, x.Width, x.Height, x.Tags
	return a, nil
}

func (a Attachment) about() (string, error) {
	b, err := json.Marshal(about{a.Name, a.key, a.print, a.Findings, a.Pages, a.Width, a.Height, a.Tags})
	return string(b), err
}

// Of lists the files of a place, the first that came first.
func Of(v *store.View, p Place) ([]Attachment, error) {
	if p.Draft != "" {
		return store.All(v, scan, `SELECT `+columns+` FROM attachment WHERE draft = $1 AND platform = $2 ORDER BY added_at, id`, p.Draft, p.Platform)
	}
	return store.All(v, scan, `SELECT `+columns+` FROM attachment WHERE request = $1 AND platform = $2 ORDER BY added_at, id`, p.Request, p.Platform)
}

// Find is one file of a place.
func Find(v *store.View, p Place, id phare.ID) (a Attachment, err error) {
	if p.Draft != "" {
		return store.One(v, scan, `SELECT `+columns+` FROM attachment WHERE id = $1 AND draft = $2 AND platform = $3`, id, p.Draft, p.Platform)
	}
	return store.One(v, scan, `SELECT `+columns+` FROM attachment WHERE id = $1 AND request = $2 AND platform = $3`, id, p.Request, p.Platform)
}

// keep is Keep, whatever way the file came.
func (t *Taken) keep(tx *store.Tx, p Place, by, name string) (a Attachment, again bool, err error) {
	all, err := Of(&tx.View, p)
	if err != nil {
		return a, false, err
	}
	for _, x := range all {
		if x.print == t.a.print && x.State != Withdrawn {
			return x, true, nil
		}
	}
	if p.Gateway {
		by = gateway
	}
	a = t.a
	a.Platform, a.Draft, a.Request, a.ByID, a.ByName, a.AddedAt = p.Platform, p.Draft, p.Request, by, name, tx.Now
	if err := a.fits(tx, p, all); err != nil {
		return a, false, err
	}
	if err := a.insert(tx, p); err != nil {
		return a, false, err
	}
	for n := range a.pieces {
		sealed, err := t.spool.piece(n)
		if err != nil {
			return a, false, err
		}
		if err := tx.Exec(`INSERT INTO attachment_chunk (attachment, platform, number, sealed) VALUES ($1, $2, $3, $4)`, a.ID, a.Platform, n, sealed); err != nil {
			return a, false, err
		}
	}
	return a, false, nil
}

// fits holds a new file against the limits of its place and of its desk.
func (a Attachment) fits(tx *store.Tx, p Place, others []Attachment) error {
	fault := func(key string, most int64) error {
		return &phare.Error{Kind: phare.Invalid, Field: "file", Key: key, Args: map[string]any{"Name": a.Name, "Max": most}}
	}
	n, size := 0, a.Size
	for _, x := range others {
		if x.IsPublic() {
			n++
			size += x.Size
		}
	}
	files, bytes := cmp.Or(p.Files, PublicFiles), cmp.Or(p.Bytes, PublicAll)
	if a.IsPublic() && n >= files {
		return fault("attachment.refused.many", int64(files))
	}
	if a.IsPublic() && size > bytes {
		return fault("attachment.refused.all", bytes>>20)
	}
	room, err := roomWith(&tx.View, a.Platform, a.upload)
	if err == nil && !room.takes(p, a.IsPublic(), a.Size) {
		return fault("attachment.refused.quota", 0)
	}
	return err
}

func (a Attachment) insert(tx *store.Tx, p Place) error {
	said, err := a.about()
	if err != nil {
		return err
	}
	var request any
	if a.Request != "" {
		request = string(a.Request)
	}
	row := store.SealRow(a.Platform, p.Subject, "attachment", a.ID)
	return tx.Exec(`INSERT INTO attachment (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		a.ID, a.Platform, a.Draft, request, row.In("about", said), string(a.Kind), a.Size, a.pieces, string(a.State), a.Scan,
		a.ByID, a.ByName, a.AddedAt, time.Time{}, "", row.In("reason", ""), time.Time{})
}

// Move gives the files of a draft to the request that it became, or to the draft
// at another desk, if that has room for them. The pieces stay as they are: only the
// key to them is sealed anew. To another desk whoever joined them is a requester, one
// of this desk's staff too: else these would fill the part it keeps for its own.
func Move(tx *store.Tx, draft string, to Place) error {
	all, err := store.All(&tx.View, scan, `SELECT `+columns+` FROM attachment WHERE draft = $1`, draft)
	if err != nil {
		return err
	}
	if err := hasRoom(tx, all, to); err != nil {
		return err
	}
	if err := dropUploadsOf(tx, draft); err != nil {
		return err
	}
	for _, a := range all {
		if to.Platform != a.Platform {
			a.ByID, a.ByName = "", ""
		}
		if err := a.move(tx, to); err != nil {
			return err
		}
	}
	return nil
}

// move gives a file to another place, as whoever it says joined it.
func (a Attachment) move(tx *store.Tx, to Place) error {
	said, err := a.about()
	if err != nil {
		return err
	}
	var request any
	if to.Request != "" {
		request = string(to.Request)
	}
	row := store.SealRow(to.Platform, to.Subject, "attachment", a.ID)
	err = tx.Update(`UPDATE attachment SET platform = $1, draft = $2, request = $3, about = $4, by_id = $5, by_name = $6 WHERE id = $7 AND platform = $8`,
		to.Platform, to.Draft, request, row.In("about", said), a.ByID, a.ByName, a.ID, a.Platform)
	if err != nil || to.Platform == a.Platform {
		return err
	}
	return tx.Exec(`UPDATE attachment_chunk SET platform = $1 WHERE attachment = $2 AND platform = $3`, to.Platform, a.ID, a.Platform)
}

// hasRoom says whether those files that come from another desk find room at a place.
func hasRoom(tx *store.Tx, all []Attachment, to Place) error {
	var foreign int64
	for _, a := range all {
		if a.Platform != to.Platform {
			foreign += a.Size
		}
	}
	if foreign == 0 {
		return nil
	}
	room, err := roomWith(&tx.View, to.Platform, "")
	if err == nil && !room.takes(to, true, foreign) {
		err = phare.Field("platform", "attachment.refused.move")
	}
	return err
}

// Drop forgets the files of a draft, pieces and all; the whole draft's without an id.
func Drop(tx *store.Tx, draft string, id phare.ID) error {
	if id == "" {
		if err := dropUploadsOf(tx, draft); err != nil {
			return err
		}
	}
	const these = `draft = $1 AND draft <> '' AND ($2 = '' OR id = $2)`
	if err := tx.Exec(`DELETE FROM attachment_chunk WHERE attachment IN (SELECT id FROM attachment WHERE `+these+`)`, draft, id); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM attachment WHERE `+these, draft, id)
}

// Displace remembers which next action of its request a file's coming took the place of.
func (a Attachment) Displace(tx *store.Tx, next string) error {
	return tx.Update(`UPDATE attachment SET displaced = $1 WHERE id = $2 AND platform = $3`, next, a.ID, a.Platform)
}

// Displaced is what stood before the last file that displaced a next action came;
// empty when none did.
func Displaced(v *store.View, p Place) (next string, err error) {
	next, err = store.One(v, store.Value[string], `SELECT displaced FROM attachment WHERE request = $1 AND platform = $2 AND displaced <> '' ORDER BY added_at DESC, id DESC LIMIT 1`, p.Request, p.Platform)
	if phare.KindOf(err) == phare.NotFound {
		err = nil
	}
	return next, err
}

// Open writes down that someone of the desk opened a file, the first time.
func (a Attachment) Open(tx *store.Tx) error {
	return tx.Exec(`UPDATE attachment SET opened_at = $1 WHERE id = $2 AND platform = $3 AND opened_at = ''`, tx.Now, a.ID, a.Platform)
}

// Withdraw takes a file back: it is given out no more. The bytes go after
// WithdrawnLife.
func (a Attachment) Withdraw(tx *store.Tx, p Place, name, reason string) error {
	return tx.Update(`UPDATE attachment SET state = 'withdrawn', withdrawn_at = $1, withdrawn_name = $2, reason = $3 WHERE id = $4 AND platform = $5 AND state <> 'withdrawn'`,
		tx.Now, name, store.SealRow(a.Platform, p.Subject, "attachment", a.ID).In("reason", reason), a.ID, a.Platform)
}

// PutBack undoes Withdraw while the bytes are there, unless the same file came
// again meanwhile: one would stand there twice.
func (a Attachment) PutBack(tx *store.Tx, p Place) error {
	if !a.IsBack(tx.Now) {
		return phare.Fault(phare.Conflict, "attachment.gone")
	}
	all, err := Of(&tx.View, p)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.ID != a.ID && x.print == a.print && x.State != Withdrawn {
			return phare.Fault(phare.Conflict, "attachment.twice")
		}
	}
	state := Kept
	if len(a.Findings) > 0 {
		state = Apart
	}
	return tx.Update(`UPDATE attachment SET state = $1, withdrawn_at = '', withdrawn_name = '', reason = '' WHERE id = $2 AND platform = $3 AND state = 'withdrawn'`,
		string(state), a.ID, a.Platform)
}

// Purge forgets the bytes of files that were withdrawn long ago, and says of how
// many. That there was a file, and why it was withdrawn, stays.
func Purge(tx *store.Tx, platform string) (int64, error) {
	const old = `platform = $1 AND state = 'withdrawn' AND withdrawn_at < $2 AND pieces > 0`
	before := tx.Now.Add(-WithdrawnLife)
	if err := tx.Exec(`DELETE FROM attachment_chunk WHERE platform = $1 AND attachment IN (SELECT id FROM attachment WHERE `+old+`)`, platform, before); err != nil {
		return 0, err
	}
	return tx.Affect(`UPDATE attachment SET pieces = 0 WHERE `+old, platform, before)
}

// Read gives the bytes of a file to w, piece by piece, each read by itself: no
// snapshot is held while a slow reader takes them.
func (a Attachment) Read(one func(f func(*store.View) error) error, w io.Writer) error {
	if a.key == "" || a.pieces == 0 {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	key, err := seal.KeyFrom(a.key)
	if err != nil {
		return err
	}
	n, err := io.Copy(w, &pieces{id: a.ID, key: key, count: a.pieces, next: func(n int) (sealed string, err error) {
		err = one(func(v *store.View) error {
			sealed, err = store.One(v, store.Value[string], `SELECT sealed FROM attachment_chunk WHERE attachment = $1 AND platform = $2 AND number = $3`, a.ID, a.Platform, n)
			return err
		})
		return sealed, err
	}})
	if err == nil && n != a.Size {
		err = fmt.Errorf("file %s has %d bytes, not %d", a.ID, n, a.Size)
	}
	return err
}
