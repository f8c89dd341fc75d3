package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"phare/internal/inspect"
	"phare/internal/store/storetest"
)

// TestMain lets the scripts call this very program as "phare".
func TestMain(m *testing.M) {
	inspect.IfChild()
	testscript.Main(m, map[string]func(){"phare": main})
}

// TestScripts plays the commands as an operator types them, on each engine:
// $DB is an empty database.
func TestScripts(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:  "testdata/script",
				Cmds: map[string]func(*testscript.TestScript, bool, []string){"demo": fillDemo, "edit": runEdit, "recipient": useRecipient, "newer": saveNewer, "sql": runSQL, "key": setKey, "status": runStatus},
				Setup: func(e *testscript.Env) error {
					keys := filepath.Join(e.WorkDir, "phare.keys")
					e.Setenv("PHARE_KEYS", keys)
					if err := storetest.Keys().Save(keys); err != nil {
						return err
					}
					e.Setenv("DB", storetest.DSN(t, engine))
					e.Setenv("DB2", storetest.DSN(t, engine))
					e.Setenv("SHARED", os.Getenv("PHARE_SHARED"))
					return nil
				},
			})
		})
	}
}
