package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"phare"
	"phare/internal/seal"
)

// errLocked is what a sealed column gives before Unlock.
var errLocked = errors.New("the database is locked: it was opened without the site's keys")

// Unlock gives the database the site's keys: until then nothing that is sealed
// can be read or written.
func (db *DB) Unlock(site *seal.Site) { db.vault.site.Store(site) }

// Sealed scans a sealed column, "table.column", into dest. The id of its row,
// to which it is bound, must stand before it in the same Scan.
func Sealed[D, R ~string](dest *D, column string, row *R) any {
	known(column)
	return &sealedColumn{column: column, row: func() string { return string(*row) }, set: func(s string) { *dest = D(s) }}
}

// SealedElse is Sealed for a column that may be damaged: what does not open is
// scanned as empty, for the caller to report.
func SealedElse[D, R ~string](dest *D, column string, row *R) any {
	c := Sealed(dest, column, row).(*sealedColumn)
	c.lenient = true
	return c
}

// Sealer seals the columns of one row, as arguments of a statement.
type Sealer struct {
	platform, subject, table, row string
}

// SealRow seals for a row of a table. Subject names the file whose key is used,
// "request/…" or "patient/…": one key, destroyed at once with all it sealed.
func SealRow[R ~string](platform, subject, table string, row R) Sealer {
	return Sealer{platform, subject, table, string(row)}
}

// In is a value for one of the row's columns.
func (s Sealer) In(column, value string) any {
	known(s.table + "." + column)
	return sealing{s, column, value}
}

// Blind is the blind index of a value: what a condition compares, in place of
// the sealed value. Purpose keeps indexes of different things apart. An empty
// value has an empty index.
func Blind(platform, purpose, value string) any { return blinding{platform, purpose, value} }

type (
	sealing struct {
		Sealer
		column, value string
	}
	blinding struct{ platform, purpose, value string }
)

// sealedColumn is a destination of Scan.
type sealedColumn struct {
	v      *View
	column string
	row    func() string
	set    func(string)

	lenient bool // what does not open is empty
}

// Scan opens the stored value.
func (c *sealedColumn) Scan(stored any) error {
	text, ok := stored.(string)
	if !ok && stored != nil {
		return fmt.Errorf("column %s is stored as %T", c.column, stored)
	}
	if text == "" {
		c.set("")
		return nil
	}
	if c.row() == "" {
		return fmt.Errorf("column %s is read before the id of its row", c.column)
	}
	clear, err := c.v.open(c.column, c.row(), text)
	if err != nil && c.lenient {
		c.set("")
		return nil
	}
	if err != nil {
		return fmt.Errorf("column %s of row %s: %w", c.column, c.row(), err)
	}
	c.set(clear)
	return nil
}

// openRow gives the sealed destinations of a Scan the view that can open them.
type openRow struct {
	rows *sql.Rows
	v    *View
}

// Scan reads one row.
func (r openRow) Scan(dest ...any) error {
	for _, d := range dest {
		if c, ok := d.(*sealedColumn); ok {
			c.v = r.v
		}
	}
	return r.rows.Scan(dest...)
}

// vault keeps the keys that were opened, for all views.
type vault struct {
	site  atomic.Pointer[seal.Site]
	aside *sql.DB // PostgreSQL: a connection of its own, for a view is busy while its rows are read
	mu    sync.Mutex
	keys  map[string]heldKey // by id
	since time.Time          // when keys was begun
}

type heldKey struct {
	seal.Key
	platform string
	gone     bool // destroyed: what it sealed reads as empty
}

// maxHeld bounds the keys in memory, about 300 bytes each, and heldFor how long a
// key that another process destroyed can still be used here.
const (
	maxHeld = 20_000
	heldFor = 5 * time.Minute
)

func (vt *vault) get(id string) (heldKey, bool) {
	vt.mu.Lock()
	defer vt.mu.Unlock()
	k, ok := vt.keys[id]
	return k, ok && time.Since(vt.since) <= heldFor
}

func (vt *vault) put(id string, k heldKey) {
	vt.mu.Lock()
	defer vt.mu.Unlock()
	if len(vt.keys) >= maxHeld || vt.keys == nil || time.Since(vt.since) > heldFor {
		vt.keys, vt.since = map[string]heldKey{}, time.Now()
	}
	vt.keys[id] = k
}

// forget drops every key from memory, after some were destroyed.
func (vt *vault) forget() {
	vt.mu.Lock()
	defer vt.mu.Unlock()
	vt.keys = nil
}

// open opens a stored value of one column and row.
func (v *View) open(column, row, stored string) (string, error) {
	if !seal.IsSealed(stored) {
		return "", errors.New("it is in clear: start phare serve once, which seals what an older Phare wrote")
	}
	k, err := v.key(seal.KeyOf(stored))
	if err == nil {
		err = v.behind(k.platform)
	}
	if err != nil || k.gone {
		return "", err
	}
	return k.Open(place(k.platform, column, row), stored)
}

func place(platform, column, row string) string { return platform + "|" + column + "|" + row }

// keyRow is a row of seal_key.
type keyRow struct{ id, platform, subject, parent, wrapped string }

const keyColumns = `id, platform, subject, parent, wrapped`

func scanKey(row Row) (k keyRow, err error) {
	err = row.Scan(&k.id, &k.platform, &k.subject, &k.parent, &k.wrapped)
	return k, err
}

// key finds a key by its id.
func (v *View) key(id string) (heldKey, error) {
	if k, ok := v.fresh[id]; ok {
		return k, nil
	}
	if k, ok := v.vault.get(id); ok {
		return k, nil
	}
	row, err := v.keyRow(id)
	if err != nil {
		return heldKey{}, err
	}
	k, err := v.unwrap(row)
	if err == nil {
		v.vault.put(id, k)
	}
	return k, err
}

// keyRow reads a row of seal_key while other rows may be open.
func (v *View) keyRow(id string) (k keyRow, err error) {
	if v.vault.aside != nil {
		k, err = scanKey(v.vault.aside.QueryRowContext(v.ctx, `SELECT `+keyColumns+` FROM wall_key($1, $2)`, id, v.scope))
	} else {
		k, err = One(v, scanKey, `SELECT `+keyColumns+` FROM seal_key WHERE id = $1`, id)
	}
	if err != nil {
		return k, fmt.Errorf("key %s: %w", id, err)
	}
	return k, nil
}

func (v *View) unwrap(row keyRow) (heldKey, error) {
	site := v.vault.site.Load()
	if site == nil {
		return heldKey{}, errLocked
	}
	if row.wrapped == "" {
		return heldKey{platform: row.platform, gone: true}, nil
	}
	outer, ok := site.Key(row.parent)
	if row.subject != "" {
		platform, err := v.key(row.parent)
		if err != nil {
			return heldKey{}, err
		}
		outer, ok = platform.Key, true
	}
	if !ok {
		return heldKey{}, fmt.Errorf("the key of platform %s is sealed by the site's key %s, which is not in the key file: put back the file that belongs to this database", row.platform, row.parent)
	}
	k, err := outer.Unwrap(row.platform+"|"+row.subject, row.id, row.wrapped)
	if err != nil {
		return heldKey{}, fmt.Errorf("key %s: %w", row.id, err)
	}
	return heldKey{Key: k, platform: row.platform}, nil
}

// bind prepares the arguments of a statement: times and ids as text, what is to
// be sealed sealed, what is to be compared blind.
func (v *View) bind(args []any) ([]any, error) {
	args = plain(slices.Clone(args)) // a closure that runs again must find them as they were
	for i, a := range args {
		switch a := a.(type) {
		case sealing:
			s, err := v.sealed(a)
			if err != nil {
				return nil, err
			}
			args[i] = s
		case blinding:
			b, err := v.Blind(a.platform, a.purpose, a.value)
			if err != nil {
				return nil, err
			}
			args[i] = b
		}
	}
	return args, nil
}

// Blind is the blind index of a value, for what cannot use Blind as an argument.
func (v *View) Blind(platform, purpose, value string) (string, error) {
	site := v.vault.site.Load()
	if site == nil {
		return "", errLocked
	}
	if value == "" {
		return "", nil
	}
	if err := v.behind(platform); err != nil {
		return "", err
	}
	return site.Blind(platform, purpose, value), nil
}

func (v *View) sealed(a sealing) (string, error) {
	if a.value == "" {
		return "", nil
	}
	if a.row == "" || a.platform == "" || a.subject == "" {
		return "", fmt.Errorf("column %s.%s is sealed for no row or no file", a.table, a.column)
	}
	k, err := v.keyFor(a.platform, a.subject)
	if err != nil {
		return "", err
	}
	return k.Seal(place(a.platform, a.table+"."+a.column, a.row), a.value)
}

// keyFor is the key of a file, made if there is none; the empty subject is the
// platform itself. It asks the table each time, and not the memory: another
// process may have changed the key meanwhile.
func (v *View) keyFor(platform, subject string) (heldKey, error) {
	if err := v.behind(platform); err != nil {
		return heldKey{}, err
	}
	row, err := One(v, scanKey, `SELECT `+keyColumns+` FROM seal_key WHERE platform = $1 AND subject = $2
		ORDER BY created_at DESC, id DESC LIMIT 1`, platform, subject)
	switch {
	case phare.KindOf(err) == phare.NotFound:
		return v.newKey(platform, subject)
	case err != nil:
		return heldKey{}, err
	case row.wrapped == "":
		return heldKey{}, phare.Fault(phare.Conflict, "error.erased")
	}
	if k, ok := v.fresh[row.id]; ok {
		return k, nil
	}
	if k, ok := v.vault.get(row.id); ok {
		return k, nil
	}
	return v.unwrap(row)
}

// siteMark is a row of seal_key whose parent is the site's key in use, once it
// was renewed.
const siteMark = "site-key"

// isCurrent refuses a key of the site that was replaced while this program ran:
// what it sealed now, nothing would open once the key file has forgotten it.
func (v *View) isCurrent(id string) error {
	mark, err := One(v, scanKey, `SELECT `+keyColumns+` FROM seal_key WHERE id = $1`, siteMark)
	if phare.KindOf(err) == phare.NotFound {
		return nil
	}
	if err == nil && mark.parent != id {
		err = errors.New("the site's keys were renewed while this program ran: restart it")
	}
	return err
}

// keyTime dates a new key after every other of its file, also when the clock was
// set back: the latest is the one in use.
func (v *View) keyTime(platform, subject string) (string, error) {
	last, err := One(v, Value[string], `SELECT COALESCE(max(created_at), '') FROM seal_key WHERE platform = $1 AND subject = $2`, platform, subject)
	now := FormatTime(v.now)
	if err != nil || last < now {
		return now, err
	}
	at, err := time.Parse(timeLayout, last)
	return FormatTime(at.Add(time.Microsecond)), err
}

// newKey makes a key. It is known to this transaction only: another may read it
// from the table once this one is committed.
func (v *View) newKey(platform, subject string) (heldKey, error) {
	site := v.vault.site.Load()
	if site == nil {
		return heldKey{}, errLocked
	}
	outer := site.Newest()
	if subject == "" {
		if err := v.isCurrent(outer.ID); err != nil {
			return heldKey{}, err
		}
	}
	if subject != "" {
		p, err := v.keyFor(platform, "")
		if err != nil {
			return heldKey{}, err
		}
		outer = p.Key
	}
	k := heldKey{Key: seal.NewKey(), platform: platform}
	wrapped, err := outer.Wrap(platform+"|"+subject, k.Key)
	if err != nil {
		return heldKey{}, err
	}
	at, err := v.keyTime(platform, subject)
	if err != nil {
		return heldKey{}, err
	}
	_, err = v.s.exec(v.ctx, `INSERT INTO seal_key (`+keyColumns+`, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		[]any{k.ID, platform, subject, outer.ID, wrapped, at})
	if err != nil {
		return heldKey{}, err
	}
	if v.fresh == nil {
		v.fresh = map[string]heldKey{}
	}
	v.fresh[k.ID] = k
	return k, nil
}
