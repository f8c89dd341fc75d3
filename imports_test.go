package phare_test

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "phare"

// may is the plan of the house: which of our packages each room may import. A
// new door is a line here, in the change that needs it. Floors go up the page:
// a room imports only rooms above it in this list.
var may = map[string]string{
	".":                        "",
	"internal/text":            "",
	"internal/trail":           "",
	"internal/seal":            "",
	"internal/store":           ". internal/trail internal/seal",
	"internal/course":          "",
	"internal/calendar":        "",
	"internal/store/storetest": "internal/store internal/seal",
	"internal/term":            "",
	"internal/document":        "",
	"internal/flags":           "",
	"internal/spreadsheet":     "",
	"internal/starter":         "internal/term internal/flags",
	"internal/knowledge":       "internal/term",
	"internal/outbound":        "",
	"internal/fetch":           "internal/knowledge internal/outbound",
	"internal/extract":         "internal/term",
	"internal/orientation":     ". internal/term",
	"internal/notice":          "internal/orientation",
	"internal/diff":            "internal/term internal/orientation",
	"internal/access":          ". internal/store internal/outbound",
	"internal/access/oidctest": "",
	"internal/jobs":            "internal/store",
	"internal/mail":            ". internal/store internal/text",
	"internal/sms":             "internal/mail internal/outbound",
	"internal/directory":       ". internal/store internal/access internal/term",
	"internal/patient/corpus":  "",
	"internal/patient":         ". internal/store internal/access internal/term",
	"internal/circle":          ". internal/store internal/access internal/mail",
	"internal/news":            ". internal/store internal/access internal/circle internal/document internal/mail internal/text",
	"internal/inspect":         "",
	"internal/eml":             "",
	"internal/attachment":      ". internal/inspect internal/seal internal/store",
	"internal/request":         ". internal/store internal/access internal/attachment internal/circle internal/course internal/term internal/text internal/mail internal/news internal/orientation internal/patient",
	"internal/consent":         ". internal/store internal/access internal/circle internal/patient internal/request internal/document internal/term internal/text",
	"internal/need":            ". internal/store internal/access internal/calendar internal/circle internal/mail internal/news internal/request internal/text",
	"internal/arrival":         ". internal/store internal/access internal/attachment internal/eml internal/inspect internal/need internal/request internal/text",
	"internal/sender":          ". internal/store internal/access internal/request",
	"internal/history":         ". internal/store internal/access internal/circle internal/request internal/text",
	"internal/staff":           ". internal/store internal/access internal/circle internal/mail internal/request",
	"internal/merge":           ". internal/store internal/access internal/circle internal/patient internal/request",
	"internal/kin":             ". internal/store internal/access internal/circle internal/patient internal/request internal/text",
	"internal/retention":       ". internal/store internal/access internal/circle internal/patient internal/request internal/text",
	"internal/erasure":         ". internal/store internal/access internal/circle internal/mail internal/patient internal/request internal/retention",
	"internal/expertise":       ". internal/store internal/access internal/circle internal/consent internal/term internal/mail internal/patient internal/directory internal/request",
	"internal/answer":          ". internal/store internal/access internal/circle internal/consent internal/mail internal/patient internal/request internal/document internal/text",
	"internal/casefile":        ". internal/store internal/access internal/circle internal/consent internal/patient internal/request internal/history internal/kin internal/need internal/expertise internal/answer internal/document internal/text",
	"internal/instrument":      ". internal/store internal/access internal/circle internal/term internal/document internal/text internal/request",
	"internal/report":          ". internal/store internal/access internal/circle internal/document internal/text internal/request internal/spreadsheet",
	"internal/audit":           ". internal/outbound internal/store internal/trail internal/access internal/circle internal/consent internal/document internal/text internal/request",
	"internal/person":          ". internal/store internal/access internal/attachment internal/audit internal/circle internal/consent internal/document internal/mail internal/request internal/text",
	"internal/doctor":          "internal/audit internal/circle internal/store internal/access internal/orientation internal/request internal/text",
	"internal/torture":         ". internal/seal internal/sms internal/store internal/doctor",
	"internal/demo":            "*",
	"internal/web":             "*",
}

// TestImports holds the code against the plan, and the plan against the code.
// "*" is everything but the rooms named in edges.
func TestImports(t *testing.T) {
	edges := []string{"internal/web", "internal/demo", "internal/doctor", "internal/jobs"}
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); name == "node_modules" || name == "testdata" || name != "." && strings.HasPrefix(name, ".") {
			return fs.SkipDir
		}
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			return nil // no Go files
		}
		allowed, known := may[dir]
		if strings.HasPrefix(dir, "cmd/") || dir == "browser" {
			return nil
		}
		if !known {
			t.Errorf("%s is not on the plan", dir)
		}
		used := map[string]bool{}
		for _, p := range pkg.Imports {
			rel, ours := strings.CutPrefix(p, module)
			if !ours || rel != "" && rel[0] != '/' {
				continue
			}
			if rel = strings.TrimPrefix(rel, "/"); rel == "" {
				rel = "."
			}
			used[rel] = true
			if allowed == "*" && !slices.Contains(edges, rel) {
				continue
			}
			if !slices.Contains(strings.Fields(allowed), rel) {
				t.Errorf("%s may not import %s", dir, rel)
			}
		}
		for _, door := range strings.Fields(allowed) {
			if door != "*" && !used[door] {
				t.Errorf("%s need not import %s: close the door", dir, door)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
