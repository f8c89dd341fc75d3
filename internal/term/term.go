// Package term holds what Phare knows of the outside world: signs (HPO),
// diseases (ORPHA, OMIM), the networks (FSMR) and red flags, with their
// sources and versions. A Knowledge is built by package knowledge (official
// files) or package starter (our own tables), written once to one immutable
// file, loaded, and only read after that. The package ranks nothing and knows
// nothing of patients.
package term

// Knowledge is one immutable body of facts. Cross-references inside it are
// indexes into its own slices: they never leave the process; stored results
// and outputs use ids.
type Knowledge struct {
	Meta     Meta
	Terms    []Term    // sorted by ID
	Diseases []Disease // sorted by ID: one per annotated or named profile
	Families []Family  // sorted by ID: the entries a person sees
	Networks []Network // sorted by Slug
	RedFlags []RedFlag // in the order in which they are shown

	look lookup // made by Seal and Decode; never written to the file
}

// Meta says where a Knowledge comes from. It is shown with every result.
type Meta struct {
	Name    string   // "starter" or "built"
	Engine  string   // format version of the file
	Digest  string   // hex SHA-256 of the content, filled in by Encode and Decode
	Sources []Source // every file or table that went in
}

// Source is one file or table that went in, and what its owner asks of users.
type Source struct {
	File        string // base name, no folder
	Title       string // "Human Phenotype Ontology"
	Version     string // release as its owner names it, "2025-05-06"
	Licence     string // "CC BY 4.0"
	Attribution string // the sentence that must be shown
	Digest      string // hex SHA-256 of the (unpacked) file
	Rows        int    // records taken
}

// Label is one name of a term or disease.
type Label struct {
	Text  string
	Lang  string // "fr" or "en"
	Plain bool   // words of everyday life, not of the profession
}

// Term is one HPO term, live. Obsolete terms are not kept: AltIDs of the term
// that replaced them point here.
type Term struct {
	ID         string // "HP:0001250"
	EN, FR     string // preferred names; FR may be empty
	Definition string // English
	Synonyms   []Label
	Parents    []int32  // direct is-a, indexes into Terms
	AltIDs     []string // alternative and replaced ids that mean this term
	Phenotype  bool     // under HP:0000118 Phenotypic abnormality, so usable as a sign
}

// Freq says how often a sign is seen in a disease, as its sources say it.
// Counts N of M win when there are any; otherwise Class; otherwise nothing is
// known but that the sign belongs to the disease.
type Freq struct {
	N, M  int32     // N of M patients, summed over lines; M == 0: no count
	Class FreqClass // HPO frequency class; also set from percentages, see Percent
	// Percent is the frequency given as such, in thousandths (17 % = 170); -1: none.
	Percent int32
}

// FreqClass is an HPO frequency class (HP:0040279 and its children).
type FreqClass uint8

// The classes; their mid-points are those of the HPO definitions.
const (
	FreqUnknown      FreqClass = iota
	FreqObligate               // HP:0040280, 100 %
	FreqVeryFrequent           // HP:0040281, 80-99 %
	FreqFrequent               // HP:0040282, 30-79 %
	FreqOccasional             // HP:0040283, 5-29 %
	FreqVeryRare               // HP:0040284, 1-4 %
	FreqExcluded               // HP:0040285, 0 %: recorded as absent, never a sign
)

// Sign is one annotation of a disease.
type Sign struct {
	Term    int32 // index into Knowledge.Terms
	Freq    Freq
	Sources []string // short provenance: "HPOA", "ORPHANET", "starter"
}

// Disease is one profile: one code of one source with its own signs.
type Disease struct {
	ID          string // "OMIM:154700", "ORPHA:558", "DECIPHER:1"
	EN, FR      string // names; FR may be empty
	Synonyms    []Label
	Definition  string   // English or French, as the source has it
	Type        string   // Orphanet type: "Disease", "Clinical subtype", …; empty for OMIM
	Family      int32    // index into Families
	Signs       []Sign   // sorted by Term; never FreqExcluded
	Absent      []int32  // terms that the sources record as absent (0/n or HP:0040285), sorted
	Onsets      []string // HPO onset ids ("HP:0003577"), sorted
	Inheritance []string // HPO inheritance ids, sorted
	Genes       []string // symbols, sorted
	Parents     []string // ORPHA ids of the classification parents, sorted
	Prevalence  []Prevalence
	Links       []Link        // cross-references with their relation
	MovedTo     string        // for a deprecated code: the code that replaced it; such an entry has no signs
	Networks    []NetworkLink // first choice first; empty when no rule applies
	Territories []string      // where it matters overseas: "974" …; our own tables only
}

// Link is one cross-reference, e.g. {"OMIM:154700", "E"}.
type Link struct {
	ID       string
	Relation string // Orphanet's words: E (exact), BTNT, NTBT, ND
}

// Prevalence is one published figure.
type Prevalence struct {
	Kind, Class, Place string // "Point prevalence", "1-9 / 100 000", "Europe"
}

// NetworkLink says that a disease belongs to a network, and which rule says so.
type NetworkLink struct {
	Network int32  // index into Networks
	Rule    string // "starter", "head 98006", "ancestor 101998"
}

// Family is one entry of a ranked list: the codes that name the same disease
// in ORPHA and OMIM (exact relation only). Every disease is in one family.
type Family struct {
	ID       string        // id of the member shown first: the OMIM one if any, else ORPHA
	Members  []int32       // indexes into Diseases, sorted by ID
	Networks []NetworkLink // union of the members', first choice first
}

// Network is one FSMR.
type Network struct {
	Slug       string // "anddi-rares"
	Name       string // "AnDDI-Rares"
	ScopeFR    string
	ScopeEN    string
	Lead       string // seat or coordinator, as last checked
	Site       string // web address, https
	Verified   bool   // false: recalled from memory, shown as "à vérifier"
	Source     string
	VerifiedOn string  // date, 2006-01-02
	Signs      []int32 // first-orientation signs, indexes into Terms
}

// RedFlag is one warning sign that should make a GP think of a rare disease,
// or (Urgent) call the emergency number first.
type RedFlag struct {
	ID     string
	FR, EN string
	Urgent bool
	Source string
}
