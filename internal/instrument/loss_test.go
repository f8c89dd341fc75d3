package instrument

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

// guarded has one urgent end straight from the first question, and two more
// below a question that only babies are asked.
const guarded = `arbre: Essai
question danger: Y a-t-il un danger maintenant ?
réponse: Oui => appeler
réponse: La personne hésite => appeler
réponse: Non => qui
question qui: Qui est concerné ?
réponse: Un bébé => bebe
réponse: Un adulte => revoir
question bebe: Qu’est-ce qui inquiète ?
réponse: Encore jaune => jaune
réponse: Malaise => malaise
réponse: Autre chose => revoir
issue appeler: Appeler tout de suite
urgence: immédiate
conseil: Le 15 ou le 112, en 15 minutes. Sinon le 0262 90 50 50.
issue jaune: Hôpital le jour même
urgence: immédiate
conseil: Par le 15.
issue malaise: Avis tout de suite
urgence: immédiate
conseil: Par le 15.
issue revoir: Revoir
filières: filnemus, g2m
conseil: Rappeler.`

// told are losses as "key: question | answer | end | more".
func lossWords(all []Loss) (some []string) {
	for _, l := range all {
		s := strings.TrimPrefix(l.Key, "instrument.loss.") + ":"
		for _, name := range []string{"Question", "Answer", "End", "Number", "Words"} {
			if x, ok := l.Args[name]; ok {
				s += " " + name[:1] + "=" + x.(string)
			}
		}
		some = append(some, s)
	}
	return some
}

// Each way to lose an urgent end is told by the names of its question and answer;
// what loses none is not.
func TestLosses(t *testing.T) {
	words := catalog(t)
	swap := func(pairs ...string) string {
		s := guarded
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(s, pairs[i]) {
				t.Fatalf("no %q", pairs[i])
			}
			s = strings.Replace(s, pairs[i], pairs[i+1], 1)
		}
		return s
	}
	const danger, qui, inquiete = "Q=Y a-t-il un danger maintenant ?", "Q=Qui est concerné ?", "Q=Qu’est-ce qui inquiète ?"
	bebe := guarded[strings.Index(guarded, "question bebe"):strings.Index(guarded, "issue appeler")]
	ends := guarded[strings.Index(guarded, "issue jaune"):strings.Index(guarded, "issue revoir")]
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"the same":             {guarded, nil},
		"a comment":            {"# rien\n" + guarded, nil},
		"other words and case": {swap("Oui =>", "OUI. =>", "maintenant ?", "maintenant, oui ou non ?", "Appeler tout", "Faire appeler tout"), nil},
		"another name":         {strings.NewReplacer("question bebe", "question nourrisson", "=> bebe", "=> nourrisson", "issue jaune", "issue ictere", "=> jaune", "=> ictere").Replace(guarded), nil},
		"a question before the question": {swap("Non => qui", "Non => avant", "question qui:",
			"question avant: Autre chose ?\nréponse: Oui => qui\nréponse: Non => qui\nquestion qui:"), nil},
		"another urgent end with the same numbers": {swap("Malaise => malaise", "Malaise => jaune", ends[strings.Index(ends, "issue malaise"):], ""), nil},
		"an urgent end more":                       {swap("Un adulte => revoir", "Un adulte => appeler"), nil},
		"sooner urgent":                            {swap("Un bébé => bebe", "Un bébé => appeler", bebe, "", ends, ""), []string{"gone: " + inquiete + " A=Encore jaune E=Hôpital le jour même", "gone: " + inquiete + " A=Malaise E=Avis tout de suite"}},
		"an answer leads elsewhere":                {swap("hésite => appeler", "hésite => qui"), []string{"answer: " + danger + " A=La personne hésite E=Appeler tout de suite W=Qui est concerné ?"}},
		"an answer leads to another end":           {swap("Malaise => malaise", "Malaise => revoir", ends[strings.Index(ends, "issue malaise"):], ""), []string{"answer: " + inquiete + " A=Malaise E=Avis tout de suite W=Revoir"}},
		"answers change places": {swap("Oui => appeler", "Oui => qui", "Non => qui", "Non => appeler"),
			[]string{"answer: " + danger + " A=Oui E=Appeler tout de suite W=Qui est concerné ?"}},
		"no urgency":    {swap("issue jaune: Hôpital le jour même\nurgence: immédiate", "issue jaune: Hôpital le jour même\nurgence: rapide"), []string{"urgency: " + inquiete + " A=Encore jaune E=Hôpital le jour même"}},
		"no urgency, 2": {swap("tout de suite\nurgence: immédiate", "tout de suite"), []string{"urgency: " + danger + " A=Oui E=Appeler tout de suite", "urgency: " + danger + " A=La personne hésite E=Appeler tout de suite"}},
		"no number":     {swap("même\nurgence: immédiate\nconseil: Par le 15.", "même\nurgence: immédiate\nconseil: Sous 15 jours."), []string{"phone: " + inquiete + " A=Encore jaune E=Hôpital le jour même N=15"}},
		"one number of three": {swap(" Sinon le 0262 90 50 50.", ""), []string{
			"phone: " + danger + " A=Oui E=Appeler tout de suite N=0262905050", "phone: " + danger + " A=La personne hésite E=Appeler tout de suite N=0262905050"}},
		"a number written otherwise":  {swap("0262 90 50 50", "0262.90.50.50"), nil},
		"an answer is gone":           {swap("réponse: La personne hésite => appeler\n", ""), []string{"said: " + danger + " A=La personne hésite E=Appeler tout de suite"}},
		"an answer is reworded":       {swap("La personne hésite", "La personne refuse"), []string{"reworded: " + danger + " A=La personne hésite E=Appeler tout de suite W=La personne refuse"}},
		"an answer above is reworded": {swap("Un bébé =>", "Un nourrisson =>"), nil},
		"a question is gone": {swap("réponse: Un bébé => bebe", "réponse: Un bébé => revoir", bebe, "", ends, ""), []string{
			"answer: " + qui + " A=Un bébé E=Hôpital le jour même, Avis tout de suite W=Revoir",
			"gone: " + inquiete + " A=Encore jaune E=Hôpital le jour même", "gone: " + inquiete + " A=Malaise E=Avis tout de suite"}},
		"a question between is gone": {swap("Non => qui", "Non => bebe", "question qui: Qui est concerné ?\nréponse: Un bébé => bebe\nréponse: Un adulte => revoir\n", ""), []string{
			"question: " + qui + " E=Hôpital le jour même, Avis tout de suite"}},
		"another question under the same name": {swap("Y a-t-il un danger maintenant ?", "Avez-vous bien dormi ?"), []string{
			"gone: " + danger + " A=Oui E=Appeler tout de suite", "gone: " + danger + " A=La personne hésite E=Appeler tout de suite"}},
		"signs that only punctuation tells apart": {swap("réponse: Oui => appeler", "réponse: > 38 => appeler"), []string{"reworded: " + danger + " A=Oui E=Appeler tout de suite W=> 38"}},
	} {
		if _, all := ParseTree(tt.text, Networks()); len(Refusals(all)) > 0 {
			t.Errorf("%s: the tree is not fine: %v", name, keys(all))
		}
		all := Losses(TreeRef(), guarded, tt.text)
		if got := lossWords(all); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, tt.want)
		}
		for i, l := range all {
			if slices.ContainsFunc(all[:i], func(x Loss) bool { return x.Mark == l.Mark }) || len(l.Mark) != 16 {
				t.Errorf("%s: the mark %q is not its own", name, l.Mark)
			}
			for _, lang := range text.Langs {
				for _, key := range []string{l.Key, "instrument.loss.tick", "instrument.loss.tick.question"} {
					if s := words.Get(lang, key, l.Args); strings.HasPrefix(s, "[") || strings.Contains(s, "<no value>") != (key == "instrument.loss.tick" && l.Args["Answer"] == nil) {
						t.Errorf("%s: %s says %q", name, key, s)
					}
				}
			}
		}
	}
	if all := Losses(TreeRef(), guarded, "arbre: rien"); all != nil {
		t.Errorf("of a text with faults: %v", all)
	}
	if all := Losses(SheetRef("g2m"), guarded, swap("hésite => appeler", "hésite => qui")); all != nil {
		t.Errorf("of a sheet: %v", all)
	}
}

// Of the starter tree, every answer that leads or can lead to an urgent end is led
// to every other node in turn: none of these goes unsaid, save where the new end is
// urgent too. What leads to none can be led anywhere.
func TestLossesOfEveryAnswer(t *testing.T) {
	before, _ := ParseTree(Starter(TreeRef()).Text, Networks())
	direct, further, free := 0, 0, 0
	for i, q := range before.Nodes {
		for k, a := range q.Answers {
			to, _ := before.Node(a.Target)
			for _, next := range before.Nodes {
				if next.ID == to.ID || next.ID == q.ID {
					continue
				}
				after := before
				after.Nodes = slices.Clone(before.Nodes)
				after.Nodes[i].Answers = slices.Clone(q.Answers)
				after.Nodes[i].Answers[k].Target = next.ID
				told := slices.ContainsFunc(lost(before, after), func(l Loss) bool {
					return l.Args["Question"] == q.Text && l.Args["Answer"] == a.Text
				})
				want := false
				switch ends := before.urgent(to); {
				case to.isUrgent():
					direct++
					want = !next.isUrgent() || len(numbers(to)) > len(numbers(next))
				case ends != nil:
					further++
					want = !next.isUrgent() && slices.ContainsFunc(ends, func(e Node) bool {
						return !slices.ContainsFunc(after.urgent(next), func(n Node) bool { return n.ID == e.ID })
					})
				default:
					free++
				}
				if told != want {
					t.Errorf("%q %q to %q: told %v, want %v", q.Text, a.Text, next.Text, told, want)
				}
			}
		}
	}
	if direct < 100 || further < 100 || free < 1000 {
		t.Errorf("only %d, %d and %d were tried", direct, further, free)
	}
}

func marks(all []Loss) (some []string) {
	for _, l := range all {
		some = append(some, l.Mark)
	}
	return some
}

// The tick is needed to save and again to sign; that of another text, or of half
// the losses, is none.
func TestTicks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx, ref := newFloor(t, db), t.Context(), TreeRef()
		start := Starter(ref).Text
		poor := strings.Replace(start, "réponse: La personne hésite => appeler-15", "réponse: La personne hésite => connue", 1)
		poor = strings.Replace(poor, "réponse: Malaises, vomissements répétés, ou sucre trop bas => bebe-malaise", "réponse: Malaises, vomissements répétés, ou sucre trop bas => signe", 1)
		poor = strings.Replace(poor, poor[strings.Index(poor, "issue bebe-malaise"):strings.Index(poor, "issue bebe-mou")], "", 1)
		ticks := marks(Losses(ref, start, poor))
		if len(ticks) != 2 {
			t.Fatalf("%d losses, want 2", len(ticks))
		}
		save := func(by access.Actor, d Draft) error { _, err := Save(ctx, db, by, ref, d); return err }
		for _, agreed := range [][]string{nil, ticks[:1], {"yes", ticks[1]}} {
			err := save(f.nurse, Draft{Text: poor, Agreed: agreed})
			wantKind(t, "saving unticked", err, phare.Invalid)
			if e, ok := err.(*phare.Error); !ok || !strings.HasPrefix(e.Field, "loss-") || e.Key != "instrument.loss.tick" || len(e.All()) != 2-min(len(agreed), 1) {
				t.Errorf("told as %+v", err)
			}
		}
		wantKind(t, "unfinished, though it is not", save(f.nurse, Draft{Text: poor, Unfinished: true}), phare.Invalid)
		if n := f.count(t, `SELECT count(*) FROM instrument_version`); n != 0 {
			t.Fatalf("%d texts are kept", n)
		}
		must(t, save(f.nurse, Draft{Text: poor, Agreed: ticks}))
		must(t, save(f.nurse, Draft{Text: poor, Agreed: nil, Seen: 1})) // the same text again is no new one
		// Changed again: the former ticks are not for this text.
		again := strings.Replace(poor, "note: ", "note: Autre. ", 1)
		wantKind(t, "changed again, with the ticks of before", save(f.nurse, Draft{Text: again, Seen: 1, Agreed: ticks}), phare.Invalid)
		must(t, save(f.nurse, Draft{Text: again, Seen: 1, Agreed: marks(Losses(ref, start, again))}))
		review := f.look(t, f.doctor, ref).Review()
		if len(review.Losses) != 2 {
			t.Fatalf("%d losses to review", len(review.Losses))
		}
		sign := func(s Signature) error { return Sign(ctx, db, f.doctor, ref, s) }
		for what, s := range map[string]Signature{
			"no tick":         {Number: 2, Print: review.Print},
			"one tick":        {Number: 2, Print: review.Print, Agreed: marks(review.Losses)[:1]},
			"an earlier text": {Number: 2, Print: review.Print, Agreed: ticks},
		} {
			wantKind(t, what, sign(s), phare.Invalid)
		}
		for what, s := range map[string]Signature{
			"unread":                 {Number: 2, Agreed: marks(review.Losses)},
			"another page":           {Number: 2, Print: "0123456789abcdef", Agreed: marks(review.Losses)},
			"the number of the past": {Number: 1, Print: review.Print, Agreed: marks(review.Losses)},
		} {
			wantKind(t, what, sign(s), phare.Conflict)
		}
		if i := f.look(t, f.director, ref); i.InUse.IsSigned() {
			t.Fatal("signed without its ticks")
		}
		must(t, sign(Signature{Number: 2, Print: review.Print, Agreed: marks(review.Losses)}))
		// From then on the signed text is what others are compared with.
		must(t, save(f.nurse, Draft{Text: strings.Replace(f.look(t, f.nurse, ref).InUse.Text, "note: ", "note: Encore. ", 1), Seen: 2}))
		if r := f.look(t, f.doctor, ref).Review(); r.Losses != nil || len(r.Changes) != 1 {
			t.Errorf("the next text: %+v", r)
		}
	})
}

// A text with faults is kept where the person asks for it, is found again as
// such, and can be neither signed nor walked.
func TestUnfinished(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx, ref := newFloor(t, db), t.Context(), TreeRef()
		loop := strings.Replace(Starter(ref).Text, "=> besoin", "=> danger", 1)
		_, err := Save(ctx, db, f.nurse, ref, Draft{Text: loop})
		wantKind(t, "a text with a fault", err, phare.Invalid)
		_, err = Save(ctx, db, f.nurse, ref, Draft{Text: strings.Repeat("# "+strings.Repeat("x", 98)+"\n", 601), Unfinished: true})
		wantKind(t, "a text without end", err, phare.Invalid)
		_, err = Save(ctx, db, f.secretary, ref, Draft{Text: loop, Unfinished: true})
		wantKind(t, "kept by a secretary", err, phare.Forbidden)
		n, err := Save(ctx, db, f.nurse, ref, Draft{Text: loop, Unfinished: true})
		must(t, err)
		i := f.look(t, f.doctor, ref)
		if n != 1 || !i.IsUnfinished() || i.Latest.Text != loop || !i.InUse.IsStarter() {
			t.Errorf("kept as %d: unfinished %v", n, i.IsUnfinished())
		}
		all, err := List(ctx, db, f.secretary)
		must(t, err)
		theirs, err := List(ctx, db, f.director)
		must(t, err)
		if !all[0].Unfinished || all[1].Unfinished || theirs[0].Unfinished || theirs[0].HasDraft() {
			t.Errorf("listed as %+v, to the director as %+v", all[0], theirs[0])
		}
		wantKind(t, "signed", signAs(ctx, db, f.doctor, ref, 1), phare.Invalid)
		wantKind(t, "joined", Attach(ctx, db, f.nurse, Walked{Request: f.request, Number: 1, Steps: []Step{{"danger", 1}}}), phare.Conflict)
		_, err = Follow(ctx, db, f.nurse, Walked{Number: 1, Steps: []Step{{"danger", 1}}})
		wantKind(t, "followed", err, phare.Conflict)
		if _, err := Save(ctx, db, f.nurse, ref, Draft{Text: edited("mieux"), Seen: 1}); err != nil {
			t.Errorf("mended: %v", err)
		}
		if i := f.look(t, f.doctor, ref); i.IsUnfinished() {
			t.Error("mended, it is still unfinished")
		}
	})
}

// What is signed says nowhere that it is still to be validated; where only a
// person can tell, the line is named and nothing is signed.
func TestValidated(t *testing.T) {
	for before, want := range map[string]string{
		"source: connaissance médicale générale, à valider par un médecin\nnote: x": "source: connaissance médicale générale\nnote: x",
		"- Le reste : connaissance, à valider par un médecin":                       "- Le reste : connaissance",
		"note: Vu en équipe (à valider)":                                            "note: Vu en équipe",
		"note: Vu en équipe — À valider par le médecin référent.":                   "note: Vu en équipe",
		"note: à vérifier":         "note: à vérifier",
		"note: validé":             "note: validé",
		"note: à valider en mars.": "note: à valider en mars.",
	} {
		if got := Validated(before); got != want {
			t.Errorf("%q becomes %q, want %q", before, got, want)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx := newFloor(t, db), t.Context()
		for _, ref := range []Ref{TreeRef(), SheetRef("orkid")} {
			must(t, signAs(ctx, db, f.doctor, ref, 0))
			x := f.look(t, f.director, ref).InUse
			if !x.IsSigned() || strings.Contains(x.Text, "à valider") {
				t.Errorf("%s signed: %s", ref.Kind, x.Text)
			}
		}
		ref := SheetRef("g2m")
		for _, said := range []string{"à valider en mars par tous", "à valider"} { // the second says nothing else
			text := strings.Replace(Starter(ref).Text, "\nrésumé: Une première", "\n\nrésumé: "+said+"\n# Une première", 1)
			n := f.save(t, f.nurse, ref, text, f.look(t, f.nurse, ref).Latest.Number)
			err := signAs(ctx, db, f.doctor, ref, n)
			if e, ok := err.(*phare.Error); !ok || e.Key != "instrument.sign.doubtful" || e.Args["Line"] != 6 {
				t.Errorf("%q: %+v", said, err)
			}
		}
	})
}
