package retention

import (
	"context"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

func death(v *store.View, platform string, id phare.ID) (string, error) {
	day, err := store.One(v, func(row store.Row) (day string, err error) {
		var of phare.ID
		err = row.Scan(&of, store.Sealed(&day, "patient_death.day", &of))
		return day, err
	}, `SELECT patient, day FROM patient_death WHERE patient = $1 AND platform = $2`, id, platform)
	if phare.KindOf(err) == phare.NotFound {
		return "", nil
	}
	return day, err
}

// NoteDeath writes down the day on which the patient of a request died, and how that
// is known; a later word takes the place of the earlier.
func NoteDeath(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, day, source string) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("retention.death", string(id)), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		today, err := todayIn(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		if r.Patient == "" {
			return phare.Fault(phare.Conflict, "retention.death.unknown")
		}
		p, err := patient.Find(&tx.View, access.Machine(by.Platform), r.Patient)
		if err != nil {
			return err
		}
		source = phare.Clean(source)
		var wrong, how *phare.Error
		if day == "" || lastDay(day) != day || day > today || day < p.BirthDate {
			wrong = phare.Field("day", "retention.death.day")
		}
		if source == "" || utf8.RuneCountInString(source) > longest {
			how = phare.Field("death_source", "retention.death.source")
		}
		if err := phare.Faults(wrong, how); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM patient_death WHERE patient = $1 AND platform = $2`, r.Patient, by.Platform); err != nil {
			return err
		}
		row := store.SealRow(by.Platform, "patient/"+string(r.Patient), "patient_death", r.Patient)
		return tx.Exec(`INSERT INTO patient_death (patient, platform, day, source, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			r.Patient, by.Platform, row.In("day", day), row.In("source", source), tx.Now, by.ID, by.Name)
	})
}
