package knowledge

import (
	"slices"
	"strings"

	"phare/internal/term"
)

// readFrench lays the French labels and synonyms over the ontology, then our
// own overrides.
func (b *builder) readFrench() error {
	for _, f := range b.with(roleBabelon) {
		r := &babelon{b: b, f: f, fr: b.rep.file(f), later: map[int32][]string{}}
		digest, err := eachLine(f, r.line)
		if err != nil {
			return err
		}
		r.fr.Version = b.onto.version
		b.source(f, r.fr, digest)
	}
	for _, f := range b.with(roleSynonyms) {
		r := &synonyms{b: b, f: f, fr: b.rep.file(f)}
		digest, err := eachLine(f, r.line)
		if err != nil {
			return err
		}
		b.source(f, r.fr, digest)
	}
	b.dropBorrowed()
	b.overrideFrench()
	return nil
}

// dropBorrowed takes away French synonyms that are the very label of another
// term: "Anémie" is no name for Heinz body anaemia.
func (b *builder) dropBorrowed() {
	owner := map[string]bool{}
	for i := range b.onto.terms {
		owner[strings.ToLower(b.onto.terms[i].FR)] = true
	}
	dropped := 0
	for i := range b.onto.terms {
		t := &b.onto.terms[i]
		t.Synonyms = slices.DeleteFunc(t.Synonyms, func(l term.Label) bool {
			// A synonym never equals its own term's label: the owner is another.
			borrowed := l.Lang == "fr" && owner[strings.ToLower(l.Text)]
			if borrowed {
				dropped++
			}
			return borrowed
		})
	}
	if dropped > 0 {
		b.rep.note("%s left out because another term has it as its label", plural(dropped, "French synonym"))
	}
}

// babelon reads hp-fr.babelon.tsv. The file has several labels for one term:
// the first OFFICIAL one is the label, later ones are synonyms. It also has
// definitions, which are not labels.
type babelon struct {
	b     *builder
	f     *file
	fr    *FileReport
	col   map[string]int
	later map[int32][]string
}

func (r *babelon) line(n int, line string) error {
	cells := strings.Split(line, "\t")
	if r.col == nil {
		col, err := header(r.f, n, cells, "subject_id", "translation_language", "predicate_id", "translation_status", "translation_value")
		r.col = col
		return err
	}
	if line == "" {
		return nil
	}
	if len(cells) != len(r.col) {
		return bad(r.f, n, fetchAgain, "%s instead of %d", plural(len(cells), "column"), len(r.col))
	}
	if lang := cells[r.col["translation_language"]]; lang != "fr" {
		return bad(r.f, n, "download hp-fr.babelon.tsv", "a translation into %q, not into French", lang)
	}
	switch {
	case cells[r.col["predicate_id"]] != "rdfs:label":
		r.fr.skip("not a label (definitions)")
		return nil
	case cells[r.col["translation_status"]] != "OFFICIAL":
		r.fr.skip("label that is not official")
		return nil
	}
	t, ok := r.b.onto.look(cells[r.col["subject_id"]], place(n), r.fr)
	if !ok {
		return nil
	}
	text := clean(cells[r.col["translation_value"]])
	t0 := &r.b.onto.terms[t]
	switch {
	case text == "":
		r.fr.skip("empty label")
	case t0.FR == "" && t0.ID == cells[r.col["subject_id"]]:
		t0.FR = text
		r.fr.Taken++
		if i, ok := r.col["source_value"]; ok && !strings.EqualFold(cells[i], t0.EN) {
			r.fr.note("French label of an English label that has since changed")
		}
	case addFrench(t0, text):
		r.fr.note("later label of the same term, kept as a synonym")
	default:
		r.fr.skip("the same label again")
	}
	return nil
}

// synonyms reads hp-fr.synonyms.tsv. One cell may hold several synonyms
// between bars; rows marked NOT_TRANSLATED are still English.
type synonyms struct {
	b   *builder
	f   *file
	fr  *FileReport
	col map[string]int
}

func (r *synonyms) line(n int, line string) error {
	cells := strings.Split(line, "\t")
	if r.col == nil {
		col, err := header(r.f, n, cells, "subject_id", "translation_value", "Status")
		r.col = col
		return err
	}
	id := cells[r.col["subject_id"]]
	if line == "" || id == "ID" { // second line of the file: how to load it
		return nil
	}
	if len(cells) != len(r.col) {
		return bad(r.f, n, fetchAgain, "%s instead of %d", plural(len(cells), "column"), len(r.col))
	}
	if cells[r.col["Status"]] == "NOT_TRANSLATED" {
		r.fr.skip("not translated")
		return nil
	}
	t, ok := r.b.onto.look(id, place(n), r.fr)
	if !ok {
		return nil
	}
	for text := range strings.SplitSeq(cells[r.col["translation_value"]], "|") {
		switch text = clean(text); {
		case text == "":
			r.fr.skip("empty synonym")
		case isEnglish(&r.b.onto.terms[t], text):
			r.fr.skip("still the English words")
		case addFrench(&r.b.onto.terms[t], text):
			r.fr.Taken++
		default:
			r.fr.skip("the same words again")
		}
	}
	return nil
}

// isEnglish reports that text is one of the term's English names.
func isEnglish(t *term.Term, text string) bool {
	if strings.EqualFold(t.EN, text) {
		return !strings.EqualFold(t.FR, text)
	}
	for _, s := range t.Synonyms {
		if s.Lang == "en" && strings.EqualFold(s.Text, text) {
			return true
		}
	}
	return false
}

// addFrench adds a French synonym unless the term has it.
func addFrench(t *term.Term, text string) bool {
	if strings.EqualFold(t.FR, text) {
		return false
	}
	for _, s := range t.Synonyms {
		if s.Lang == "fr" && strings.EqualFold(s.Text, text) {
			return false
		}
	}
	t.Synonyms = append(t.Synonyms, term.Label{Text: text, Lang: "fr"})
	return true
}

// overrideFrench puts our own labels in place of official ones that are wrong
// or too narrow, and adds our plain words. The official label stays findable
// as a synonym.
func (b *builder) overrideFrench() {
	if s := b.opt.Starter; s != nil {
		for i := range s.Terms {
			own := &s.Terms[i]
			t, ok := b.onto.at[own.ID]
			if !ok {
				b.rep.note("our own term %s is not in this ontology", own.ID)
				continue
			}
			b.setFrench(t, own.FR)
			for _, l := range own.Synonyms {
				addLabel(&b.onto.terms[t].Synonyms, l)
			}
		}
	}
	for id, text := range b.opt.FrenchLabels {
		if t, ok := b.onto.at[id]; ok {
			b.setFrench(t, text)
		}
	}
}

// setFrench makes text the French label of a term and its old one a synonym.
func (b *builder) setFrench(t int32, text string) {
	own := &b.onto.terms[t]
	if text == "" || text == own.FR {
		return
	}
	old := own.FR
	own.FR = text
	kept := own.Synonyms[:0]
	for _, s := range own.Synonyms {
		if s.Lang != "fr" || !strings.EqualFold(s.Text, text) {
			kept = append(kept, s)
		}
	}
	own.Synonyms = kept
	if old != "" {
		addFrench(own, old)
	}
}

// addLabel adds a label unless its words are there in its language.
func addLabel(list *[]term.Label, l term.Label) {
	for i, s := range *list {
		if s.Lang == l.Lang && strings.EqualFold(s.Text, l.Text) {
			(*list)[i].Plain = s.Plain || l.Plain
			return
		}
	}
	*list = append(*list, l)
}

// clean folds blanks, which official tables have in odd places.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
