package instrument

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A question put before the one that asks for danger is named with the answer that
// goes round it; so is one put between an answer and a question with urgent ends.
func TestLossesOfTheWayRound(t *testing.T) {
	const danger, qui = "Y a-t-il un danger maintenant ?", "Qui est concerné ?"
	first := "question avant: Êtes-vous déjà suivi ?\nréponse: Oui => TO\nréponse: Non => danger\n"
	between := "question avant: Est-il suivi ?\nréponse: Oui => revoir\nréponse: Non => bebe\n"
	put := func(before, words string) string { return strings.Replace(guarded, before, words+before, 1) }
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"to the question after": {put("question danger", strings.Replace(first, "TO", "qui", 1)), []string{"around: Q=Êtes-vous déjà suivi ? A=Oui E=Appeler tout de suite W=" + danger}},
		"to an end":             {put("question danger", strings.Replace(first, "TO", "revoir", 1)), []string{"around: Q=Êtes-vous déjà suivi ? A=Oui E=Appeler tout de suite W=" + danger}},
		"through a second one": {put("question danger", strings.Replace(first, "TO", "encore", 1)+"question encore: Encore ?\nréponse: Oui => qui\nréponse: Non => danger\n"),
			[]string{"around: Q=Encore ? A=Oui E=Appeler tout de suite W=" + danger}},
		"to an urgent end":  {put("question danger", strings.Replace(first, "TO", "appeler", 1)), []string{"start: Q=" + danger + " E=Appeler tout de suite W=Êtes-vous déjà suivi ?"}},
		"nobody goes round": {put("question danger", strings.Replace(first, "TO", "danger", 1)), []string{"start: Q=" + danger + " E=Appeler tout de suite W=Êtes-vous déjà suivi ?"}},
		"between, lower":    {strings.Replace(put("question bebe", between), "bébé => bebe", "bébé => avant", 1), []string{"around: Q=Est-il suivi ? A=Oui E=Hôpital le jour même, Avis tout de suite W=Qu’est-ce qui inquiète ?"}},
		"the start changes places": {strings.Replace(guarded, guarded[strings.Index(guarded, "question danger"):strings.Index(guarded, "question bebe")],
			"question qui: "+qui+"\nréponse: Un bébé => danger\nréponse: Un adulte => revoir\nquestion danger: "+danger+"\nréponse: Oui => appeler\nréponse: La personne hésite => appeler\nréponse: Non => bebe\n", 1),
			[]string{"around: Q=" + qui + " A=Un adulte E=Appeler tout de suite W=" + danger}},
	} {
		if _, all := ParseTree(tt.text, Networks()); len(Refusals(all)) > 0 {
			t.Errorf("%s: the tree is not fine: %v", name, keys(all))
		}
		if got := lossWords(Losses(TreeRef(), guarded, tt.text)); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, tt.want)
		}
	}
}

// Every tree has a way round where two questions part the guard between them.
func TestLossesOfGuardsTogether(t *testing.T) {
	const two = `arbre: Essai
question qui: Qui ?
réponse: Un bébé => un
réponse: Un adulte => deux
question un: Danger pour lui ?
réponse: Oui => appeler
réponse: Non => revoir
question deux: Danger chez vous ?
réponse: Oui => appeler
réponse: Non => revoir
issue appeler: Appeler
urgence: immédiate
conseil: Le 15.
issue revoir: Revoir
filières: g2m`
	after := strings.Replace(two, "question qui", "question avant: Suivi ?\nréponse: Oui => revoir\nréponse: Non => qui\nquestion qui", 1)
	if got, want := lossWords(Losses(TreeRef(), two, after)), []string{"around: Q=Suivi ? A=Oui E=Appeler W=Danger pour lui ?"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Of the starter tree: any new first question with one answer past the question of
// danger, to whatever node that is not urgent itself, is named with that answer.
func TestLossesOfANewStart(t *testing.T) {
	before, _ := ParseTree(Starter(TreeRef()).Text, Networks())
	danger, _ := before.Start()
	tried := 0
	for _, to := range before.Nodes {
		after := before
		ask := Node{ID: "avant", Text: "Une autre question ?", Answers: []Answer{{Text: "Oui", Target: to.ID}, {Text: "Non", Target: danger.ID}}}
		after.Nodes = append([]Node{ask}, before.Nodes...)
		all := lost(before, after)
		if len(all) == 0 {
			t.Errorf("to %q: nothing is named", to.Text)
		}
		if to.ID == danger.ID || to.isUrgent() {
			continue
		}
		tried++
		if !slices.ContainsFunc(all, func(l Loss) bool {
			return l.Args["Question"] == ask.Text && l.Args["Answer"] == "Oui" && l.Args["Words"] == danger.Text
		}) {
			t.Errorf("to %q: %q", to.Text, lossWords(all))
		}
	}
	if tried < 30 {
		t.Errorf("only %d were tried", tried)
	}
}

// A way round is ticked to save, and again to sign.
func TestTicksOfTheWayRound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx, ref := newFloor(t, db), t.Context(), TreeRef()
		start := Starter(ref).Text
		round := strings.Replace(start, "question danger:", "question avant: Êtes-vous suivi ?\nréponse: Oui => connue\nréponse: Non => danger\n\nquestion danger:", 1)
		ticks := marks(Losses(ref, start, round))
		_, err := Save(ctx, db, f.nurse, ref, Draft{Text: round})
		wantKind(t, "saving unticked", err, phare.Invalid)
		n, err := Save(ctx, db, f.nurse, ref, Draft{Text: round, Agreed: ticks})
		must(t, err)
		review := f.look(t, f.doctor, ref).Review()
		wantKind(t, "signing unticked", Sign(ctx, db, f.doctor, ref, Signature{Number: n, Print: review.Print}), phare.Invalid)
		must(t, Sign(ctx, db, f.doctor, ref, Signature{Number: n, Print: review.Print, Agreed: marks(review.Losses)}))
	})
}
