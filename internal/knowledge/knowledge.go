// Package knowledge makes a term.Knowledge out of the files that the Human
// Phenotype Ontology and Orphanet publish, read as their owners publish them. It
// promises that the same folder always gives the same bytes, that nothing is
// dropped without being counted in the Report, and that a file which cannot be
// trusted stops the build with its name, its line and what to do. It ranks
// nothing and knows nothing of patients.
package knowledge

import (
	"errors"
	"fmt"

	"phare/internal/term"
)

// Options says what to build from.
type Options struct {
	Dir string       // folder with the official files, gzip or plain, archives or folders
	Log func(string) // progress, one line at a time; may be nil

	// Starter is our own knowledge. When given, its networks, red flags, plain
	// words, French labels and territories are laid over the official files.
	Starter *term.Knowledge

	// FrenchLabels overrides official French labels that a clinician found wrong
	// or too narrow, by HPO id. It wins over Starter.
	FrenchLabels map[string]string
}

// Build reads the official files of a folder and returns one sealed Knowledge.
// The Report is filled in as far as the build went, also when it fails.
//
// Compulsory are one ontology (hp.json or hp.obo) and at least one source of
// annotations (phenotype.hpoa, ORPHApackets or Orphadata product 4). Everything
// else is used when it is there.
func Build(o Options) (*term.Knowledge, *Report, error) {
	b := &builder{opt: o, rep: &Report{}, diseases: map[string]*entry{}}
	if b.opt.Log == nil {
		b.opt.Log = func(string) {}
	}
	steps := []func() error{
		b.find, b.readOntology, b.readFrench, b.readAnnotations, b.readOrphanet, b.checkVersions,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, b.rep, err
		}
	}
	k, err := b.assemble()
	if err != nil {
		return nil, b.rep, err
	}
	b.rep.count(k)
	return k, b.rep, nil
}

// builder carries what has been read so far.
type builder struct {
	opt      Options
	rep      *Report
	files    []*file
	onto     *ontology
	hpoa     *FileReport // nil when there is no phenotype.hpoa
	records  []*edition  // Orphanet sources, newest first once all are read
	diseases map[string]*entry
	sources  []term.Source
}

// find lists the files of the folder and checks that the compulsory ones are there.
func (b *builder) find() error {
	files, err := inventory(b.opt.Dir, b.rep)
	if err != nil {
		return err
	}
	b.files = files
	if len(b.with(roleOntology)) == 0 {
		return missing(b.opt.Dir, "the ontology (hp.json or hp.obo)")
	}
	if len(b.with(roleHPOA))+len(b.with(rolePackets))+len(b.with(roleProduct4)) == 0 {
		return missing(b.opt.Dir, "annotations (phenotype.hpoa, the ORPHApackets, or en_product4.xml)")
	}
	return nil
}

// with returns the files that have role r.
func (b *builder) with(r role) []*file {
	var found []*file
	for _, f := range b.files {
		if f.role == r {
			found = append(found, f)
		}
	}
	return found
}

// source records that f went in, with what its owner asks of users.
func (b *builder) source(f *file, fr *FileReport, digest string) {
	l := licences[f.role]
	fr.Licence = l.licence
	b.sources = append(b.sources, term.Source{
		File: f.name, Title: l.title, Version: fr.Version, Licence: l.licence,
		Attribution: l.sentence(fr.Version), Digest: digest, Rows: fr.Taken,
	})
	b.opt.Log(fmt.Sprintf("%s: %s %s, %d rows taken, %d skipped", f.name, l.title, fr.Version, fr.Taken, fr.skips()))
}

// missing is the error for a folder without a compulsory file.
func missing(dir, what string) error {
	return &FileError{File: dir, Problem: errors.New("no file holds " + what),
		Advice: "put it into this folder, or get it with \"phare knowledge fetch\""}
}
