package demo

import (
	"context"
	"strings"
	"time"

	"phare/internal/access"
	"phare/internal/instrument"
)

// instruments lets a desk adapt the starters: the nurse edits the tree, the
// physician signs it; a sheet is edited, and signed where the demo says so.
func (f *filler) instruments(ctx context.Context, platform, slug string, signed bool) error {
	nurse, physician := f.staff["nurse."+platform], f.staff["physician."+platform]
	start := f.now().AddDate(0, 0, -40)
	f.db.Now = func() time.Time { return start }
	tree := instrument.TreeRef()
	_, err := instrument.Save(ctx, f.db, nurse, tree, instrument.Draft{Text: noted(instrument.Starter(tree).Text)})
	if err != nil {
		return err
	}
	f.db.Now = func() time.Time { return start.Add(26 * time.Hour) }
	if err := f.signInstrument(ctx, physician, tree); err != nil {
		return err
	}
	sheet := instrument.SheetRef(slug)
	words := strings.Replace(instrument.Starter(sheet).Text, "appeler:\n", "appeler:\n- La consultation avancée inventée de la démonstration, le mardi\n", 1)
	if _, err = instrument.Save(ctx, f.db, nurse, sheet, instrument.Draft{Text: words}); err != nil || !signed {
		return err
	}
	return f.signInstrument(ctx, physician, sheet)
}

// signInstrument signs the latest text as it would be reviewed. None of the demo's
// takes a way to an urgent end away.
func (f *filler) signInstrument(ctx context.Context, by access.Actor, ref instrument.Ref) error {
	i, err := instrument.Look(ctx, f.db, by, ref)
	if err != nil {
		return err
	}
	return instrument.Sign(ctx, f.db, by, ref, instrument.Signature{Number: i.Latest.Number, Print: i.Review().Print})
}

// noted marks a tree as the demo's.
func noted(tree string) string {
	return strings.Replace(tree, "\nnote: ", "\nnote: Adapté par une équipe inventée, pour la démonstration.\nnote: ", 1)
}
