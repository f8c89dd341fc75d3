package attachment

import "phare/internal/store"

// The parts of a desk's room that files by anyone may take: whoever begins forms
// or sends requests without end fills these, and not what the desk itself needs.
const (
	draftPart   = 4 // of forms that were not sent: one in so many
	waitingPart = 2 // with those of requests that nobody took: one in so many
	deskPart    = 4 // of all of anyone's: all but one in so many
	gatewayPart = 4 // of messages that a gateway brought: one in so many
)

// gateway is who joined what a mail gateway brought, until someone of the desk does:
// none of anyone's forms.
const gateway = "gateway"

// room is what the files of a desk take of its room, in bytes.
type room struct {
	most, used int64
	public     int64 // of used: by anyone
	waiting    int64 // of public: of requests that nobody took, and of forms
	drafts     int64 // of waiting: of forms that were not sent
	gateway    int64 // of used: of messages that nobody matched
}

func roomOf(v *store.View, platform string) (r room, err error) {
	if r.used, r.most, err = Quota(v, platform); err != nil {
		return r, err
	}
	return store.One(v, func(row store.Row) (room, error) {
		err := row.Scan(&r.public, &r.waiting, &r.drafts, &r.gateway)
		return r, err
	}, `SELECT CAST(COALESCE(SUM(CASE WHEN a.by_id <> $2 THEN a.size END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN a.by_id <> $2 AND (a.draft <> '' OR r.owner = '' AND r.state <> 'closed') THEN a.size END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN a.by_id <> $2 AND a.draft <> '' THEN a.size END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN a.by_id = $2 THEN a.size END), 0) AS BIGINT)
		FROM attachment a LEFT JOIN request r ON r.id = a.request AND r.platform = a.platform WHERE a.platform = $1 AND a.pieces > 0 AND a.by_name = ''`, platform, gateway)
}

// takes says whether a file of so many bytes has room at a place.
func (r room) takes(p Place, public bool, size int64) bool {
	switch {
	case r.used+size > r.most:
		return false
	case !public:
		return true
	case p.Gateway:
		return r.gateway+size <= r.most/gatewayPart
	case p.Draft != "" && r.drafts+size > r.most/draftPart:
		return false
	case (p.Draft != "" || p.Waiting) && r.waiting+size > r.most/waitingPart:
		return false
	}
	return r.public+size <= r.most-r.most/deskPart
}

// Quota is how many bytes of files a desk keeps, and may keep.
func Quota(v *store.View, platform string) (used, most int64, err error) {
	if most, err = store.One(v, store.Value[int64], `SELECT file_quota FROM platform WHERE id = $1`, platform); err != nil {
		return 0, 0, err
	}
	used, err = store.One(v, store.Value[int64], `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachment WHERE platform = $1 AND pieces > 0`, platform)
	return used, most, err
}

// roomWith is the room of a desk with what came of files on their way, and what the
// desk itself announced and goes on sending. What anyone only announced takes none: they
// need not send it, and each part that comes must find room. One can be left out.
func roomWith(v *store.View, platform, but string) (r room, err error) {
	if r, err = roomOf(v, platform); err != nil {
		return r, err
	}
	return store.One(v, func(row store.Row) (room, error) {
		var all, public, waiting, drafts int64
		err := row.Scan(&all, &public, &waiting, &drafts)
		r.used, r.public, r.waiting, r.drafts = r.used+all, r.public+public, r.waiting+waiting, r.drafts+drafts
		return r, err
	}, `SELECT CAST(COALESCE(SUM(u.n), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN u.public THEN u.n END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN u.public AND (u.draft <> '' OR r.owner = '' AND r.state <> 'closed') THEN u.n END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN u.public AND u.draft <> '' THEN u.n END), 0) AS BIGINT)
		FROM (SELECT platform, draft, request, public, CASE WHEN public OR heard_at < $3 THEN received ELSE size END AS n FROM upload WHERE platform = $1 AND became = '' AND id <> $2) u
		LEFT JOIN request r ON r.id = u.request AND r.platform = u.platform`, platform, but, v.Now().Add(-quietAfter))
}

// makeWay keeps few announcements of which no byte came: the oldest by anyone goes,
// whose sender, if they send, begins anew.
func makeWay(tx *store.Tx, platform string) error {
	const silent = `platform = $1 AND public AND received = 0 AND became = ''`
	n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM upload WHERE `+silent, platform)
	if err != nil || n < mostSilent {
		return err
	}
	return tx.Exec(`DELETE FROM upload WHERE platform = $1 AND id IN (SELECT id FROM upload WHERE `+silent+` ORDER BY heard_at, id LIMIT 1)`, platform)
}
