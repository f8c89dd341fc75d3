package extract_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"phare/internal/extract"
	"phare/internal/knowledge"
	"phare/internal/term"
)

// full gives the whole knowledge: the file named by PHARE_KNOWLEDGE, else what
// is built, once, from the official files in ../shared (or PHARE_SHARED). It
// skips, and says why, when there are none.
func full(t testing.TB) *term.Knowledge {
	t.Helper()
	if path := os.Getenv("PHARE_KNOWLEDGE"); path != "" {
		k, err := term.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	dir := os.Getenv("PHARE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		t.Skipf("official files not found in %s; set PHARE_SHARED to their folder", dir)
	}
	k, err := built(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var (
	buildOnce sync.Once
	builtOnce *term.Knowledge
	buildErr  error
)

func built(dir string) (*term.Knowledge, error) {
	buildOnce.Do(func() { builtOnce, _, buildErr = knowledge.Build(knowledge.Options{Dir: dir}) })
	return builtOnce, buildErr
}

// letter is a letter of two pages, some 5,400 characters, plainly invented.
func letter() string {
	page := `Cher confrère, je vous adresse l'enfant Exemple Noé, six ans, pour un retard de langage et des chutes fréquentes.
Antécédents personnels : né à terme, pas de souffrance néonatale, hypotonie axiale notée à quatre mois, marche acquise à 22 mois, reflux gastro-œsophagien traité.
Antécédents familiaux : sa mère a une surdité de perception, un oncle maternel est suivi pour une cardiomyopathie hypertrophique ; parents non apparentés, fratrie indemne.
Il tombe souvent à l'école, se relève en s'aidant des mains, et monte mal les escaliers. Il n'a jamais convulsé. Pas de fièvre, pas de perte de poids, ni vomissements ni diarrhée.
À l'examen : taille 102 cm (-2,5 DS), périmètre crânien 51 cm, gros mollets, scapula alata, ROT abolis aux membres inférieurs, pas de fasciculations. Auscultation normale. Hypertelorisme discret, oreilles bas implantées, palais ogival.
Biologie : CPK à 4200 UI/L, transaminases élevées, TSH normale, lactates normaux. IRM cérébrale : pas d'anomalie de la substance blanche, atrophie cérébelleuse possible à contrôler. Échographie cardiaque sans particularité.
Au total, suspicion de dystrophie musculaire ; une atteinte mitochondriale reste à éliminer. En cas de dyspnée ou de fièvre les parents nous rappelleront. Avez-vous un avis pour cette faiblesse musculaire proximale ?
`
	return strings.Repeat(page, 4)
}

func BenchmarkNew(b *testing.B) {
	k := full(b)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var x *extract.Extractor
	for b.Loop() {
		x = extract.New(k)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(x)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-in-use")
}

func BenchmarkFind(b *testing.B) {
	x := extract.New(full(b))
	text := strings.ToValidUTF8(letter(), "")
	b.SetBytes(int64(len(text)))
	n := 0
	for b.Loop() {
		n = len(x.Find("fr", text))
	}
	b.ReportMetric(float64(n), "signs")
}
