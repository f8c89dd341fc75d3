package knowledge

import (
	"strings"

	"phare/internal/term"
)

// product says how to read one Orphadata XML product.
type product struct {
	element string // the record
	take    func(p *reading, e *element, r *record)
}

// reading is one XML file being read.
type reading struct {
	b    *builder
	ed   *edition
	lang string
	line int
}

// The products, by what they add to a code's record.
var (
	product1           = product{"Disorder", takeEntry}
	product4           = product{"HPODisorderSetStatus", takeSigns}
	product6           = product{"Disorder", takeGenes}
	product7           = product{"Disorder", takeHead}
	product9Prevalence = product{"Disorder", takePrevalence}
	product9Ages       = product{"Disorder", takeAges}
	nomenclature       = product{"Disorder", takeEntry}
)

// readProduct returns the reader of an XML product.
func (b *builder) readProduct(p product) func(*file) error {
	return func(f *file) error { return b.readXML(f, p) }
}

// readEither returns the reader of a product that comes as XML or as a table.
func (b *builder) readEither(p product, t table) func(*file) error {
	return func(f *file) error {
		if f.xml {
			return b.readXML(f, p)
		}
		return b.readTable(f, t)
	}
}

// readNomenclature reads the list of the nomenclature pack.
func (b *builder) readNomenclature(f *file) error { return b.readXML(f, nomenclature) }

// readXML reads one XML file, record by record.
func (b *builder) readXML(f *file, p product) error {
	s, err := newScan(f)
	if err != nil {
		return err
	}
	rd := &reading{b: b, ed: newEdition(f, b.rep.file(f)), lang: f.lang}
	digest, err := s.each(p.element, func(line int, e *element) error {
		rd.line, rd.ed.date = line, s.date()
		return rd.take(p, e)
	})
	if err != nil {
		return err
	}
	rd.ed.fr.Version = releaseDate(s.date())
	rd.ed.list = (f.role == roleNomenclature || f.role == roleProduct1) && s.count == 0
	if s.count > 0 {
		b.rep.note("%s says that it holds %d records more than it does: it is an extract", f.name, s.count)
	}
	if rd.ed.fr.Taken == 0 {
		return bad(f, 0, wrongFile, "no record in it")
	}
	b.add(rd.ed, digest)
	return nil
}

// take reads what every product says of a code, then what p adds.
func (rd *reading) take(p product, e *element) error {
	d := e
	if e.name != "Disorder" {
		d = e.kid("Disorder")
	}
	code := d.kid("OrphaCode").text
	if code == "" {
		code = d.kid("OrphaNumber").text // name of the field before 2020
	}
	if !digits.MatchString(code) {
		return bad(rd.ed.f, rd.line, fetchAgain, "a record without OrphaCode")
	}
	r := rd.ed.record(code)
	rd.ed.fr.Taken++
	r.name(rd.lang, clean(d.kid("Name").text))
	r.typ = types[d.kid("DisorderType").at("id")]
	if r.typ == "" && rd.lang == "en" {
		r.typ = d.kid("DisorderType", "Name").text
	}
	p.take(rd, d, r)
	return nil
}

// takeEntry reads an entry of the nomenclature or of product 1: synonyms,
// definition, cross-references, whether the code is in use and, if not, what
// replaced it.
func takeEntry(rd *reading, e *element, r *record) {
	rd.texts(e, r)
	takeReferences(e, r)
	for _, a := range e.all("DisorderDisorderAssociationList", "DisorderDisorderAssociation") {
		target := a.kid("TargetDisorder")
		// The same link stands at both ends: at the far end the target is a stub.
		if a.kid("DisorderDisorderAssociationType").at("id") == movedToType && target.at("cycle") == "" {
			r.movedTo = target.kid("OrphaCode").text
		}
	}
	switch status := e.kid("Totalstatus").text; {
	case strings.HasPrefix(status, "Inacti"): // Inactive, Inactif
		r.inactive = status
	case status == "" && r.movedTo != "": // product 1 has no status
		r.inactive = "moved"
	}
}

// movedToType is the number of "Moved to", the same in every language.
const movedToType = "21471"

// texts reads synonyms and definition.
func (rd *reading) texts(e *element, r *record) {
	for _, s := range e.all("SynonymList", "Synonym") {
		if text := clean(s.text); text != "" {
			addLabel(&r.synonyms, term.Label{Text: text, Lang: rd.lang})
		}
	}
	for _, info := range e.all("SummaryInformationList", "SummaryInformation") {
		for _, t := range info.all("TextSectionList", "TextSection") {
			if t.kid("TextSectionType").at("id") == "16907" { // definition
				r.define(rd.lang, t.kid("Contents").text)
			}
		}
	}
}

// takeReferences reads the codes of other systems.
func takeReferences(e *element, r *record) {
	for _, x := range e.all("ExternalReferenceList", "ExternalReference") {
		if ref := clean(x.kid("Reference").text); ref != "" {
			r.links = append(r.links, term.Link{
				ID:       clean(x.kid("Source").text) + ":" + ref,
				Relation: relation(x.kid("DisorderMappingRelation", "Name").text),
			})
		}
	}
}

// takeSigns reads product 4.
func takeSigns(rd *reading, e *element, r *record) {
	for _, x := range e.all("HPODisorderAssociationList", "HPODisorderAssociation") {
		if t, ok := rd.b.onto.look(x.kid("HPO", "HPOId").text, place(rd.line), rd.ed.fr); ok {
			rd.ed.sign(r, t, x.kid("HPOFrequency", "Name").text)
		}
	}
}

// takeGenes reads product 6.
func takeGenes(rd *reading, e *element, r *record) {
	for _, x := range e.all("DisorderGeneAssociationList", "DisorderGeneAssociation") {
		rd.ed.gene(r, x.kid("Gene", "Symbol").text, x.kid("DisorderGeneAssociationType", "Name").text)
	}
}

// takeHead reads product 7: the preferential parent.
func takeHead(rd *reading, e *element, r *record) {
	for _, a := range e.all("DisorderDisorderAssociationList", "DisorderDisorderAssociation") {
		if target := a.kid("TargetDisorder"); target.at("cycle") == "" && r.head == "" {
			r.head = target.kid("OrphaCode").text
		}
	}
}

// takePrevalence reads product 9, epidemiology.
func takePrevalence(rd *reading, e *element, r *record) {
	for _, x := range e.all("PrevalenceList", "Prevalence") {
		rd.ed.figure(r, term.Prevalence{
			Kind:  x.kid("PrevalenceType", "Name").text,
			Class: x.kid("PrevalenceClass", "Name").text,
			Place: x.kid("PrevalenceGeographic", "Name").text,
		})
	}
}

// takeAges reads product 9, natural history.
func takeAges(rd *reading, e *element, r *record) {
	for _, x := range e.all("AverageAgeOfOnsetList", "AverageAgeOfOnset") {
		hpoWords(&r.onsets, onsetWords, x.kid("Name").text, rd.ed.fr)
	}
	for _, x := range e.all("TypeOfInheritanceList", "TypeOfInheritance") {
		hpoWords(&r.inheritance, inheritanceWords, x.kid("Name").text, rd.ed.fr)
	}
}
