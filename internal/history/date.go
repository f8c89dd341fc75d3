package history

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	yearOnly   = regexp.MustCompile(`^(\d{4})$`)
	monthYear  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{4})$`)
	yearMonth  = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	dayMonth   = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)
	wholeDate  = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)
	looksDated = regexp.MustCompile(`^\d[\d/.-]*$`)
)

// earliest is the first year that a fact of a living patient can have.
const earliest = 1900

// ParseDate reads 2019, 03/2019, 12/03/2019, 2019-03 and 2019-03-12 into as much of
// 2006-01-02 as is known. A date that does not exist, or after today, is refused.
func ParseDate(typed string, today time.Time) (date string, ok bool) {
	var year, month, day string
	typed = strings.TrimSpace(typed)
	switch {
	case yearOnly.MatchString(typed):
		year = typed
	case monthYear.MatchString(typed):
		m := monthYear.FindStringSubmatch(typed)
		month, year = m[1], m[2]
	case yearMonth.MatchString(typed):
		m := yearMonth.FindStringSubmatch(typed)
		year, month = m[1], m[2]
	case dayMonth.MatchString(typed):
		m := dayMonth.FindStringSubmatch(typed)
		day, month, year = m[1], m[2], m[3]
	case wholeDate.MatchString(typed):
		m := wholeDate.FindStringSubmatch(typed)
		year, month, day = m[1], m[2], m[3]
	default:
		return "", false
	}
	date, layout := year, "2006"
	for _, part := range []string{month, day} {
		if part != "" {
			n, _ := strconv.Atoi(part) // digits only
			date, layout = date+fmt.Sprintf("-%02d", n), layout+map[string]string{"2006": "-01", "2006-01": "-02"}[layout]
		}
	}
	t, err := time.Parse(layout, date)
	if err != nil || t.Year() < earliest || date > today.Format(layout) {
		return "", false
	}
	return date, true
}

// ParseLine parts a line as typed into its date and its words: "03/2019 IRM
// normale", "2019 : chutes". A line that begins with no figure has no date; one
// that begins like a date and is none is refused.
func ParseLine(line string, today time.Time) (date, words string, ok bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	first = strings.TrimRight(first, ":,;")
	if !looksDated.MatchString(first) {
		return "", strings.TrimSpace(line), true
	}
	date, ok = ParseDate(first, today)
	if !ok && isCount(first) { // "3 chutes en un mois": a number and no date
		return "", strings.TrimSpace(line), true
	}
	return date, strings.TrimLeft(strings.TrimSpace(rest), ":–-— \u00a0\u202f"), ok
}

// isCount says whether figures are fewer than a year has.
func isCount(s string) bool { return len(s) < 4 && strings.Trim(s, "0123456789") == "" }

// Errance is how long a diagnosis has been looked for, or was.
type Errance struct {
	Known         bool // there is a date of first signs
	Years, Months int
	About         bool // a date is not known to the day or the month: give or take
	Found         bool // it ended with a confirmed diagnosis whose date is known
	Diagnosis     string
}

// Clock tells the time from the first signs to the confirmed diagnosis, or to
// today at the desk, in whole years and months. diagnosis is as Known gives it.
func Clock(all []Fact, diagnosis string, today time.Time) (e Errance) {
	e.Diagnosis = diagnosis
	first, last := "", ""
	for _, f := range Sorted(Standing(all)) {
		switch {
		case f.Kind == Onset && f.Date != "" && first == "":
			first = f.Date
		case f.Kind == Diagnosis && f.Date != "" && last == "":
			last = f.Date
		}
	}
	if first == "" {
		return e
	}
	end := today.Format(time.DateOnly)
	if last != "" {
		end, e.Found = last, true
	}
	e.Known, e.About = true, len(first) < len("2006-01") || len(end) < len("2006-01")
	months := monthsOf(end, len(first)) - monthsOf(first, len(end))
	if len(first) == len(time.DateOnly) && len(end) == len(time.DateOnly) && end[8:] < first[8:] {
		months--
	}
	months = max(months, 0)
	e.Years, e.Months = months/12, months%12
	if e.About { // between two years nobody can tell months
		e.Years, e.Months = (months+6)/12, 0
	}
	return e
}

// monthsOf counts the months of a partial date. Of a year alone its middle stands,
// unless the other date is a year alone too.
func monthsOf(date string, other int) int {
	year, _ := strconv.Atoi(date[:4])
	month := 7
	if len(date) >= len("2006-01") {
		month, _ = strconv.Atoi(date[5:7])
	} else if other < len("2006-01") {
		month = 1
	}
	return year*12 + month
}
