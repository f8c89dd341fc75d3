package answer

import (
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// TestSecondWall: opinions and earlier versions are read by their platform too.
func TestSecondWall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		version := f.sign(t)
		_, err := Write(t.Context(), db, f.nurse, f.id, Draft{Professional: "Autrement.", Family: "Nous vous appelons.", Version: version})
		must(t, err) // the signature is off, and what was signed is kept
		act := store.Act{Platform: "ici", Actor: "test", Verb: "spoil", Subject: "s"}
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO question (id, platform, request, person, recipient, place, zone, mail, shown, form, link_form, token, urgency, override, state, actor,
				sent_at, due_at, expires_at, renewed_at, opened_at, ended_at, read_at, opinion, exams, referral, delay, signed_name, rpps, reason, note, version)
				VALUES ('q', 'ici', $1, '', 'Pr Ada Imaginaire', '', 'Europe/Paris', '', '{}', 'f', 'f', 't', 'soon', '', 'sent', '',
				'', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 1)`, f.id)
		}))
		see := func() (int, int) {
			s, err := Look(t.Context(), db, f.nurse, f.id)
			must(t, err)
			return len(s.Opinions), len(s.Earlier)
		}
		if opinions, earlier := see(); opinions != 1 || earlier != 1 {
			t.Fatalf("before: %d opinions, %d earlier versions, want one of each", opinions, earlier)
		}
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
			if err := tx.Exec(`UPDATE question SET platform = 'ailleurs'`); err != nil {
				return err
			}
			return tx.Exec(`UPDATE answer_version SET platform = 'ailleurs'`)
		}))
		if opinions, earlier := see(); opinions != 0 || earlier != 0 {
			t.Errorf("after: %d opinions, %d earlier versions of another platform", opinions, earlier)
		}
	})
}
