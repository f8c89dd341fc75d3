package attachment

import (
	"slices"

	"phare"
	"phare/internal/store"
)

// Adopt gives the files of a draft to a request as those of someone of the desk, who
// saw that they belong there, and says which these are. What the request has already
// does not come twice: it stays where it is.
func Adopt(tx *store.Tx, draft string, to Place, by, name string) (ids []phare.ID, err error) {
	all, err := store.All(&tx.View, scan, `SELECT `+columns+` FROM attachment WHERE draft = $1 AND platform = $2`, draft, to.Platform)
	if err != nil {
		return nil, err
	}
	has, err := Of(&tx.View, to)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if slices.ContainsFunc(has, func(x Attachment) bool { return x.print == a.print && x.State != Withdrawn }) {
			continue
		}
		a.ByID, a.ByName = by, name
		if err := a.move(tx, to); err != nil {
			return nil, err
		}
		ids = append(ids, a.ID)
	}
	return ids, nil
}

// GiveBack undoes Adopt: those of these files that are still with the request, and
// were not withdrawn there, go back to where they came from.
func GiveBack(tx *store.Tx, from, to Place, ids []phare.ID) error {
	all, err := Of(&tx.View, from)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State == Withdrawn || !slices.Contains(ids, a.ID) {
			continue
		}
		if to.Gateway {
			a.ByID, a.ByName = gateway, ""
		}
		if err := a.move(tx, to); err != nil {
			return err
		}
	}
	return nil
}
