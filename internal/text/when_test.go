package text_test

import (
	"testing"
	"time"

	"phare/internal/text"
)

const (
	reunion    = "Indian/Reunion"     // UTC+4
	mayotte    = "Indian/Mayotte"     // UTC+3
	guadeloupe = "America/Guadeloupe" // UTC-4
	martinique = "America/Martinique" // UTC-4
	guyane     = "America/Cayenne"    // UTC-3
	paris      = "Europe/Paris"       // UTC+1, UTC+2 in summer
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The hour of each territory, in winter and in summer; only Paris changes its clocks.
func TestHour(t *testing.T) {
	const winter, summer = "2026-11-26T10:02:00Z", "2026-07-14T10:02:00Z"
	for _, tt := range []struct{ zone, winter, summer, english string }{
		{reunion, "14\u00a0h\u00a002", "14\u00a0h\u00a002", "14:02"},
		{mayotte, "13\u00a0h\u00a002", "13\u00a0h\u00a002", "13:02"},
		{guadeloupe, "6\u00a0h\u00a002", "6\u00a0h\u00a002", "06:02"},
		{martinique, "6\u00a0h\u00a002", "6\u00a0h\u00a002", "06:02"},
		{guyane, "7\u00a0h\u00a002", "7\u00a0h\u00a002", "07:02"},
		{paris, "11\u00a0h\u00a002", "12\u00a0h\u00a002", "11:02"},
		{"Nowhere/Atlantis", "10\u00a0h\u00a002", "10\u00a0h\u00a002", "10:02"},
	} {
		if got := text.Hour("fr", tt.zone, at(t, winter)); got != tt.winter {
			t.Errorf("%s in winter: %q, want %q", tt.zone, got, tt.winter)
		}
		if got := text.Hour("fr", tt.zone, at(t, summer)); got != tt.summer {
			t.Errorf("%s in summer: %q, want %q", tt.zone, got, tt.summer)
		}
		if got := text.Hour("en", tt.zone, at(t, winter)); got != tt.english {
			t.Errorf("%s in English: %q, want %q", tt.zone, got, tt.english)
		}
	}
}

// The two nights on which Paris changes its clocks.
func TestHourWhenClocksChange(t *testing.T) {
	for _, tt := range []struct{ at, want string }{
		{"2026-03-29T00:59:00Z", "1\u00a0h\u00a059"},
		{"2026-03-29T01:00:00Z", "3\u00a0h\u00a000"},
		{"2026-10-25T00:59:00Z", "2\u00a0h\u00a059"},
		{"2026-10-25T01:00:00Z", "2\u00a0h\u00a000"},
	} {
		if got := text.Hour("fr", paris, at(t, tt.at)); got != tt.want {
			t.Errorf("%s in Paris: %q, want %q", tt.at, got, tt.want)
		}
	}
}

func TestDay(t *testing.T) {
	for _, tt := range []struct{ at, zone, fr, en, short, shortEN string }{
		{"2026-11-26T10:00:00Z", reunion, "jeudi 26 novembre 2026", "Thursday 26 November 2026", "26/11/2026", "26 Nov 2026"},
		{"2026-08-01T10:00:00Z", mayotte, "samedi 1er août 2026", "Saturday 1 August 2026", "01/08/2026", "1 Aug 2026"},
		{"2026-12-31T20:30:00Z", reunion, "vendredi 1er janvier 2027", "Friday 1 January 2027", "01/01/2027", "1 Jan 2027"},
		{"2026-12-31T20:30:00Z", paris, "jeudi 31 décembre 2026", "Thursday 31 December 2026", "31/12/2026", "31 Dec 2026"},
		{"2027-01-01T02:30:00Z", guyane, "jeudi 31 décembre 2026", "Thursday 31 December 2026", "31/12/2026", "31 Dec 2026"},
		{"2028-02-29T03:59:00Z", martinique, "lundi 28 février 2028", "Monday 28 February 2028", "28/02/2028", "28 Feb 2028"},
		{"2028-02-29T04:00:00Z", guadeloupe, "mardi 29 février 2028", "Tuesday 29 February 2028", "29/02/2028", "29 Feb 2028"},
		{"2026-07-14T22:00:00Z", paris, "mercredi 15 juillet 2026", "Wednesday 15 July 2026", "15/07/2026", "15 Jul 2026"},
		{"2026-01-14T22:00:00Z", paris, "mercredi 14 janvier 2026", "Wednesday 14 January 2026", "14/01/2026", "14 Jan 2026"},
	} {
		when := at(t, tt.at)
		got := []string{text.Day("fr", tt.zone, when), text.Day("en", tt.zone, when), text.ShortDay("fr", tt.zone, when), text.ShortDay("en", tt.zone, when)}
		for i, want := range []string{tt.fr, tt.en, tt.short, tt.shortEN} {
			if got[i] != want {
				t.Errorf("%s in %s: %q, want %q", tt.at, tt.zone, got[i], want)
			}
		}
	}
	if got := text.Day("fr", paris, time.Time{}) + text.ShortDay("fr", paris, time.Time{}); got != "" {
		t.Errorf("no moment is the day %q", got)
	}
}

// A moment is told to people of several places; the day is repeated only where it differs.
func TestWhen(t *testing.T) {
	const winter, summer = "2026-11-26T10:02:00Z", "2026-07-14T10:02:00Z"
	for _, tt := range []struct {
		lang, at string
		zones    []string
		want     string
	}{
		{"fr", winter, []string{reunion}, "jeudi 26 novembre 2026, 14\u00a0h\u00a002 (La Réunion)"},
		{"fr", winter, []string{reunion, paris}, "jeudi 26 novembre 2026, 14\u00a0h\u00a002 (La Réunion\u202f; 11\u00a0h\u00a002 Paris)"},
		{"fr", summer, []string{reunion, paris}, "mardi 14 juillet 2026, 14\u00a0h\u00a002 (La Réunion\u202f; 12\u00a0h\u00a002 Paris)"},
		{"en", summer, []string{guyane, paris}, "Tuesday 14 July 2026, 07:02 (French Guiana; 12:02 Paris)"},
		{"fr", "2026-12-31T20:30:00Z", []string{guadeloupe, reunion, paris},
			"jeudi 31 décembre 2026, 16\u00a0h\u00a030 (Guadeloupe\u202f; vendredi 1er janvier 2027, 0\u00a0h\u00a030 La Réunion\u202f; 21\u00a0h\u00a030 Paris)"},
		{"fr", "2026-11-27T00:30:00Z", []string{paris, martinique},
			"vendredi 27 novembre 2026, 1\u00a0h\u00a030 (Paris\u202f; jeudi 26 novembre 2026, 20\u00a0h\u00a030 Martinique)"},
		{"en", "2026-12-31T20:30:00Z", []string{mayotte, reunion}, "Thursday 31 December 2026, 23:30 (Mayotte; Friday 1 January 2027, 00:30 Réunion)"},
		{"fr", winter, []string{reunion, reunion, paris, paris}, "jeudi 26 novembre 2026, 14\u00a0h\u00a002 (La Réunion\u202f; 11\u00a0h\u00a002 Paris)"},
		{"fr", winter, []string{"Nowhere/Atlantis"}, "jeudi 26 novembre 2026, 10\u00a0h\u00a002 (UTC)"},
		{"fr", winter, nil, ""},
	} {
		if got := text.When(tt.lang, at(t, tt.at), tt.zones...); got != tt.want {
			t.Errorf("%s %v: %q, want %q", tt.at, tt.zones, got, tt.want)
		}
	}
	if got := text.When("fr", time.Time{}, paris); got != "" {
		t.Errorf("no moment is told as %q", got)
	}
}

func TestBirthDate(t *testing.T) {
	for _, tt := range []struct{ date, fr, en string }{
		{"2019-03-12", "12/03/2019", "12 Mar 2019"},
		{"2000-02-29", "29/02/2000", "29 Feb 2000"},
		{"2019-03", "mars 2019", "March 2019"},
		{"2019", "2019", "2019"},
		{"2019-02-30", "2019-02-30", "2019-02-30"}, // no such day: shown as it was written
		{"", "", ""},
	} {
		if got := text.BirthDate("fr", tt.date); got != tt.fr {
			t.Errorf("%q in French: %q, want %q", tt.date, got, tt.fr)
		}
		if got := text.BirthDate("en", tt.date); got != tt.en {
			t.Errorf("%q in English: %q, want %q", tt.date, got, tt.en)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		n      int
		fr, en string
	}{
		{0, "0", "0"}, {7, "7", "7"}, {999, "999", "999"},
		{1000, "1\u202f000", "1,000"},
		{12345, "12\u202f345", "12,345"},
		{1234567, "1\u202f234\u202f567", "1,234,567"},
		{-1000, "\u22121\u202f000", "\u22121,000"},
		{-999, "\u2212999", "\u2212999"},
	} {
		if got := text.Number("fr", tt.n); got != tt.fr {
			t.Errorf("%d in French: %q, want %q", tt.n, got, tt.fr)
		}
		if got := text.Number("en", tt.n); got != tt.en {
			t.Errorf("%d in English: %q, want %q", tt.n, got, tt.en)
		}
	}
}

// A day of every year is said as people say it.
func TestDayOfYear(t *testing.T) {
	for _, tt := range [][3]string{{"fr", "05-01", "1er mai"}, {"en", "05-01", "1 May"}, {"fr", "02-29", "29 février"}, {"fr", "2026-12-24", "24 décembre 2026"}, {"fr", "easter+1", "easter+1"}} {
		if got := text.DayOfYear(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s %s: %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}
