package attachment

import (
	"slices"

	"phare/internal/store"
)

// Adopt gives the files of a draft to a request as those of someone of the desk, who
// saw that they belong there. What the request has already does not come twice.
func Adopt(tx *store.Tx, draft string, to Place, by, name string) error {
	all, err := store.All(&tx.View, scan, `SELECT `+columns+` FROM attachment WHERE draft = $1 AND platform = $2`, draft, to.Platform)
	if err != nil {
		return err
	}
	has, err := Of(&tx.View, to)
	if err != nil {
		return err
	}
	for _, a := range all {
		if slices.ContainsFunc(has, func(x Attachment) bool { return x.print == a.print && x.State != Withdrawn }) {
			if err := Drop(tx, draft, a.ID); err != nil {
				return err
			}
		}
	}
	if err := Move(tx, draft, to); err != nil {
		return err
	}
	for _, a := range all {
		if err := tx.Exec(`UPDATE attachment SET by_id = $1, by_name = $2 WHERE id = $3 AND platform = $4`, by, name, a.ID, to.Platform); err != nil {
			return err
		}
	}
	return nil
}
