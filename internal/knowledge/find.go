package knowledge

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// role is what a file is for, told from its content.
type role int

const (
	roleNone         role = iota // no reader knows it
	roleOntology                 // hp.json or hp.obo
	roleHPOA                     // phenotype.hpoa
	roleBabelon                  // hp-fr.babelon.tsv
	roleSynonyms                 // hp-fr.synonyms.tsv
	rolePackets                  // ORPHApackets, tar or folder
	roleNomenclature             // ORPHAnomenclature_<lang>.xml, alone or in its zip
	roleClasses                  // classification: product 3 or a file of the pack
	roleProduct1                 // cross-references
	roleProduct4                 // phenotypes
	roleProduct6                 // genes, XML or CSV
	roleProduct7                 // linearisation, XML or CSV
	rolePrevalence               // product 9, epidemiology, XML or CSV
	roleAges                     // product 9, natural history, XML or CSV
	roleNames                    // French disease names, JSON object of code to name
	roleFSMR                     // ORPHA to FSMR table
)

// file is one input: a file, a member of a zip, or a folder of packets.
type file struct {
	name   string // as shown to people: base name, "archive.zip: member" inside an archive
	path   string // on disk
	member string // inside a zip, else empty
	folder bool   // a folder of ORPHApackets
	role   role
	lang   string // "en" or "fr" where editions differ by language
	xml    bool   // Orphanet XML rather than a table made from it
	obo    bool   // hp.obo rather than hp.json
}

// inventory walks dir and tells each file's role. Hidden files are passed over;
// files that no reader knows are listed in the report, unless their name
// promises an official file.
func inventory(dir string, rep *Report) ([]*file, error) {
	var files []*file
	seen := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case packetName.MatchString(d.Name()):
			if at := filepath.Dir(path); !seen[at] {
				seen[at] = true
				files = append(files, &file{name: filepath.Base(at), path: at, folder: true, role: rolePackets})
			}
			return nil
		}
		found, err := inspect(path)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			rep.Ignored = append(rep.Ignored, filepath.Base(path))
		}
		files = append(files, found...)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FileError{File: dir, Problem: err, Advice: "name the folder that holds the official files"}
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(files, func(a, b *file) int {
		return strings.Compare(fmt.Sprintf("%02d%s", a.role, a.name), fmt.Sprintf("%02d%s", b.role, b.name))
	})
	return files, once(files)
}

var packetName = regexp.MustCompile(`^ORPHApacket_\d+\.json$`)

// inspect tells what one file on disk is; a zip may hold several.
func inspect(path string) ([]*file, error) {
	f := &file{name: filepath.Base(path), path: path}
	head, err := peek(f)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(string(head), "PK\x03\x04") {
		return inspectZip(path)
	}
	return known(f, head)
}

// inspectZip tells what the members of a nomenclature pack are.
func inspectZip(path string) ([]*file, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, &FileError{File: filepath.Base(path), Problem: err, Advice: fetchAgain}
	}
	defer z.Close()
	var files []*file
	for _, m := range z.File {
		if !strings.HasSuffix(strings.ToLower(m.Name), ".xml") {
			continue
		}
		f := &file{name: filepath.Base(path) + ": " + filepath.Base(m.Name), path: path, member: m.Name}
		head, err := peek(f)
		if err != nil {
			return nil, err
		}
		found, err := known(f, head)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

// peek returns the first bytes of f, unpacked.
func peek(f *file) ([]byte, error) {
	in, err := open(f)
	if err != nil {
		return nil, err
	}
	defer in.close()
	head, err := in.r.Peek(peekSize)
	if err != nil && len(head) == 0 {
		if st, e := os.Stat(f.path); e == nil && f.member == "" && st.Size() > 0 {
			return nil, &FileError{File: f.name, Problem: err, Advice: fetchAgain}
		}
	}
	return head, nil
}

// CheckFile refuses a file that is not what its name promises, such as a notice
// of the network saved as hp.json; path is where it lies, under whatever name.
func CheckFile(name, path string) error {
	f := &file{name: name, path: path}
	head, err := peek(f)
	if err == nil && !strings.HasPrefix(string(head), "PK\x03\x04") { // what an archive holds is looked at when it is read
		_, err = known(f, head)
	}
	return err
}

// known sets f's role, or refuses a file whose name promises what it is not.
func known(f *file, head []byte) ([]*file, error) {
	f.role = sniff(f, string(head))
	if f.role != roleNone {
		return []*file{f}, nil
	}
	base := f.name
	if f.member != "" {
		base = filepath.Base(f.member)
	}
	if promised.MatchString(base) {
		return nil, bad(f, 1, wrongFile, "its first lines are not those of the official file of this name")
	}
	return nil, nil
}

// promised are the names under which owners publish the files that we read.
var promised = regexp.MustCompile(`(?i)^(hp(\.v?[\d-]+)?\.(json|obo)|.*\.hpoa|hp-fr\..*\.tsv|.*_product\d.*\.xml|orphapacket.*\.tar|ORPHAnomenclature.*\.xml|ORPHAclassification.*\.xml)(\.gz)?$`)

// sniff tells a role from the first bytes.
func sniff(f *file, head string) role {
	switch {
	case strings.HasPrefix(head, "{") && strings.Contains(head, `"graphs"`):
		if strings.Contains(head, "obo/hp.json") || strings.Contains(head, "obo/hp.owl") {
			return roleOntology
		}
		return roleNone
	case frenchNames.MatchString(head):
		return roleNames
	case strings.HasPrefix(head, "format-version:"):
		f.obo = true
		if strings.Contains(head, "\nontology: hp") {
			return roleOntology
		}
		return roleNone
	case len(head) > 262 && head[257:262] == "ustar" && strings.Contains(strings.ToLower(head), "orphapacket"):
		return rolePackets
	case strings.Contains(head, "<JDBOR"):
		return sniffXML(f, head)
	}
	return sniffTable(head)
}

var frenchNames = regexp.MustCompile(`^\{\s*"\d+"\s*:\s*"`)

// marks tell the Orphadata products apart: the first one found decides, since
// some elements occur in several products.
var marks = []struct {
	tag  string
	role role
}{
	{"<HPODisorderSetStatus", roleProduct4},
	{"<ClassificationList", roleClasses},
	{"<Totalstatus", roleNomenclature},
	{"<DisorderGeneAssociationList", roleProduct6},
	{"<PrevalenceList", rolePrevalence},
	{"<AverageAgeOfOnsetList", roleAges},
	{"<ExternalReferenceList", roleProduct1},
	{"<DisorderDisorderAssociationList", roleProduct7},
}

var xmlLang = regexp.MustCompile(`lang="([a-z]{2})"`)

// sniffXML tells an Orphanet XML file's role and language.
func sniffXML(f *file, head string) role {
	f.xml = true
	list := head
	if i := strings.Index(head, "List count="); i >= 0 {
		list = head[i:]
	}
	if m := xmlLang.FindStringSubmatch(list); m != nil {
		f.lang = m[1]
	}
	if strings.Contains(f.name, "_product1.") { // has elements of the nomenclature too
		return roleProduct1
	}
	for _, m := range marks {
		if strings.Contains(head, m.tag) {
			return m.role
		}
	}
	return roleNone
}

// tables tell a table's role from the columns that only it has.
var tables = []struct {
	columns []string
	role    role
}{
	{[]string{"subject_id", "translation_language", "predicate_id", "translation_value"}, roleBabelon},
	{[]string{"subject_id", "translation_value", "Status"}, roleSynonyms},
	{[]string{"orpha", "fsmr_proposed"}, roleFSMR},
	{[]string{"orpha_code", "prevalence_class", "prevalence_type"}, rolePrevalence},
	{[]string{"orpha_code", "age_of_onset", "type_of_inheritance"}, roleAges},
	{[]string{"orpha_code", "gene_symbol", "association_type"}, roleProduct6},
	{[]string{"orpha_code", "target_disorder_code", "association_type"}, roleProduct7},
}

// sniffTable tells a table's role from its first line that is not a comment.
func sniffTable(head string) role {
	for line := range strings.Lines(head) {
		line = strings.TrimRight(line, "\r\n")
		plain := strings.TrimPrefix(line, "#")
		if strings.HasPrefix(plain, "database_id\t") || strings.HasPrefix(plain, "DatabaseID\t") {
			return roleHPOA
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.FieldsFunc(line, func(r rune) bool { return r == '\t' || r == ',' })
		for _, t := range tables {
			if containsAll(cells, t.columns) {
				return t.role
			}
		}
		return roleNone
	}
	return roleNone
}

func containsAll(cells, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(cells, w) {
			return false
		}
	}
	return true
}

// once refuses two files for one purpose: nobody could say which was used.
func once(files []*file) error {
	first := map[string]*file{}
	for _, f := range files {
		key := fmt.Sprint(f.role, f.lang)
		if o := first[key]; o != nil && f.role != roleClasses {
			return &FileError{File: f.name, Advice: keepOne,
				Problem: fmt.Errorf("there is already %s with the %s", o.name, licences[f.role].title)}
		}
		first[key] = f
	}
	return nil
}
