package inspect

import (
	"bytes"
	"context"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// pdf reads every object of a PDF, reachable or not, and looks for what acts.
// Nothing of it is rewritten: a signature on it still holds.
func (v *Verdict) pdf(all []byte) error {
	if !bytes.Contains(all, []byte("%%EOF")) {
		return refused(Unreadable)
	}
	if !endsPlainly(all) || holdsArchive(all) {
		v.find(Archive)
	}
	if objectsOf(all) > maxObjects {
		return refused(Heavy)
	}
	// Before the library: it goes through all of them without a bound on the whole.
	if err := v.bytes(all); err != nil {
		return err
	}
	doc, err := pdfcpu.Read(bytes.NewReader(all), pdfSettings())
	if err != nil {
		if bytes.Contains(all, []byte("/Encrypt")) {
			return refused(Encrypted)
		}
		return refused(Unreadable)
	}
	if doc.Encrypt != nil || doc.E != nil {
		return refused(Encrypted)
	}
	if err := doc.EnsurePageCount(); err != nil || doc.PageCount < 1 {
		return refused(Unreadable)
	}
	sheets := 0
	for _, entry := range doc.Table {
		if entry == nil || entry.Free || entry.Object == nil {
			continue
		}
		o := entry.Object
		if lazy, ok := o.(types.LazyObjectStreamObject); ok {
			if o, err = lazy.DecodedObject(context.Background()); err != nil {
				return refused(Unreadable)
			}
		}
		if d, ok := o.(types.Dict); ok && d.Type() != nil && *d.Type() == "Page" {
			sheets++
		}
		if err := v.object(o, 0); err != nil {
			return err
		}
		v.automatic(doc, o)
	}
	// The catalog only claims a number; the pages themselves are counted too.
	if v.Pages = max(sheets, doc.PageCount); sheets == 0 {
		return refused(Unreadable)
	} else if v.Pages > MaxPages {
		return refused(Pages)
	}
	v.words(all)
	slices.Sort(v.Findings)
	return nil
}

// maxObjects is how many objects may stand in a PDF, one by one: of 200 pages that a
// word processor wrote there are some 3,400. Packed ones are bounded by their bytes.
const maxObjects = 20_000

// objectsOf counts the heads of objects in the bytes, whatever stands before them.
func objectsOf(all []byte) int {
	return bytes.Count(all, []byte("obj")) - bytes.Count(all, []byte("endobj"))
}

// pdfSettings keep the library from reading or writing a folder of its own, and
// within the memory of the child.
func pdfSettings() *model.Configuration {
	model.ConfigPath = "disable"
	c := model.NewDefaultConfiguration()
	c.Offline = true
	c.Limits.MaxStreamBytes, c.Limits.MaxDecodeBytes = 64<<20, 64<<20
	c.Limits.MaxObjectCount, c.Limits.MaxXRefEntries = 1_000_000, 1_000_000
	return c
}

// maxDepth is how deep an object may be nested in itself.
const maxDepth = 100

// object looks through one object.
func (v *Verdict) object(o types.Object, depth int) error {
	if depth > maxDepth {
		return refused(Unreadable)
	}
	switch o := o.(type) {
	case types.Dict:
		return v.dict(o, depth)
	case types.StreamDict:
		v.stream(o.Dict)
		return v.dict(o.Dict, depth)
	case types.ObjectStreamDict:
		return v.dict(o.Dict, depth)
	case types.XRefStreamDict:
		return v.dict(o.Dict, depth)
	case *types.StreamDict:
		v.stream(o.Dict)
		return v.dict(o.Dict, depth)
	case *types.ObjectStreamDict:
		return v.dict(o.Dict, depth)
	case *types.XRefStreamDict:
		return v.dict(o.Dict, depth)
	case types.Array:
		for _, x := range o {
			if err := v.object(x, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// acting are the keys of a dictionary that are a reason to keep a file apart,
// and the values of its S, Type and Subtype.
var (
	actingKeys = map[string]string{"JS": Script, "JavaScript": Script, "XFA": Form, "EmbeddedFiles": Embedded, "EF": Embedded, "RichMediaContent": Embedded,
		"OnInstantiate": Script, "OPI": Launch}
	actingNames = map[string]string{"JavaScript": Script, "Rendition": Script, "Launch": Launch, "ImportData": Launch, "SubmitForm": Launch,
		"GoToR": Launch, "Movie": Launch, "Sound": Launch, "GoToE": Embedded, "EmbeddedFile": Embedded, "RichMedia": Embedded, "FileAttachment": Embedded,
		"3D": Embedded, "RichMediaExecute": Embedded, "PS": Script}
)

func (v *Verdict) dict(d types.Dict, depth int) error {
	for key, value := range d {
		name, err := types.DecodeName(key)
		if err != nil {
			name = key
		}
		if code := actingKeys[name]; code != "" && value != nil {
			v.find(code)
		}
		if _, list := value.(types.Array); name == "Ref" && !list && value != nil { // a page of another file; in the tree of a tagged one, it is a list
			v.find(Launch)
		}
		if n, ok := value.(types.Name); ok && (name == "S" || name == "Type" || name == "Subtype") {
			said, err := types.DecodeName(string(n))
			if err != nil {
				said = string(n)
			}
			if code := actingNames[said]; code != "" {
				v.find(code)
			}
			if name == "S" && said == "Thread" { // a thread of articles of a document has it as its Type
				v.find(Launch)
			}
		}
		if err := v.object(value, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// words looks for the same in the bytes, for readers that rebuild a table of
// objects and find what the table of this file leaves out. Short names occur in
// compressed streams by chance and are left to the objects.
func (v *Verdict) words(all []byte) {
	for word, code := range map[string]string{"/JavaScript": Script, "/Launch": Launch, "/EmbeddedFile": Embedded, "/RichMedia": Embedded} {
		if bytes.Contains(all, []byte(word)) {
			v.find(code)
		}
	}
}

// stream looks for data that stand in another file than this one.
func (v *Verdict) stream(d types.Dict) {
	for key, value := range d {
		if decodeName([]byte(key)) == "F" && value != nil {
			v.find(Launch)
		}
	}
}

// automatic looks for an address that a reader opens without being asked: when the
// document is opened, or a page, or a field is touched. A link to click on is none.
func (v *Verdict) automatic(doc *model.Context, o types.Object) {
	if all, ok := o.(types.Array); ok {
		for _, x := range all {
			v.automatic(doc, x)
		}
		return
	}
	d, _ := o.(types.Dict)
	for key, value := range d {
		switch decodeName([]byte(key)) {
		case "OpenAction":
			v.action(doc, value, 0)
		case "AA":
			events, _ := resolved(doc, value).(types.Dict)
			for _, x := range events {
				v.action(doc, x, 0)
			}
		}
		v.automatic(doc, value)
	}
}

// action looks through an action and those that follow it.
func (v *Verdict) action(doc *model.Context, o types.Object, depth int) {
	if depth > maxDepth {
		v.find(Launch)
		return
	}
	d, ok := resolved(doc, o).(types.Dict)
	if !ok {
		return // a place in the document
	}
	for key, value := range d {
		switch decodeName([]byte(key)) {
		case "S":
			if n, ok := resolved(doc, value).(types.Name); ok && decodeName([]byte(n)) == "URI" {
				v.find(Launch)
			}
		case "Next":
			next := resolved(doc, value)
			if all, ok := next.(types.Array); ok {
				for _, x := range all {
					v.action(doc, x, depth+1)
				}
				continue
			}
			v.action(doc, next, depth+1)
		}
	}
}

// resolved is the object that one refers to, or itself.
func resolved(doc *model.Context, o types.Object) types.Object {
	if _, ok := o.(types.IndirectRef); !ok {
		return o
	}
	if to, err := doc.Dereference(o); err == nil {
		return to
	}
	return nil
}

// endsPlainly says whether nothing but the place of its table stands behind the
// last table of a file.
func endsPlainly(all []byte) bool {
	at := bytes.LastIndex(all, []byte("startxref"))
	if at < 0 {
		return false
	}
	tail := bytes.Trim(all[at+len("startxref"):], pdfSpace)
	return string(bytes.Trim(bytes.TrimLeft(tail, "0123456789"), pdfSpace)) == "%%EOF"
}

// holdsArchive says whether the end of a file is that of a ZIP archive, which
// unpackers look for from behind: the file would be two things at once.
func holdsArchive(all []byte) bool {
	tail := all[max(0, len(all)-(1<<16)-22):]
	for at := bytes.LastIndex(tail, []byte("PK\x05\x06")); at >= 0; at = bytes.LastIndex(tail[:at], []byte("PK\x05\x06")) {
		if len(tail)-at >= 22 && int(tail[at+20])|int(tail[at+21])<<8 <= len(tail)-at-22 {
			return true
		}
	}
	return false
}
