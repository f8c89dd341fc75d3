package store

import (
	"fmt"
	"strings"
)

// Warm opens the keys of some files of a platform in one query, for who is about to
// read many rows of different files: else each row asks for its own.
func Warm(v *View, platform string, subjects []string) error {
	if err := v.behind(platform); err != nil || len(subjects) == 0 {
		return err
	}
	args, marks := []any{platform}, make([]string, len(subjects))
	for i, s := range subjects {
		args = append(args, s)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	rows, err := All(v, scanKey, `SELECT `+keyColumns+` FROM seal_key WHERE platform = $1 AND subject IN (`+strings.Join(marks, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, ok := v.vault.get(row.id); ok {
			continue
		}
		k, err := v.unwrap(row)
		if err != nil {
			return err
		}
		v.vault.put(row.id, k)
	}
	return nil
}
