package staff

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

const invitationColumns = `id, platform, login, name, mail, role, lang, by_id, by_name, at, expires_at`

func scanInvitation(row store.Row) (i Invitation, err error) {
	err = row.Scan(&i.ID, &i.Platform, &i.Login, &i.Name, &i.Mail, &i.Role, &i.lang, &i.byID, &i.ByName, store.Time(&i.At), store.Time(&i.Expires))
	return i, err
}

func insertInvitation(tx *store.Tx, i Invitation, token string) error {
	return tx.Exec(`INSERT INTO invitation (`+invitationColumns+`, token, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'sent')`,
		i.ID, i.Platform, i.Login, i.Name, i.Mail, i.Role, i.lang, i.byID, i.ByName, i.At, i.Expires, token)
}

func openInvitations(v *store.View, platform string, now time.Time) ([]Invitation, error) {
	return store.All(v, scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE platform = $1 AND state = 'sent' AND expires_at > $2 ORDER BY at, id`, platform, now)
}

func invitationByToken(v *store.View, token string, now time.Time) (Invitation, error) {
	return store.One(v, scanInvitation, `SELECT `+invitationColumns+` FROM invitation WHERE token = $1 AND state = 'sent' AND expires_at > $2`, token, now)
}

// loginTaken looks at every platform: a login is typed without one.
func loginTaken(tx *store.Tx, login string) (taken bool, err error) {
	err = tx.Everywhere(func(v *store.View) error {
		n, err := store.One(v, store.Value[int], `SELECT (SELECT count(*) FROM account WHERE login = $1)
			+ (SELECT count(*) FROM invitation WHERE login = $1 AND state = 'sent' AND expires_at > $2)`, login, tx.Now)
		taken = n > 0
		return err
	})
	return taken, err
}

const recoveryColumns = `r.id, r.platform, r.account, a.name, a.login, r.reason, r.asked_by, r.asked_name, r.asked_at, r.confirmed_by, r.code, r.expires_at, r.failures, r.state = 'confirmed'
	FROM recovery r JOIN account a ON a.id = r.account AND (a.platform || '') = r.platform`

func scanRecovery(row store.Row) (r Recovery, err error) {
	err = row.Scan(&r.ID, &r.platform, &r.Account, &r.Name, &r.Login, &r.Reason, &r.askedBy, &r.AskedName, store.Time(&r.At),
		&r.confirmedBy, &r.code, store.Time(&r.Expires), &r.failures, &r.Confirmed)
	return r, err
}

func insertRecovery(tx *store.Tx, by access.Actor, id phare.ID, a access.Account, reason string) error {
	return tx.Exec(`INSERT INTO recovery (id, platform, account, reason, asked_by, asked_name, asked_at, confirmed_by, confirmed_at, code, expires_at, failures, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', $8, 0, 'asked')`, id, by.Platform, a.ID, reason, by.ID, by.Name, tx.Now, tx.Now.Add(askLife))
}

// recoveriesOf are those of an account that are under way.
func recoveriesOf(v *store.View, platform string, account phare.ID, now time.Time) ([]Recovery, error) {
	return store.All(v, scanRecovery, `SELECT `+recoveryColumns+` WHERE r.account = $1 AND r.platform = $2 AND r.state IN ('asked', 'confirmed') AND r.expires_at > $3
		ORDER BY r.asked_at DESC, r.id`, account, platform, now)
}

func waiting(v *store.View, platform string, now time.Time) ([]Recovery, error) {
	return store.All(v, scanRecovery, `SELECT `+recoveryColumns+` WHERE r.platform = $1 AND r.state = 'asked' AND r.expires_at > $2 ORDER BY r.asked_at, r.id`, platform, now)
}

func recoveryByID(v *store.View, platform string, id phare.ID, now time.Time) (Recovery, error) {
	return store.One(v, scanRecovery, `SELECT `+recoveryColumns+` WHERE r.id = $1 AND r.platform = $2 AND r.state = 'asked' AND r.expires_at > $3`, id, platform, now)
}

func endRecoveries(tx *store.Tx, platform string, account phare.ID) error {
	return tx.Exec(`UPDATE recovery SET state = 'ended' WHERE account = $1 AND (platform || '') = $2 AND state IN ('asked', 'confirmed')`, account, platform)
}

func scanReview(row store.Row) (r Review, err error) {
	err = row.Scan(&r.ID, store.Time(&r.At), &r.ByName)
	return r, err
}

func insertReview(tx *store.Tx, by access.Actor, id phare.ID) error {
	return tx.Exec(`INSERT INTO review (id, platform, at, by_id, by_name) VALUES ($1, $2, $3, $4, $5)`, id, by.Platform, tx.Now, by.ID, by.Name)
}

func insertLine(tx *store.Tx, review phare.ID, a access.Account, l Line) error {
	return tx.Exec(`INSERT INTO review_line (id, platform, review, account, name, role, last_at, kept, files, times, documents) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		phare.NewID(), a.Platform, review, a.ID, a.Name, a.Role, a.LastAt, l.Kept, l.Opened.Files, l.Opened.Times, l.Opened.Documents)
}

func reviews(v *store.View, platform string) ([]Review, error) {
	return store.All(v, scanReview, `SELECT id, at, by_name FROM review WHERE platform = $1 ORDER BY at DESC, id`, platform)
}

func reviewByID(v *store.View, platform string, id phare.ID) (Review, error) {
	return store.One(v, scanReview, `SELECT id, at, by_name FROM review WHERE id = $1 AND platform = $2`, id, platform)
}

func linesOf(v *store.View, platform string, review phare.ID) ([]Line, error) {
	return store.All(v, func(row store.Row) (l Line, err error) {
		err = row.Scan(&l.Account, &l.Name, &l.Role, store.Time(&l.LastAt), &l.Kept, &l.Opened.Files, &l.Opened.Times, &l.Opened.Documents)
		return l, err
	}, `SELECT account, name, role, last_at, kept, files, times, documents FROM review_line WHERE review = $1 AND platform = $2 ORDER BY role, name, id`, review, platform)
}
