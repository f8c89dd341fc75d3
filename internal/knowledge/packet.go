package knowledge

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"phare/internal/term"
)

// packet is an ORPHApacket. Its lists are raw because the same field is an
// array in one file and a single object, or empty text, in another: see flat.
type packet struct {
	Packet struct {
		Code         string `json:"ORPHAcode"`
		Created      string `json:"creationDate"`
		Version      string `json:"version"`
		Label        string
		DisorderType struct {
			Value string `json:"value"`
		}
		Text struct {
			Contents string
		} `json:"TextSection"`
		Synonyms           json.RawMessage
		ExternalReferences json.RawMessage
		Parents            json.RawMessage
		Genes              json.RawMessage
		Phenotypes         json.RawMessage
		Prevalences        json.RawMessage
		AverageAgeOfOnsets json.RawMessage
		TypeOfInheritances json.RawMessage
	} `json:"Orphapacket"`
}

// packets reads the ORPHApackets.
type packets struct {
	b  *builder
	ed *edition
}

// readPackets reads a tar or a folder of packets.
func (b *builder) readPackets(f *file) error {
	p := &packets{b: b, ed: newEdition(f, b.rep.file(f))}
	p.ed.list = true
	read := p.tar
	if f.folder {
		read = p.folder
	}
	digest, err := read(f)
	if err != nil {
		return err
	}
	if len(p.ed.records) == 0 {
		return bad(f, 0, wrongFile, "no ORPHApacket in it")
	}
	// The order of an archive's members is nobody's choice.
	slices.SortFunc(p.ed.records, func(a, b *record) int { return strings.Compare(a.code, b.code) })
	p.ed.fr.Version = releaseDate(p.ed.date)
	b.add(p.ed, digest)
	return nil
}

// tar reads the packets of an archive; other members are passed over.
func (p *packets) tar(f *file) (string, error) {
	in, err := open(f)
	if err != nil {
		return "", err
	}
	defer in.close()
	r := tar.NewReader(in.r)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return in.digest(f)
		}
		if err != nil {
			return "", &FileError{File: f.name, Problem: cut(err), Advice: fetchAgain}
		}
		name := h.Name[strings.LastIndexByte(h.Name, '/')+1:]
		if h.Typeflag != tar.TypeReg || !packetName.MatchString(name) {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return "", &FileError{File: f.name + ": " + name, Problem: cut(err), Advice: fetchAgain}
		}
		if err := p.one(f.name+": "+name, data); err != nil {
			return "", err
		}
	}
}

// folder reads the packets of a folder; its digest is that of their digests.
func (p *packets) folder(f *file) (string, error) {
	list, err := os.ReadDir(f.path) // sorted by name
	if err != nil {
		return "", &FileError{File: f.name, Problem: err, Advice: "make the folder readable"}
	}
	sum := sha256.New()
	for _, d := range list {
		if !packetName.MatchString(d.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(f.path, d.Name()))
		if err != nil {
			return "", &FileError{File: d.Name(), Problem: err, Advice: "make the file readable"}
		}
		fmt.Fprintf(sum, "%s %x\n", d.Name(), sha256.Sum256(data))
		if err := p.one(f.name+"/"+d.Name(), data); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// cut names the usual cause of a read that fails inside an archive.
func cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the archive ends in the middle")
	}
	return err
}

var digits = regexp.MustCompile(`^\d+$`)

// one reads one packet.
func (p *packets) one(name string, data []byte) error {
	var k packet
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &k); err != nil {
		return packetError(name, data, err)
	}
	o := &k.Packet
	if !digits.MatchString(o.Code) || o.Label == "" {
		return &FileError{File: name, Line: 1, Problem: errors.New("no ORPHAcode or no Label"), Advice: fetchAgain}
	}
	if _, twice := p.ed.index[o.Code]; twice {
		return &FileError{File: name, Problem: fmt.Errorf("a second packet for ORPHA:%s", o.Code), Advice: keepOne}
	}
	p.ed.date = max(p.ed.date, o.Created)
	p.ed.fr.Taken++
	r := p.ed.record(o.Code)
	r.en, r.typ = clean(o.Label), o.DisorderType.Value
	r.define("en", o.Text.Contents)
	for _, s := range p.list(o.Synonyms, "Synonym") {
		if text := clean(s.text); text != "" {
			addLabel(&r.synonyms, term.Label{Text: text, Lang: "en"})
		}
	}
	for _, x := range p.list(o.Parents, "Parent") {
		r.parents = append(r.parents, x.Code)
	}
	for _, x := range p.list(o.ExternalReferences, "ExternalReference") {
		r.links = append(r.links, term.Link{ID: x.Source + ":" + x.Reference, Relation: relation(x.Mapping)})
	}
	p.details(r, &k, name)
	return nil
}

// details reads the lists about patients: signs, genes, figures.
func (p *packets) details(r *record, k *packet, name string) {
	o, fr := &k.Packet, p.ed.fr
	for _, x := range p.list(o.Phenotypes, "Phenotype") {
		if t, ok := p.b.onto.look(x.HPOID, name[strings.LastIndexAny(name, " /")+1:], fr); ok {
			p.ed.sign(r, t, x.Frequency)
		}
	}
	for _, x := range p.list(o.Genes, "Gene") {
		p.ed.gene(r, x.Symbol, x.Association)
	}
	for _, x := range p.list(o.Prevalences, "Prevalence") {
		p.ed.figure(r, term.Prevalence{Kind: x.PrevalenceType, Class: x.PrevalenceClass, Place: x.PrevalencePlace})
	}
	for _, x := range p.list(o.AverageAgeOfOnsets, "AverageAgeOfOnset") {
		hpoWords(&r.onsets, onsetWords, x.Value, fr)
	}
	for _, x := range p.list(o.TypeOfInheritances, "TypeOfInheritance") {
		hpoWords(&r.inheritance, inheritanceWords, x.Value, fr)
	}
}

// sign adds a sign to a record. Words that are not known leave the frequency
// unknown; an excluded sign is kept as such and never becomes a sign.
func (e *edition) sign(r *record, t int32, words string) {
	c, ok := orphaFreq(words)
	if !ok {
		e.fr.note("unknown words for a frequency: " + clean(words))
	}
	if c == term.FreqExcluded {
		e.fr.note("excluded signs, read as absent")
	}
	r.signs, r.signsFrom = append(r.signs, orphaSign{t, c}), e.date
}

// gene adds a gene to a record if it causes the disease.
func (e *edition) gene(r *record, symbol, relation string) {
	switch {
	case symbol == "":
	case causal(relation):
		r.genes = append(r.genes, symbol)
	default:
		e.fr.skip("gene that modifies, plays a role or is a candidate")
	}
}

// figure adds a prevalence that says something.
func (e *edition) figure(r *record, p term.Prevalence) {
	if !prevalenceKnown(p.Class) {
		e.fr.skip("prevalence without a class")
		return
	}
	if !slices.Contains(r.prevalence, p) {
		r.prevalence = append(r.prevalence, p)
	}
}

// item is one element of any list of a packet.
type item struct {
	Code            string `json:"ORPHAcode"`
	Source          string
	Reference       string
	Mapping         string `json:"DisorderMappingRelation"`
	Symbol          string
	Association     string `json:"DisorderGeneAssociationType"`
	HPOID           string `json:"HPOId"`
	Frequency       string `json:"HPOFrequency"`
	PrevalenceType  string
	PrevalenceClass string
	PrevalencePlace string `json:"PrevalenceGeographic"`
	Value           string `json:"value"`
	text            string // of an element that is only text
}

// list flattens a field: an array of objects, of {key: object}, of {key:
// array}, or one of these alone, or empty text, all mean a list of objects.
func (p *packets) list(raw json.RawMessage, key string) []item {
	var items []item
	for _, r := range flat(raw, key) {
		var it item
		if r[0] == '"' {
			json.Unmarshal(r, &it.text)
		} else if err := json.Unmarshal(r, &it); err != nil {
			p.ed.fr.skip("element of a list that is neither text nor a record: " + key)
			continue
		}
		items = append(items, it)
	}
	return items
}

func flat(raw json.RawMessage, key string) []json.RawMessage {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] == 'n' || string(raw) == `""` {
		return nil
	}
	var out []json.RawMessage
	switch raw[0] {
	case '[':
		var all []json.RawMessage
		json.Unmarshal(raw, &all) // valid: it was decoded as part of the packet
		for _, r := range all {
			out = append(out, flat(r, key)...)
		}
		return out
	case '{':
		if !bytes.HasPrefix(bytes.TrimSpace(raw[1:]), []byte(`"`+key+`"`)) {
			break // already the record itself
		}
		var m map[string]json.RawMessage
		json.Unmarshal(raw, &m)
		if inner, ok := m[key]; ok && len(m) == 1 {
			return flat(inner, key)
		}
	}
	return append(out, raw)
}

// packetError gives the line of a fault inside a packet.
func packetError(name string, data []byte, err error) error {
	line := 0
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		line = 1 + bytes.Count(data[:min(int(e.Offset), len(data))], []byte("\n"))
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		line = 1 + bytes.Count(data[:min(int(e.Offset), len(data))], []byte("\n"))
	}
	return &FileError{File: name, Line: line, Problem: err, Advice: fetchAgain}
}
