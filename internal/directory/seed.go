package directory

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

//go:embed seed.tsv
var seed string

// Seed writes the national entries that come with the program, if they are not
// there as they are. A platform's own entries are never touched.
func Seed(ctx context.Context, db *store.DB) error {
	all, err := readSeed(seed)
	if err != nil {
		return err
	}
	var have []Organisation
	err = db.Read(ctx, func(v *store.View) error {
		have, err = organisations(v, access.Actor{})
		return err
	})
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o Organisation) bool { return slices.Contains(have, o) })
	if len(all) == 0 {
		return nil
	}
	act := store.Act{Platform: "national", Actor: "system", Verb: "directory.seed", Subject: "directory"}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		for _, o := range all {
			if err := save(tx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// seedColumns are the columns of seed.tsv, as its header names them.
var seedColumns = [...]string{"id", "kind", "name", "network", "territory", "place", "zone", "phone", "mail", "site", "apply", "verified", "source", "verified_on"}

func readSeed(table string) (all []Organisation, err error) {
	header := false
	for i, line := range strings.Split(strings.TrimRight(table, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != len(seedColumns) {
			return nil, fmt.Errorf("seed.tsv:%d: %d columns, want %d", i+1, len(c), len(seedColumns))
		}
		if !header {
			if !slices.Equal(c, seedColumns[:]) {
				return nil, fmt.Errorf("seed.tsv:%d: the header is %q", i+1, line)
			}
			header = true
			continue
		}
		all = append(all, Organisation{ID: phare.ID(c[0]), Platform: National, Kind: c[1], Name: c[2], Network: c[3], Territory: c[4], Place: c[5],
			Zone: c[6], Phone: c[7], Mail: c[8], Site: c[9], Apply: c[10], Verified: c[11] == "yes", Source: c[12], VerifiedOn: c[13]})
	}
	return all, nil
}
