package knowledge

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// readOrphanet reads every Orphanet source, whatever its format, then lays them
// over each other, the newest on top.
func (b *builder) readOrphanet() error {
	readers := []struct {
		role role
		read func(*file) error
	}{
		{rolePackets, b.readPackets},
		{roleNomenclature, b.readNomenclature},
		{roleProduct1, b.readProduct(product1)},
		{roleProduct4, b.readProduct(product4)},
		{roleProduct6, b.readEither(product6, tableGenes)},
		{roleProduct7, b.readEither(product7, tableHeads)},
		{rolePrevalence, b.readEither(product9Prevalence, tablePrevalence)},
		{roleAges, b.readEither(product9Ages, tableAges)},
		{roleNames, b.readNames},
		{roleFSMR, b.readFSMR},
	}
	for _, r := range readers {
		for _, f := range b.with(r.role) {
			if err := r.read(f); err != nil {
				return err
			}
		}
	}
	if err := b.readAllClasses(); err != nil {
		return err
	}
	slices.SortStableFunc(b.records, func(x, y *edition) int { return strings.Compare(y.date, x.date) })
	b.overlay()
	b.applyRules()
	return nil
}

// add keeps an edition that has been read.
func (b *builder) add(e *edition, digest string) {
	b.records = append(b.records, e)
	b.source(e.f, e.fr, digest)
}

// overlay decides which codes are in use, and gives each the newest that any
// source says of it.
func (b *builder) overlay() {
	authority := b.authority()
	stale := map[string]bool{}
	moved := 0
	for _, code := range b.codes() {
		all, inUse := b.newestFirst(code, authority)
		e := b.diseases["ORPHA:"+code]
		switch {
		case inUse:
			e = b.disease("ORPHA:" + code)
		case movedTo(all) != "":
			e = b.disease("ORPHA:" + code)
			moved++
		case e == nil && !annotated(all):
			stale[code] = true
			continue
		default: // HPO or Orphanet still annotate it
			e = b.disease("ORPHA:" + code)
		}
		e.rec.code = code
		for _, r := range all {
			if !inUse || r.inactive == "" {
				e.rec.under(r)
			}
		}
		if inUse {
			e.rec.movedTo = ""
		}
	}
	b.reportStale(authority, stale)
	b.reportChanges()
}

// authority is the newest source that names every code in use.
func (b *builder) authority() *edition {
	for _, e := range b.records {
		if e.list {
			return e
		}
	}
	return nil
}

// codes are the codes that any source names, sorted.
func (b *builder) codes() []string {
	all := map[string]bool{}
	for _, e := range b.records {
		for code := range e.index {
			all[code] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// newestFirst gathers the records of a code. inUse is decided by the first
// source that can know: the newest complete list, or anything newer.
func (b *builder) newestFirst(code string, authority *edition) (all []*record, inUse bool) {
	decided := false
	for _, e := range b.records {
		r := e.index[code]
		if r != nil {
			all = append(all, r)
		}
		if decided {
			continue
		}
		if r != nil && (r.inactive != "" || r.en != "" || r.fr != "") {
			inUse, decided = r.inactive == "", true
		}
		if e == authority {
			decided = true
		}
	}
	return all, inUse
}

func movedTo(all []*record) string {
	for _, r := range all {
		if r.movedTo != "" {
			return r.movedTo
		}
	}
	return ""
}

func annotated(all []*record) bool {
	return slices.ContainsFunc(all, func(r *record) bool { return len(r.signs) > 0 })
}

// reportStale tells of codes that older sources name and the newest list does not.
func (b *builder) reportStale(authority *edition, stale map[string]bool) {
	if len(stale) == 0 || authority == nil {
		return
	}
	codes := slices.Sorted(maps.Keys(stale))
	b.rep.note("%d ORPHA codes of older files are not in use according to %s (%s) and are left out: %s",
		len(codes), authority.f.name, authority.fr.Version, some(codes))
}

// reportChanges tells of codes whose type or English name changed between the
// editions at hand: a record coded with the old one must keep its old label.
func (b *builder) reportChanges() {
	var level, name []string
	for id, e := range b.diseases {
		if e.rec.typBefore != "" {
			level = append(level, id+" "+e.rec.typBefore+" → "+e.rec.typ)
		}
		if e.rec.enBefore != "" {
			name = append(name, id)
		}
	}
	slices.Sort(level)
	slices.Sort(name)
	if len(level) > 0 {
		b.rep.note("%d ORPHA codes changed their type between the editions here: %s", len(level), some(level))
	}
	if len(name) > 0 {
		b.rep.note("%d ORPHA codes changed their English name between the editions here: %s", len(name), some(name))
	}
}

// some shows the first of a list.
func some(list []string) string {
	if len(list) > shown {
		return strings.Join(list[:shown], ", ") + ", …"
	}
	return strings.Join(list, ", ")
}

// readNames reads the French names of diseases: one JSON object, code to name.
func (b *builder) readNames(f *file) error {
	in, err := open(f)
	if err != nil {
		return err
	}
	defer in.close()
	var names map[string]string
	if err := json.NewDecoder(in.r).Decode(&names); err != nil {
		return jsonError(f, err)
	}
	ed := newEdition(f, b.rep.file(f))
	for _, code := range slices.Sorted(maps.Keys(names)) {
		name := clean(names[code])
		if !digits.MatchString(code) || name == "" {
			ed.fr.skip("not a code with a name")
			continue
		}
		ed.record(code).fr = name
		ed.fr.Taken++
	}
	digest, err := in.digest(f)
	if err != nil {
		return err
	}
	b.add(ed, digest)
	return nil
}
