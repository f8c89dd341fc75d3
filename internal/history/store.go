package history

import (
	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

func sealer(platform string, of, row phare.ID) store.Sealer {
	return store.SealRow(platform, request.Subject(of), "history", row)
}

func insert(tx *store.Tx, by access.Actor, of phare.ID, f Fact) error {
	row := sealer(by.Platform, of, f.ID)
	return tx.Exec(`INSERT INTO history (id, platform, request, kind, dated, words, source, origin, document, again, at, actor, name, ended_at, ended_name, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', $14)`,
		f.ID, by.Platform, of, string(f.Kind), row.In("dated", f.Date), row.In("words", f.Words), f.Source, row.In("origin", f.Origin), f.Document, f.Again,
		tx.Now, by.ID, by.Name, row.In("why", ""))
}

// List is Of inside a transaction whose caller has checked the circle.
func List(v *store.View, by access.Actor, id phare.ID) ([]Fact, error) {
	return store.All(v, func(row store.Row) (f Fact, err error) {
		in := func(column string, dest *string) any { return store.Sealed(dest, "history."+column, &f.ID) }
		err = row.Scan(&f.ID, &f.Kind, in("dated", &f.Date), in("words", &f.Words), &f.Source, in("origin", &f.Origin), &f.Document, &f.Again,
			store.Time(&f.At), &f.Actor, &f.Name, store.Time(&f.EndedAt), &f.EndedName, in("why", &f.Why))
		return f, err
	}, `SELECT id, kind, dated, words, source, origin, document, again, at, actor, name, ended_at, ended_name, why
		FROM history WHERE request = $1 AND platform = $2 ORDER BY at, id`, id, by.Platform)
}
