package casefile

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/consent"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/kin"
	"phare/internal/need"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

// Open reads a whole case for its sheet. That it was is written down before.
func Open(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (c Case, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return Case{}, err
	}
	err = db.Write(ctx, by.Act("sheet.look", string(id)), func(tx *store.Tx) error {
		_, err := request.Find(&tx.View, by, id)
		return err
	})
	if err != nil {
		return Case{}, err
	}
	if c.Desk, err = access.FindPlatform(ctx, db, by.Platform); err != nil {
		return Case{}, err
	}
	if c.Questions, err = expertise.Of(ctx, db, by, id); err != nil {
		return Case{}, err
	}
	if c.Answer, err = answer.Status(ctx, db, by, id); err != nil {
		return Case{}, err
	}
	if c.Left, err = answer.Left(ctx, db, by, id); err != nil {
		return Case{}, err
	}
	if err = db.Read(ctx, func(v *store.View) error { return c.read(v, by, id) }); err != nil {
		return Case{}, err
	}
	made, err := need.Of(ctx, db, by, c.Request)
	if err != nil {
		return Case{}, err
	}
	c.Needs = made.Needs
	c.People, err = kin.Of(ctx, db, by, id)
	return c, err
}

func (c *Case) read(v *store.View, by access.Actor, id phare.ID) (err error) {
	c.Now = v.Now()
	if c.Request, err = request.Find(v, by, id); err != nil {
		return err
	}
	bar, err := consent.Barred(v, c.Request)
	if err != nil {
		return err
	}
	c.Barred = bar != nil
	if c.Request.Patient != "" {
		p, err := patient.Find(v, by, c.Request.Patient)
		if err != nil {
			return err
		}
		c.Patient = &p
	}
	if c.Request.Owner != "" {
		c.Holder, err = store.One(v, store.Value[string], `SELECT name FROM account WHERE id = $1 AND platform = $2`, c.Request.Owner, by.Platform)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
	}
	if c.Signs, err = request.Signs(v, by, id); err != nil {
		return err
	}
	if c.Choices, err = request.Choices(v, by, id); err != nil {
		return err
	}
	if c.Facts, err = history.List(v, by, id); err != nil {
		return err
	}
	c.Messages, c.Told, err = passed(v, by, id)
	return err
}
