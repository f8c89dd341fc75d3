// Package instrument is what a desk thinks with before any ranking: the decision
// tree of first orientation (arbre décisionnel) and, for each network, a sheet of
// evocative signs (recueil). Both are texts that the desk edits and the referring
// physician signs. It promises that what is in use was signed, or says that it
// was not; that every saved version is kept; and that a tree in store can be
// walked to an end from everywhere. It ranks nothing and knows no disease.
package instrument

import (
	"slices"
	"time"

	"phare"
)

// A Kind is one kind of instrument.
type Kind string

// The two kinds.
const (
	KindTree  Kind = "tree"
	KindSheet Kind = "sheet"
)

// TreeName is the name of the one tree of a platform.
const TreeName = "orientation"

// Ref names one instrument of a platform.
type Ref struct {
	Kind Kind
	Name string // TreeName, or the slug of a network
}

// TreeRef is the tree of first orientation.
func TreeRef() Ref { return Ref{KindTree, TreeName} }

// SheetRef is the sheet of one network.
func SheetRef(slug string) Ref { return Ref{KindSheet, slug} }

// exists says whether a platform can have such an instrument.
func (r Ref) exists() bool {
	if r.Kind == KindTree {
		return r.Name == TreeName
	}
	return r.Kind == KindSheet && slices.ContainsFunc(Networks(), func(n Network) bool { return n.Slug == r.Name })
}

// Version is one saved text. Number 0 is the starter that comes with Phare.
type Version struct {
	Number     int64
	Text       string
	Author     string // account; empty for the starter
	AuthorName string
	At         time.Time // zero for a starter that was never edited
	Signer     string    // account; empty: not signed
	SignerName string
	SignedAt   time.Time
}

// IsSigned says whether a physician stands for it.
func (v Version) IsSigned() bool { return v.Signer != "" }

// IsStarter says whether it is the text that came with Phare.
func (v Version) IsStarter() bool { return v.Number == 0 }

// Instrument is one instrument of a platform as its desk sees it.
type Instrument struct {
	Ref
	ID     phare.ID // empty until something is saved
	InUse  Version  // the last signed one, else the starter
	Latest Version  // the draft, or InUse when there is none
}

// HasDraft says whether a later text waits for a signature.
func (i Instrument) HasDraft() bool { return i.Latest.Number != i.InUse.Number }

// Network is one of the networks that an instrument can name.
type Network struct{ Slug, Name string }

// A Complaint is what is wrong in a text, and where. Its message says what to do.
type Complaint struct {
	Line    int    // from 1; 0: the whole text
	Key     string // message in the catalogues
	Args    map[string]any
	Warning bool // the text can be kept and signed all the same
}

// Refusals are the complaints that keep a text from being kept.
func Refusals(all []Complaint) (some []Complaint) {
	for _, c := range all {
		if !c.Warning {
			some = append(some, c)
		}
	}
	return some
}

// fault makes one error of the complaints that refuse a text; nil if none does.
func fault(all []Complaint) error {
	var faults []*phare.Error
	for _, c := range Refusals(all) {
		e := phare.Field("text", c.Key)
		e.Args = c.Args
		faults = append(faults, e)
	}
	return phare.Faults(faults...)
}

// Check says what is wrong with a text of one instrument.
func Check(ref Ref, text string) []Complaint {
	if ref.Kind == KindTree {
		_, all := ParseTree(text, Networks())
		return all
	}
	_, all := ParseSheet(text)
	return all
}
