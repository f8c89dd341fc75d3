package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/casefile"
	"phare/internal/consent"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/kin"
	"phare/internal/merge"
	"phare/internal/need"
	"phare/internal/request"
)

// front is what door.toml says of a request beside what every story has.
type front struct {
	Job, Since, Channel, Promised string
	ConsentBy                     string `toml:"consent_by"`
	CloseName                     string `toml:"close_name"`
	ClosePhone                    string `toml:"close_phone"`
	Need                          []wanted
	Person                        []kinsman
	Rule                          []calling
	Said                          []said
	Spoken, Zone                  string   // language of the family, and whose clock rings there
	History                       []string // facts from before, a date first
	Chased                        bool     // somebody outside was called about what they owe
	Handed                        string   // to whom the sheet was given by hand
	Called                        string   // what a colleague noted of a call
	Sibling, Same                 string   // another story's child: of one family; perhaps the same one
}

// wanted is one need, with who must do what for it.
type wanted struct {
	Kind, Outcome, Why, Remark string
	Whom, Awaits, Words        string // someone outside
	Task                       string // someone of the desk
	Reorient                   string // why the secretary asks for another orientation
	Ago, Due                   int    // days: how long it is awaited; until when, after the request
}

type kinsman struct{ Name, Kind, Authority, Told, Phone, Language string }

type calling struct {
	NotBefore             string `toml:"not_before"`
	Number, Answers, Note string
	Never                 bool
}

// said is one thing that somebody agreed to or refused, by telephone; late: after the opinion came.
type said struct {
	Purpose, Outcome, Giver, Words string
	Late                           bool
}

// begun is a form that was not sent.
type begun struct {
	Desk, Login, Who, Name, Mail, Story string
	Days                                int
	FirstName                           string `toml:"first_name"`
	FamilyName                          string `toml:"family_name"`
}

// submit sends the form, or notes the call or letter as the secretary does.
func (f *filler) submit(ctx context.Context, c story) (request.Receipt, error) {
	fields := c.fields()
	if c.Channel == "" {
		return request.Submit(ctx, f.db, f.Key, access.Anyone(c.Desk), request.NewForm(), fields)
	}
	fields.Channel, fields.Promised, fields.Mail, fields.News, fields.Consent, fields.Unsure = c.Channel, c.Promised, "", "", "", ""
	if c.Channel != request.Phone {
		fields.Came = f.db.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return request.TakeCall(ctx, f.db, f.Key, f.staff["secretary."+c.Desk], request.NewForm(), fields)
}

// around is what the desk does beside the straight line: needs, people, what was
// said, what was done before, calls.
func (f *filler) around(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	f.at(c, 4*time.Hour)
	if err := f.people(ctx, c, nurse, id); err != nil {
		return err
	}
	for _, s := range c.Said {
		if !s.Late {
			if err := f.note(ctx, c, nurse, id, s); err != nil {
				return err
			}
		}
	}
	if len(c.History) > 0 {
		e := history.Entry{Kind: history.Visit, Lines: strings.Join(c.History, "\n"), Source: history.Caller, Origin: c.Name}
		if err := history.Add(ctx, f.db, nurse, id, e); err != nil {
			return err
		}
	}
	return f.needs(ctx, c, nurse, id)
}

// people notes who is around the patient, and when they are called.
func (f *filler) people(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	for _, p := range c.Person {
		one := kin.Related{Name: p.Name, Kind: p.Kind, Authority: p.Authority, Told: p.Told, Phone: p.Phone, Language: p.Language}
		if err := kin.Save(ctx, f.db, nurse, id, one); err != nil {
			return err
		}
	}
	if c.Spoken != "" {
		if err := kin.SaveContact(ctx, f.db, nurse, id, kin.Contact{Language: c.Spoken, Interpreter: "yes", Zone: c.Zone}); err != nil {
			return err
		}
	}
	for _, r := range c.Rule {
		if err := kin.AddRule(ctx, f.db, nurse, id, kin.Rule{NotBefore: r.NotBefore, Number: r.Number, Answers: r.Answers, Note: r.Note, Never: r.Never}); err != nil {
			return err
		}
	}
	return nil
}

// note writes down what a parent said on the telephone.
func (f *filler) note(ctx context.Context, c story, nurse access.Actor, id phare.ID, s said) error {
	d := consent.Draft{Purpose: s.Purpose, Kind: consent.Any, Outcome: s.Outcome, SaidOn: f.db.Now().Format(time.DateOnly), Giver: "parent", How: "phone", Assent: "young",
		About: consent.About{GiverName: s.Giver, Language: c.Spoken, Words: s.Words}}
	if err := consent.Note(ctx, f.db, nurse, consent.Reach{expertise.Recall, answer.Recall}, consent.DraftFor{Request: id, Draft: d}); err != nil {
		return fmt.Errorf("%s %s: %w", s.Purpose, s.Outcome, err)
	}
	return nil
}

// needs names what is needed, who must do it, and concludes what was met.
func (f *filler) needs(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	if len(c.Need) == 0 {
		return nil
	}
	var all []need.New
	for _, w := range c.Need {
		all = append(all, need.New{Kind: w.Kind, Label: f.Words.Get("fr", "need.kind."+w.Kind, nil)})
	}
	if err := need.Add(ctx, f.db, nurse, id, all); err != nil {
		return err
	}
	file, err := request.OpenFile(ctx, f.db, nurse, id)
	if err != nil {
		return err
	}
	sheet, err := need.Of(ctx, f.db, nurse, file.Request)
	if err != nil {
		return err
	}
	for _, w := range c.Need {
		i := slices.IndexFunc(sheet.Needs, func(n need.Line) bool { return n.Kind == w.Kind })
		if err := f.meet(ctx, c, nurse, w, sheet.Needs[i].Need); err != nil {
			return fmt.Errorf("need %s: %w", w.Kind, err)
		}
	}
	return nil
}

// meet gives a need its tasks, and its end.
func (f *filler) meet(ctx context.Context, c story, nurse access.Actor, w wanted, n need.Need) error {
	now := f.db.Now()
	due := now.AddDate(0, 0, max(w.Due, 1))
	if w.Awaits != "" {
		t := need.NewTask{Need: n.ID, Outside: true, Whom: w.Whom, Who: w.Awaits, Words: w.Words, Since: now.AddDate(0, 0, -w.Ago), Due: due}
		if err := need.AddTask(ctx, f.db, nurse, n.Request, t); err != nil {
			return err
		}
	}
	if w.Task != "" {
		if err := need.AddTask(ctx, f.db, nurse, n.Request, need.NewTask{Need: n.ID, Holder: nurse.ID, Words: w.Task, Due: due}); err != nil {
			return err
		}
	}
	if w.Reorient != "" {
		ask := need.NewReorient{Why: "changed", Words: w.Reorient, Task: f.Words.Get("fr", "reorient.task.decide", nil)}
		if err := need.AskReorient(ctx, f.db, f.staff["secretary."+c.Desk], n.ID, ask); err != nil {
			return err
		}
	}
	if w.Outcome == "" {
		return nil
	}
	return need.End(ctx, f.db, nurse, n.ID, need.Ending{Version: n.Version, Outcome: w.Outcome, Why: w.Why, Words: w.Remark})
}

// since is what came later, after any opinion: somebody was called, gave a word
// back, took the sheet along.
func (f *filler) since(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	f.at(c, max(time.Duration(c.Days-1)*24*time.Hour, 52*time.Hour))
	if c.Handed != "" {
		h := casefile.Handing{Whom: casefile.ToFamily, Person: c.Handed, What: casefile.SheetFamily, Way: "hand"}
		if err := casefile.Hand(ctx, f.db, nurse, id, h); err != nil {
			return err
		}
	}
	if c.Called != "" {
		if err := request.Note(ctx, f.db, f.staff["garde."+c.Desk], id, request.Event{Kind: request.CallKind, Text: c.Called}); err != nil {
			return err
		}
	}
	for _, s := range c.Said {
		if s.Late {
			if err := f.note(ctx, c, nurse, id, s); err != nil {
				return err
			}
		}
	}
	if !c.Chased {
		return nil
	}
	owed, err := need.Chase(ctx, f.db, nurse)
	for _, i := range owed.Awaited {
		if err == nil && i.Request == id && i.What == need.OfTask {
			err = need.Remind(ctx, f.db, nurse, i.About, need.Nudging{Basket: i.Basket, Way: "call", Result: "message"})
		}
	}
	return err
}

// ties are between stories that have all been played: children of one family, a
// child who is there twice.
func (f *filler) ties(ctx context.Context, all []story) error {
	f.db.Now = func() time.Time { return f.now().Add(-time.Hour) }
	for _, c := range all {
		nurse, id := f.staff["nurse."+c.Desk], f.files[c.named()]
		if c.Sibling != "" {
			other, err := request.OpenFile(ctx, f.db, nurse, f.files[c.Sibling])
			if err == nil {
				err = kin.Link(ctx, f.db, nurse, id, other.Reference, "siblings")
			}
			if err != nil {
				return fmt.Errorf("%s and %s: %w", c.named(), c.Sibling, err)
			}
		}
		if c.Same != "" {
			if err := f.double(ctx, nurse, f.files[c.Same], id); err != nil {
				return fmt.Errorf("%s and %s: %w", c.named(), c.Same, err)
			}
		}
	}
	return nil
}

// double proposes that two identities are one person's; a second one must agree.
func (f *filler) double(ctx context.Context, nurse access.Actor, one, other phare.ID) error {
	kept, err := request.OpenFile(ctx, f.db, nurse, one)
	if err != nil {
		return err
	}
	merged, err := request.OpenFile(ctx, f.db, nurse, other)
	if err != nil {
		return err
	}
	_, err = merge.Ask(ctx, f.db, nurse, merge.Proposal{Kept: kept.Patient.ID, Merged: merged.Patient.ID, Reason: "Même date de naissance, même commune ; la PMI l’a confirmé au téléphone."})
	return err
}

// begin leaves a form half written, as a family whose line dropped or a secretary
// who was called away.
func (f *filler) begin(ctx context.Context, d begun) error {
	f.at(story{Desk: d.Desk, Days: d.Days}, -2*time.Hour)
	by, form := access.Anyone(d.Desk), request.NewForm()
	if d.Login != "" {
		by = f.staff[d.Login+"."+d.Desk]
	}
	_, err := request.SaveDraft(ctx, f.db, by, form, func(x *request.Fields) {
		x.Who, x.Platform, x.Name, x.FirstName, x.FamilyName, x.Story, x.Mail, x.Lang = d.Who, d.Desk, d.Name, d.FirstName, d.FamilyName, d.Story, d.Mail, "fr"
		if d.Login != "" {
			x.Channel = request.Phone
		} else {
			x.Diagnosis, x.Relation = request.NoDiagnosis, "parent"
		}
	})
	if err != nil || d.Mail == "" {
		return err
	}
	return request.SendCode(ctx, f.db, by, form, d.Mail)
}

// tomorrow is what the hours would bring: whoever was promised news by a day that
// has passed is told, and a colleague will be away.
func (f *filler) tomorrow(ctx context.Context, desks []desk) error {
	f.db.Now = f.now
	for _, d := range desks {
		if _, err := request.TellLate(ctx, f.db, access.Machine(d.ID)); err != nil {
			return err
		}
		away, cover := f.staff["garde."+d.ID], f.staff["nurse."+d.ID]
		if away.ID == "" {
			continue
		}
		day := f.now().Truncate(24 * time.Hour)
		a := need.Absence{Account: away.ID, Cover: cover.ID, Since: day.AddDate(0, 0, 3), Until: day.AddDate(0, 0, 10)}
		if err := need.SetAbsence(ctx, f.db, cover, a); err != nil {
			return err
		}
	}
	return nil
}
