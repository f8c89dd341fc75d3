package patient

import (
	"fmt"
	"strings"
	"time"
)

// ReadDate reads a date of birth as the desk types it, day first (12/03/2019,
// 03/2019, 2019) or as stored (2019-03-12). What is none of these comes back as
// it was, to be refused with the words on screen.
func ReadDate(typed string) string {
	for _, form := range [][2]string{{"2/1/2006", time.DateOnly}, {"2.1.2006", time.DateOnly}, {"2 1 2006", time.DateOnly}, {"1/2006", "2006-01"}} {
		if t, err := time.Parse(form[0], strings.TrimSpace(typed)); err == nil {
			return t.Format(form[1])
		}
	}
	return strings.TrimSpace(typed)
}

// WriteDate is the inverse of ReadDate: a stored date as the desk types it.
func WriteDate(stored string) string {
	var year, month, day int
	switch n, _ := fmt.Sscanf(stored, "%4d-%2d-%2d", &year, &month, &day); n {
	case 3:
		return fmt.Sprintf("%02d/%02d/%04d", day, month, year)
	case 2:
		return fmt.Sprintf("%02d/%04d", month, year)
	}
	return stored
}

// IsDate says whether s is a date as stored, or as much of one as is known.
func IsDate(s string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
