package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/attachment"
	"phare/internal/audit"
	"phare/internal/casefile"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/erasure"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/instrument"
	"phare/internal/kin"
	"phare/internal/need"
	"phare/internal/patient"
	persons "phare/internal/person"
	"phare/internal/request"
	"phare/internal/retention"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// aboutAFile are the verbs of all rooms that name a request, each with words that
// would be taken from someone who may.
func (w town) aboutAFile(id phare.ID) map[string]func(context.Context, access.Actor) error {
	ref := request.Ref{ID: id, Version: 1}
	return map[string]func(context.Context, access.Actor) error{
		"answer.Look":   func(c context.Context, by access.Actor) error { _, err := answer.Look(c, w.db, by, id); return err },
		"answer.Status": func(c context.Context, by access.Actor) error { _, err := answer.Status(c, w.db, by, id); return err },
		"answer.Left":   func(c context.Context, by access.Actor) error { _, err := answer.Left(c, w.db, by, id); return err },
		"answer.Drop":   func(c context.Context, by access.Actor) error { return answer.Drop(c, w.db, by, id, 1) },
		"answer.Write": func(c context.Context, by access.Actor) error {
			_, err := answer.Write(c, w.db, by, id, answer.Draft{Professional: "Bonjour", Family: "Bonjour"})
			return err
		},
		"answer.Sign":   func(c context.Context, by access.Actor) error { return answer.Sign(c, w.db, by, id, 1) },
		"audit.ForTeam": func(c context.Context, by access.Actor) error { _, err := audit.ForTeam(c, w.db, by, id); return err },
		"history.Add": func(c context.Context, by access.Actor) error {
			return history.Add(c, w.db, by, id, history.Entry{Kind: history.Exam, Lines: "2019 IRM", Source: history.Family})
		},
		"history.Strike": func(c context.Context, by access.Actor) error { return history.Strike(c, w.db, by, id, "x", "essai") },
		"history.Of":     func(c context.Context, by access.Actor) error { _, err := history.Of(c, w.db, by, id); return err },
		"casefile.Hand": func(c context.Context, by access.Actor) error {
			return casefile.Hand(c, w.db, by, id, casefile.Handing{Whom: casefile.ToDoctor, What: casefile.LetterFamily, Way: "hand"})
		},
		"casefile.Print": func(c context.Context, by access.Actor) error {
			return casefile.Print(c, w.db, by, id, casefile.SheetFamily)
		},
		"casefile.Back": func(c context.Context, by access.Actor) error {
			return casefile.Back(c, w.db, by, id, "x", casefile.WasRead)
		},
		"casefile.Open": func(c context.Context, by access.Actor) error { _, err := casefile.Open(c, w.db, by, id); return err },
		"casefile.Passed": func(c context.Context, by access.Actor) error {
			_, _, err := casefile.Passed(c, w.db, by, id)
			return err
		},
		"circle.Of": func(c context.Context, by access.Actor) error { _, err := circle.Of(c, w.db, by, id); return err },
		"circle.Add": func(c context.Context, by access.Actor) error {
			return circle.Add(c, w.db, by, id, circle.Joining{Account: by.ID, Why: "essai"})
		},
		"circle.Bar":  func(c context.Context, by access.Actor) error { return circle.Bar(c, w.db, by, id, by.ID, "essai") },
		"circle.Lift": func(c context.Context, by access.Actor) error { return circle.Lift(c, w.db, by, id, "essai") },
		"answer.Print": func(c context.Context, by access.Actor) error {
			_, err := answer.Print(c, w.db, by, id, answer.Family)
			return err
		},
		"consent.Of":    func(c context.Context, by access.Actor) error { _, err := consent.Of(c, w.db, by, id); return err },
		"consent.Open":  func(c context.Context, by access.Actor) error { _, err := consent.Open(c, w.db, by, id); return err },
		"consent.Print": func(c context.Context, by access.Actor) error { _, err := consent.Print(c, w.db, by, id); return err },
		"consent.Note": func(c context.Context, by access.Actor) error {
			return consent.Note(c, w.db, by, consent.Reach{answer.Recall}, consent.DraftFor{Request: id, Draft: consent.Draft{Purpose: consent.Team, Kind: consent.Any,
				Outcome: consent.Informed, SaidOn: w.db.Now().Format(time.DateOnly), Giver: "patient", How: "oral"}})
		},
		"consent.Pass": func(c context.Context, by access.Actor) error {
			return consent.Pass(c, w.db, by, id, consent.Out{Way: consent.WayFamily, Why: "law", Over: "une raison assez longue"})
		},
		"consent.Take": func(c context.Context, by access.Actor) error {
			return consent.Take(c, w.db, by, id, consent.WayAccesses)
		},
		"consent.MarkTold": func(c context.Context, by access.Actor) error {
			return consent.MarkTold(c, w.db, by, consent.Telling{Request: id, Item: "nothing", How: "phone"})
		},
		"persons.Note": func(c context.Context, by access.Actor) error {
			return persons.Note(c, w.db, by, id, persons.Draft{Kind: persons.Copy, Giver: "patient", Way: "letter"})
		},
		"persons.Decide": func(c context.Context, by access.Actor) error {
			return persons.Decide(c, w.db, by, id, w.here.ask, persons.Decision{State: persons.Refused, Why: "essai"})
		},
		"persons.Extend": func(c context.Context, by access.Actor) error {
			return persons.Extend(c, w.db, by, id, w.here.ask, "essai")
		},
		"persons.Lift": func(c context.Context, by access.Actor) error {
			return persons.Lift(c, w.db, by, id, w.here.ask, "essai")
		},
		"persons.Of": func(c context.Context, by access.Actor) error { _, err := persons.Of(c, w.db, by, id); return err },
		"persons.Make": func(c context.Context, by access.Actor) error {
			return persons.Make(c, w.db, w.key, by, id, persons.Making{Scope: persons.Whole, Way: persons.ByHand, Recipient: "Essai"})
		},
		"persons.Write": func(c context.Context, by access.Actor) error {
			_, err := persons.Write(c, w.db, by, id, w.here.ask)
			return err
		},
		"persons.Take": func(c context.Context, by access.Actor) error {
			_, err := persons.Take(c, w.db, by, id, w.here.ask)
			return err
		},
		"retention.OfFile": func(c context.Context, by access.Actor) error {
			_, err := retention.OfFile(c, w.db, by, id)
			return err
		},
		"retention.NoteDeath": func(c context.Context, by access.Actor) error {
			return retention.NoteDeath(c, w.db, by, id, "2026-01-01", "essai")
		},
		"persons.Passages": func(c context.Context, by access.Actor) error {
			_, err := persons.Passages(c, w.db, by, id)
			return err
		},
		"erasure.Ask":    func(c context.Context, by access.Actor) error { return erasure.Ask(c, w.db, by, id, erasure.Person) },
		"erasure.Of":     func(c context.Context, by access.Actor) error { _, err := erasure.Of(c, w.db, by, id); return err },
		"expertise.Of":   func(c context.Context, by access.Actor) error { _, err := expertise.Of(c, w.db, by, id); return err },
		"expertise.Look": func(c context.Context, by access.Actor) error { _, err := expertise.Look(c, w.db, by, id); return err },
		"expertise.Prepare": func(c context.Context, by access.Actor) error {
			_, _, err := expertise.Prepare(c, w.db, by, id, expertise.Target{})
			return err
		},
		"instrument.Walks": func(c context.Context, by access.Actor) error {
			_, err := instrument.Walks(c, w.db, by, id)
			return err
		},
		"request.OpenFile": func(c context.Context, by access.Actor) error {
			_, err := request.OpenFile(c, w.db, by, id)
			return err
		},
		"request.OpenOrientation": func(c context.Context, by access.Actor) error {
			_, _, _, err := request.OpenOrientation(c, w.db, by, id)
			return err
		},
		"request.OpenResult": func(c context.Context, by access.Actor) error {
			_, err := request.OpenResult(c, w.db, by, id, w.here.result[id])
			return err
		},
		"request.Lookup": func(c context.Context, by access.Actor) error {
			_, _, err := request.Lookup(c, w.db, by, id)
			return err
		},
		"request.SignNotes": func(c context.Context, by access.Actor) error {
			_, err := request.SignNotes(c, w.db, by, id)
			return err
		},
		"request.SetSigns": func(c context.Context, by access.Actor) error {
			return request.SetSigns(c, w.db, by, id, []request.Sign{{HPO: "HP:0001250", Presence: request.Present, Label: "Crise"}})
		},
		"request.DropSign": func(c context.Context, by access.Actor) error {
			return request.DropSign(c, w.db, by, id, "HP:0001250")
		},
		"request.Orient": func(c context.Context, by access.Actor) error {
			_, err := request.Orient(c, w.db, by, w.server.Engine, id)
			return err
		},
		"request.Take":   func(c context.Context, by access.Actor) error { return request.Take(c, w.db, by, ref) },
		"request.Assign": func(c context.Context, by access.Actor) error { return request.Assign(c, w.db, by, ref, by.ID) },
		"request.Await": func(c context.Context, by access.Actor) error {
			return request.Await(c, w.db, by, ref, request.Waiting{Who: "le laboratoire", Until: w.db.Now().Add(48 * time.Hour)})
		},
		"request.Note": func(c context.Context, by access.Actor) error {
			return request.Note(c, w.db, by, id, request.Event{Kind: request.NoteKind, Text: "essai"})
		},
		"request.Close": func(c context.Context, by access.Actor) error {
			return request.Close(c, w.db, by, ref, request.Ending{Reason: request.CloseReasons()[0], Words: "essai"})
		},
		"request.Complete": func(c context.Context, by access.Actor) error {
			return request.Complete(c, w.db, by, ref, request.Fields{Who: request.GP}, "essai")
		},
		"request.Reissue": func(c context.Context, by access.Actor) error {
			_, err := request.Reissue(c, w.db, w.key, by, id)
			return err
		},
		"request.BeginUpload": func(c context.Context, by access.Actor) error {
			_, err := request.BeginUpload(c, w.db, by, request.Goal{Request: id}, attachment.Announced{Name: "a.pdf", Size: 1, Digest: strings.Repeat("0", 64)})
			return err
		},
		"request.Seek": func(c context.Context, by access.Actor) error {
			_, err := request.Seek(c, w.db, by, id, patient.Traits{Family: "Pareille", First: "Noé"})
			return err
		},
		"request.IdentityHistory": func(c context.Context, by access.Actor) error {
			_, _, _, err := request.IdentityHistory(c, w.db, by, id)
			return err
		},
		"kin.Of": func(c context.Context, by access.Actor) error { _, err := kin.Of(c, w.db, by, id); return err },
		"kin.Save": func(c context.Context, by access.Actor) error {
			return kin.Save(c, w.db, by, id, kin.Related{Kind: kin.Mother, Name: "Essai", Told: kin.Nothing})
		},
		"kin.SaveContact": func(c context.Context, by access.Actor) error { return kin.SaveContact(c, w.db, by, id, kin.Contact{}) },
		"kin.AddRule": func(c context.Context, by access.Actor) error {
			return kin.AddRule(c, w.db, by, id, kin.Rule{NotBefore: "17 h"})
		},
		"kin.DropRule": func(c context.Context, by access.Actor) error { return kin.DropRule(c, w.db, by, id, "rien") },
		"kin.Link": func(c context.Context, by access.Actor) error {
			return kin.Link(c, w.db, by, id, w.here.reference["closed"], "siblings")
		},
		"kin.Unlink": func(c context.Context, by access.Actor) error { return kin.Unlink(c, w.db, by, id, "rien") },
		"need.Of": func(c context.Context, by access.Actor) error {
			_, err := need.Of(c, w.db, by, request.Request{ID: id, Platform: by.Platform})
			return err
		},
		"need.Add": func(c context.Context, by access.Actor) error {
			return need.Add(c, w.db, by, id, []need.New{{Kind: "school", Label: "École"}})
		},
		"need.AddTask": func(c context.Context, by access.Actor) error {
			return need.AddTask(c, w.db, by, id, need.NewTask{Words: "appeler"})
		},
		"need.Triage": func(c context.Context, by access.Actor) error {
			return need.Triage(c, w.db, by, ref, need.Decision{What: need.Complete})
		},
		"need.SetUrgency": func(c context.Context, by access.Actor) error {
			return need.SetUrgency(c, w.db, by, ref, request.Urgent, "")
		},
		"request.Confide": func(c context.Context, by access.Actor) error { return request.Confide(c, w.db, by, id, "essai") },
	}
}

// Every verb about a file refuses by itself, whatever page calls it: who has not
// the right, who is outside the circle, and tells who is barred nothing.
func TestRightsOfVerbs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		open, shut := w.here.request["asked"], w.here.request["walled"]
		nurse, outside := w.here.actor[access.Nurse], w.here.actor[access.Physician]
		barred := w.hire(t, w.here.platform, "Proche Inventée", access.Physician)
		must(t, circle.Bar(t.Context(), db, nurse, shut, barred.ID, "sa sœur"))
		nobody := access.Actor{ID: outside.ID, Platform: outside.Platform, Role: access.Reader, Name: "Lecteur Inventé"}
		for name, verb := range w.aboutAFile(open) {
			if err := verb(t.Context(), nobody); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s without the right: %v", name, err)
			}
		}
		for name, verb := range w.aboutAFile(shut) {
			if err := verb(t.Context(), outside); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s from outside: %v", name, err)
			}
			if err := verb(t.Context(), barred); phare.KindOf(err) != phare.NotFound {
				t.Errorf("%s by who is barred: %v", name, err)
			}
		}
		if err := circle.Judge(t.Context(), db, barred, w.here.glass, circle.Review{Outcome: "justified"}); phare.KindOf(err) != phare.NotFound {
			t.Errorf("who is barred judges an access: %v", err)
		}
		version := func() int64 {
			f, err := request.OpenFile(t.Context(), db, nurse, shut)
			must(t, err)
			return f.Version
		}
		if err := request.Assign(t.Context(), db, nurse, request.Ref{ID: shut, Version: version()}, barred.ID); err == nil {
			t.Error("a file was given to who is barred from it")
		}
		for name, verb := range map[string]func() error{
			"circle.Accesses": func() error { _, _, err := circle.Accesses(t.Context(), db, nobody); return err },
			"circle.Count":    func() error { _, _, err := circle.Count(t.Context(), db, nobody); return err },
			"circle.Judge": func() error {
				return circle.Judge(t.Context(), db, nobody, w.here.glass, circle.Review{Outcome: "justified"})
			},
			"circle.Decisions": func() error { _, err := circle.Decisions(t.Context(), db, nobody); return err },
			"circle.Switch": func() error {
				return circle.Switch(t.Context(), db, nobody, circle.Switching{Mode: circle.ByFile, Reason: "essai"})
			},
			"circle.Break": func() error {
				return circle.Break(t.Context(), db, nobody, shut, circle.Breaking{Reason: "duty", Words: "appel de la famille cette nuit"})
			},
		} {
			if err := verb(); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s without the right: %v", name, err)
			}
		}
	})
}
