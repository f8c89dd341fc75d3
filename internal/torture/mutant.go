package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Mutant is a program with a fault that the torture must find. It is built from
// the sources with a few words exchanged while the compiler reads them (go build
// -overlay), so that no switch for it exists in the program that ships.
type Mutant struct {
	Name  string
	What  string
	edits []edit
}

// edit exchanges words in one file; they must stand in it exactly once. Without
// old words it is a new file.
type edit struct{ file, old, new string }

// Mutants are the faults that power cuts must bring to light.
func Mutants() []Mutant {
	return []Mutant{
		{"normal", "synchronous=NORMAL, the popular advice", []edit{
			{"internal/store/lite.go", "_pragma=synchronous(FULL)", "_pragma=synchronous(NORMAL)"},
			{"internal/store/lite.go", `journal != "wal" || sync != 2`, `journal != "wal" || sync != 1`},
		}},
		{"early", "the receipt is given before the commit", []edit{
			{"internal/store/commit.go", "\t\tif err := l.one(p); err != nil {\n\t\t\treturn batch, err\n\t\t}\n\t\tbatch =",
				"\t\tif err := l.one(p); err != nil {\n\t\t\treturn batch, err\n\t\t}\n\t\tclose(p.ok)\n\t\tbatch ="},
			{"internal/store/commit.go", "\t\tclose(p.ok)\n\t}\n}\n\n// transaction", "\t\tselect {\n\t\tcase <-p.ok:\n\t\tdefault:\n\t\t\tclose(p.ok)\n\t\t}\n\t}\n}\n\n// transaction"},
		}},
		{"outbox", "the message of receipt is queued in a commit of its own", []edit{
			{"internal/request/submit.go", "\t\tif err := notify(tx, r, \"received\"); err != nil {\n\t\t\treturn err\n\t\t}\n", ""},
			{"internal/request/submit.go", "\tif errors.Is(err, errReplay) {\n\t\terr = nil\n\t}\n\treturn receipt, err\n}\n\n// printOf",
				"\tif errors.Is(err, errReplay) {\n\t\treturn receipt, nil\n\t}\n\tif err == nil {\n\t\terr = db.Write(ctx, act2(act), func(tx *store.Tx) error { return notify(tx, r, \"received\") })\n\t}\n\treturn receipt, err\n}\n\n" +
					"func act2(a store.Act) store.Act {\n\ta.Verb = \"request.notify\"\n\treturn a\n}\n\n// printOf"},
		}},
		{"letter", "a letter counts as sent before it is on disk", []edit{
			{"internal/mail/senders.go", "if err := syncPath(name + \".part\"); err != nil {", "if err := error(nil); err != nil {"},
			{"internal/mail/senders.go", "\treturn syncPath(string(f))\n", "\treturn nil\n"},
		}},
	}
}

// LineMutants are the faults that a bad line must bring to light.
func LineMutants() []Mutant {
	return []Mutant{
		{"again", "a form that comes again is another request", []edit{
			{"internal/request/submit.go", "form: phare.FormHash(form), Channel", "form: phare.FormHash(form + string(phare.NewID())), Channel"},
		}},
		{"draft", "what comes late of a form that was sent is a draft again", []edit{
			{"internal/request/draft.go", "if sent.print == printOf(f) {", "if false {"},
		}},
	}
}

// pinned is the program with its writer bound to one thread of the operating
// system, and nothing else changed: strace counts calls by thread.
func pinned() Mutant {
	return Mutant{"pinned", "the writer stays on one thread", []edit{
		{"internal/store/commit.go", "\tdefer close(l.done)\n", "\truntime.LockOSThread()\n\tdefer close(l.done)\n"},
		{"internal/store/commit.go", "\t\"runtime/debug\"\n", "\t\"runtime\"\n\t\"runtime/debug\"\n"},
	}}
}

// Build compiles a program of the module at root, with a mutant's words.
func Build(ctx context.Context, root, pkg, out string, m Mutant) error {
	dir, remove, err := folder(false)
	if err != nil {
		return err
	}
	defer remove()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	changed := map[string]string{}
	for _, e := range m.edits {
		name := filepath.Join(root, e.file)
		text, ok := changed[name]
		if e.old == "" {
			changed[name] = e.new
			continue
		}
		if !ok {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			text = string(b)
		}
		if n := strings.Count(text, e.old); n != 1 {
			return fmt.Errorf("mutant %s: %q stands %d times in %s", m.Name, e.old, n, e.file)
		}
		changed[name] = strings.Replace(text, e.old, e.new, 1)
	}
	for name, text := range changed {
		copied := filepath.Join(dir, fmt.Sprint(len(overlay.Replace))+filepath.Ext(name))
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return err
		}
		overlay.Replace[name] = copied
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-overlay", file, "-o", out, pkg)
	cmd.Dir = root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mutant %s: %w: %s", m.Name, err, said)
	}
	return nil
}
