package attachment

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"phare"
	"phare/internal/inspect"
	"phare/internal/seal"
	"phare/internal/store"
)

// How a file comes in parts.
const (
	PartSize   = 256 << 10      // bytes that a sender gives at once, at most
	StepSize   = pieceSize      // bytes: of a part that was cut, whole steps are kept
	UploadLife = 24 * time.Hour // after its last part
	quietAfter = 15 * time.Minute
	mostSilent = 500 // announcements by anyone of which no byte came, at one desk
)

// Announced is what a sender says of a file before its first byte.
type Announced struct {
	Name      string
	MediaType string
	Size      int64  // bytes
	Digest    string // SHA-256 of the whole, in hexadecimal
}

// Upload is a file on its way: what was announced, and how much of it came.
type Upload struct {
	Announced
	ID       string // what is kept of its token
	Token    string // by which its sender goes on; only right after it was begun
	Platform string
	Draft    string
	Request  phare.ID
	Received int64    // bytes
	Became   phare.ID // the attachment, once it is stored

	key string
}

// IsWhole says whether all of it came.
func (u Upload) IsWhole() bool { return u.Received == u.Size }

// Trace names an upload in the trail without giving its token away.
func (u Upload) Trace() string { return "upload:" + u.ID[:16] }

// onWay is what of an upload is sealed, besides its pieces.
type onWay struct {
	Name   string `json:"name"`
	Type   string `json:"type,omitempty"`
	Digest string `json:"digest"`
	Key    string `json:"key"`
	Token  string `json:"token"`
}

const uploadColumns = `id, platform, draft, request, about, size, received, became`

func scanUpload(row store.Row) (u Upload, err error) {
	var said string
	var request *string
	if err = row.Scan(&u.ID, &u.Platform, &u.Draft, &request, store.Sealed(&said, "upload.about", &u.ID), &u.Size, &u.Received, &u.Became); err != nil {
		return u, err
	}
	if request != nil {
		u.Request = phare.ID(*request)
	}
	if said == "" { // its key was destroyed
		return u, nil
	}
	var x onWay
	err = json.Unmarshal([]byte(said), &x)
	u.Name, u.MediaType, u.Digest, u.key, u.Token = x.Name, x.Type, x.Digest, x.Key, x.Token
	return u, err
}

// FindUpload is the upload that a token opens, on its way or done. A token that
// opens nothing, or whose draft was sent meanwhile, is NotFound: begin anew.
func FindUpload(v *store.View, token string) (Upload, error) {
	u, err := store.One(v, scanUpload, `SELECT `+uploadColumns+` FROM upload WHERE id = $1`, phare.FormHash(token))
	if err == nil && subtle.ConstantTimeCompare([]byte(u.Token), []byte(token)) != 1 {
		return Upload{}, &phare.Error{Kind: phare.NotFound, Key: "error.notfound"}
	}
	return u, err
}

// Begin takes note of a file that will come to a place, or finds the same one
// begun there by the same sender before: then it goes on where that one stopped.
// Its desk must have room for it now. Name is empty for a requester, as in Keep.
func Begin(tx *store.Tx, p Place, a Announced, by, name string) (u Upload, err error) {
	if err := a.check(name == ""); err != nil {
		return u, err
	}
	others, err := uploadsOf(&tx.View, p, by)
	if err != nil {
		return u, err
	}
	for _, x := range others {
		if x.Digest != a.Digest || x.Size != a.Size {
			continue
		}
		if x.Became == "" {
			if err := a.fits(tx, p, x.ID, name == ""); err != nil {
				return u, err
			}
			return x, tx.Exec(`UPDATE upload SET heard_at = $1 WHERE id = $2 AND platform = $3`, tx.Now, x.ID, x.Platform)
		}
		f, err := Find(&tx.View, p, x.Became)
		if err == nil && f.State != Withdrawn {
			return x, nil
		}
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return u, err
		}
		if err := x.Drop(tx); err != nil { // taken off since: it may come again
			return u, err
		}
	}
	if err := a.fits(tx, p, "", name == ""); err != nil {
		return u, err
	}
	return a.begin(tx, p, by, name == "")
}

func (a Announced) begin(tx *store.Tx, p Place, by string, public bool) (u Upload, err error) {
	if err := makeWay(tx, p.Platform); err != nil {
		return u, err
	}
	u = Upload{Announced: a, Token: phare.NewForm(), Platform: p.Platform, Draft: p.Draft, Request: p.Request, key: seal.NewKey().Text()}
	u.ID = phare.FormHash(u.Token)
	said, err := json.Marshal(onWay{a.Name, a.MediaType, a.Digest, u.key, u.Token})
	if err != nil {
		return u, err
	}
	var request any
	if u.Request != "" {
		request = string(u.Request)
	}
	return u, tx.Exec(`INSERT INTO upload (`+uploadColumns+`, by_id, public, begun_at, heard_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		u.ID, u.Platform, u.Draft, request, store.SealRow(p.Platform, p.Subject, "upload", u.ID).In("about", string(said)), u.Size, 0, "", by, public, tx.Now, tx.Now)
}

// check holds what is announced against what is taken at all.
func (a *Announced) check(public bool) error {
	most := int64(StaffScan)
	if public {
		most = PublicFile
	}
	a.Name, a.Digest = SafeName(a.Name), strings.ToLower(a.Digest)
	if len(a.MediaType) > maxName {
		a.MediaType = ""
	}
	sum, err := hex.DecodeString(a.Digest)
	switch {
	case err != nil || len(sum) != sha256.Size || a.Size < 0:
		return phare.Field("file", "attachment.broken")
	case a.Size == 0:
		return refusal(inspect.Empty, a.Name)
	case a.Size > most:
		return &phare.Error{Kind: phare.Invalid, Field: "file", Key: "attachment.refused.big", Args: map[string]any{"Name": a.Name, "Max": most >> 20}}
	}
	return nil
}

// fits holds an announced file, with what is on its way beside it (but is not the
// upload itself), against the limits of its place and of its desk.
func (a Announced) fits(tx *store.Tx, p Place, but string, public bool) error {
	kept, err := Of(&tx.View, p)
	if err != nil {
		return err
	}
	coming, err := comingTo(&tx.View, p, but)
	if err != nil {
		return err
	}
	for _, size := range coming {
		kept = append(kept, Attachment{Size: size})
	}
	x := Attachment{Platform: p.Platform, Name: a.Name, Size: a.Size, upload: but}
	if !public {
		x.ByName = "-" // a file of the desk: no limit but its room
	}
	return x.fits(tx, p, kept)
}

// uploadsOf are the uploads of one sender to a place, on their way or done.
func uploadsOf(v *store.View, p Place, by string) ([]Upload, error) {
	if p.Draft != "" {
		return store.All(v, scanUpload, `SELECT `+uploadColumns+` FROM upload WHERE draft = $1 AND platform = $2 AND by_id = $3 ORDER BY begun_at, id`, p.Draft, p.Platform, by)
	}
	return store.All(v, scanUpload, `SELECT `+uploadColumns+` FROM upload WHERE request = $1 AND platform = $2 AND by_id = $3 ORDER BY begun_at, id`, p.Request, p.Platform, by)
}

// comingTo are the sizes of anyone's files that are coming to a place just now;
// one whose sender has been quiet stands in nobody's way.
func comingTo(v *store.View, p Place, but string) ([]int64, error) {
	since := v.Now().Add(-quietAfter)
	if p.Draft != "" {
		return store.All(v, store.Value[int64], `SELECT size FROM upload WHERE draft = $1 AND platform = $2 AND public AND became = '' AND heard_at > $3 AND id <> $4`, p.Draft, p.Platform, since, but)
	}
	return store.All(v, store.Value[int64], `SELECT size FROM upload WHERE request = $1 AND platform = $2 AND public AND became = '' AND heard_at > $3 AND id <> $4`, p.Request, p.Platform, since, but)
}

// Part is some bytes of an upload, sealed and not yet stored.
type Part struct {
	from, to int64
	public   bool
	pieces   []string
}

// IsEmpty says whether there is nothing to store.
func (p Part) IsEmpty() bool { return len(p.pieces) == 0 }

// End is how much of the file has come with it, in bytes.
func (p Part) End() int64 { return p.to }

// Seal makes a part of what came from an offset on. Of what is no whole step
// nothing is kept, unless the file ends with it. The first part says what the file
// is: one that could not be kept is refused here, before the rest is sent.
func (u Upload) Seal(offset int64, b []byte, public bool) (p Part, err error) {
	p.from, p.to, p.public = offset, offset, public
	if offset%StepSize != 0 || offset+int64(len(b)) > u.Size {
		return p, phare.Field("file", "attachment.broken")
	}
	key, err := seal.KeyFrom(u.key)
	if err != nil {
		return p, err
	}
	for len(b) > 0 {
		n := min(len(b), StepSize)
		if n < StepSize && p.to+int64(n) != u.Size {
			break
		}
		if p.to == 0 {
			if err := u.begins(b[:min(n, inspect.HeadSize)], public); err != nil {
				return p, err
			}
		}
		sealed, err := key.Seal(placeOf(phare.ID(u.ID), int(p.to/StepSize)), string(b[:n]))
		if err != nil {
			return p, err
		}
		p.pieces, p.to, b = append(p.pieces, sealed), p.to+int64(n), b[n:]
	}
	return p, nil
}

// begins judges an upload by its first bytes.
func (u Upload) begins(head []byte, public bool) error {
	kind, why := kindOf(head, u.Name, u.MediaType, !public)
	if why != "" {
		return refusal(why, u.Name)
	}
	if most := mostOf(kind, !public); u.Size > most {
		return &phare.Error{Kind: phare.Invalid, Field: "file", Key: "attachment.refused.big", Args: map[string]any{"Name": u.Name, "Max": most >> 20}}
	}
	return nil
}

// Add stores a part, if it begins where the upload ends so far; else it is a
// Conflict, and the sender asks where to go on. The desk must have room for it.
func (u Upload) Add(tx *store.Tx, p Part) error {
	room, err := roomWith(&tx.View, u.Platform, u.ID)
	if err != nil {
		return err
	}
	waits, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM request WHERE id = $1 AND platform = $2 AND owner = '' AND state <> 'closed'`, u.Request, u.Platform)
	if err != nil {
		return err
	}
	if !room.takes(Place{Platform: u.Platform, Draft: u.Draft, Request: u.Request, Waiting: waits > 0}, p.public, p.to) {
		return refusal("quota", u.Name)
	}
	if err := tx.Update(`UPDATE upload SET received = $1, heard_at = $2 WHERE id = $3 AND platform = $4 AND received = $5 AND became = ''`, p.to, tx.Now, u.ID, u.Platform, p.from); err != nil {
		return err
	}
	for i, sealed := range p.pieces {
		if err := tx.Exec(`INSERT INTO upload_piece (upload, platform, number, sealed) VALUES ($1, $2, $3, $4)`, u.ID, u.Platform, p.from/StepSize+int64(i), sealed); err != nil {
			return err
		}
	}
	return nil
}

// Reader reads what came, in clear, piece by piece, each read by itself with one.
func (u Upload) Reader(one func(f func(*store.View) error) error) (io.Reader, error) {
	key, err := seal.KeyFrom(u.key)
	if err != nil {
		return nil, err
	}
	return &pieces{id: phare.ID(u.ID), key: key, count: int((u.Received + StepSize - 1) / StepSize), next: func(n int) (sealed string, err error) {
		err = one(func(v *store.View) error {
			sealed, err = store.One(v, store.Value[string], `SELECT sealed FROM upload_piece WHERE upload = $1 AND platform = $2 AND number = $3`, u.ID, u.Platform, n)
			return err
		})
		return sealed, err
	}}, nil
}

// IsAnnounced reads what came to its end and says whether it is the file that was
// announced.
func (u Upload) IsAnnounced(r io.Reader) (bool, error) {
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	if err != nil {
		return false, fmt.Errorf("upload %s: %w", u.Trace(), err)
	}
	return n == u.Size && hex.EncodeToString(sum.Sum(nil)) == u.Digest, nil
}

// Drop forgets an upload, pieces and all.
func (u Upload) Drop(tx *store.Tx) error {
	return dropUploads(tx, []string{`DELETE FROM upload_piece WHERE upload = $1 AND platform = $2`, `DELETE FROM upload WHERE id = $1 AND platform = $2`}, u.ID, u.Platform)
}

// PurgeUploads forgets the uploads of a desk of which nothing came for a day, and
// says how many these were.
func PurgeUploads(tx *store.Tx, platform string) (n int64, err error) {
	old := tx.Now.Add(-UploadLife)
	if n, err = store.One(&tx.View, store.Value[int64], `SELECT count(*) FROM upload WHERE platform = $1 AND heard_at < $2`, platform, old); err != nil || n == 0 {
		return n, err
	}
	return n, dropUploads(tx, []string{`DELETE FROM upload_piece WHERE platform = $1 AND upload IN (SELECT id FROM upload WHERE platform = $1 AND heard_at < $2)`,
		`DELETE FROM upload WHERE platform = $1 AND heard_at < $2`}, platform, old)
}

// dropUploadsOf forgets what was on its way to a draft that is sent, moved or gone.
func dropUploadsOf(tx *store.Tx, draft string) error {
	return dropUploads(tx, []string{`DELETE FROM upload_piece WHERE upload IN (SELECT id FROM upload WHERE draft = $1 AND draft <> '')`,
		`DELETE FROM upload WHERE draft = $1 AND draft <> ''`}, draft)
}

func dropUploads(tx *store.Tx, both []string, args ...any) error {
	for _, sql := range both {
		if err := tx.Exec(sql, args...); err != nil {
			return err
		}
	}
	return nil
}

// Came says which upload a file came by: storing it ends that.
func (t *Taken) Came(u Upload) { t.upload = u }

// Keep stores a file, and ends the upload by which it came, in the same
// transaction. The same file sent twice to one place is one, and again is true. By
// is who joined it: an id, and the name shown, empty for the requester.
func (t *Taken) Keep(tx *store.Tx, p Place, by, name string) (a Attachment, again bool, err error) {
	if err := t.settle(tx, t.a.ID); err != nil {
		return a, false, err
	}
	if a, again, err = t.keep(tx, p, by, name); err == nil && again {
		err = t.settle(tx, a.ID)
	}
	return a, again, err
}

// settle notes what an upload became; its room is free from now on.
func (t *Taken) settle(tx *store.Tx, became phare.ID) error {
	if t.upload.ID == "" {
		return nil
	}
	if err := tx.Exec(`DELETE FROM upload_piece WHERE upload = $1 AND platform = $2`, t.upload.ID, t.upload.Platform); err != nil {
		return err
	}
	return tx.Update(`UPDATE upload SET became = $1, heard_at = $2 WHERE id = $3 AND platform = $4`, became, tx.Now, t.upload.ID, t.upload.Platform)
}
