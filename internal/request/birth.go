package request

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"phare/internal/term"
)

// oldest is the earliest year of birth that is taken for one.
const oldest = 1900

// readBirthDate reads a date of birth as people type or paste it (12/03/1987,
// 12.3.1987, 12031987, 12 mars 1987, 1987-03-12, 03/1987, 1987), day before
// month, and writes as much of it as is given: 2006-01-02, 2006-01 or 2006.
// What it cannot read it returns as it is.
func readBirthDate(s string) string {
	words := strings.Fields(term.Fold(s))
	if len(words) == 1 && len(words[0]) == 8 && digitsOf(words[0]) == words[0] {
		w := words[0]
		if words = []string{w[:2], w[2:4], w[4:]}; words[2] < strconv.Itoa(oldest) {
			words = []string{w[:4], w[4:6], w[6:]} // 19870312
		}
	}
	var n []int
	for _, w := range words {
		v, err := strconv.Atoi(strings.TrimSuffix(w, "er")) // "1er mars"
		if err != nil {
			v = monthNamed(w)
		}
		if v <= 0 {
			return s
		}
		n = append(n, v)
	}
	if len(n) > 1 && n[0] >= oldest && len(words[0]) == 4 { // year first
		for i, j := 0, len(n)-1; i < j; i, j = i+1, j-1 {
			n[i], n[j] = n[j], n[i]
		}
	}
	if len(n) == 0 || n[len(n)-1] < oldest || n[len(n)-1] > 9999 {
		return s
	}
	switch {
	case len(n) == 3 && n[0] <= 31 && n[1] <= 12:
		return fmt.Sprintf("%04d-%02d-%02d", n[2], n[1], n[0])
	case len(n) == 2 && n[0] <= 12:
		return fmt.Sprintf("%04d-%02d", n[1], n[0])
	case len(n) == 1:
		return fmt.Sprintf("%04d", n[0])
	}
	return s
}

// monthNamed is the month that a folded French or English name begins, or 0.
func monthNamed(w string) int {
	const fewest = 3
	if len(w) < fewest {
		return 0
	}
	names := []string{"janvier january", "fevrier february", "mars march", "avril april", "mai may", "juin june",
		"juillet july", "aout august", "septembre september", "octobre october", "novembre november", "decembre december"}
	for i, both := range names {
		fr, en, _ := strings.Cut(both, " ")
		if strings.HasPrefix(fr, w) && (len(w) > fewest || fr[:fewest] != "jui") || strings.HasPrefix(en, w) {
			return i + 1
		}
	}
	return 0
}

// isBirthDate says whether a date, a month or a year, as readBirthDate writes
// them, exists, is not to come and is not that of someone over 125.
func isBirthDate(s string, now time.Time) bool {
	layout := map[int]string{10: time.DateOnly, 7: "2006-01", 4: "2006"}[len(s)]
	t, err := time.Parse(layout, s)
	// The day of the requester can be ahead of UTC's by half a day.
	return err == nil && layout != "" && t.Year() >= oldest && !t.After(now.Add(14*time.Hour))
}
