package calendar

import (
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEaster(t *testing.T) {
	for year, want := range map[int]string{2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2038: "04-25"} {
		if got := Easter(year).Format("01-02"); got != want {
			t.Errorf("Easter %d is on %s, want %s", year, got, want)
		}
	}
}

// Ask 29: each territory has its own day, and none of the others. All are working
// days of the week in the years that stand here.
func TestAbolition(t *testing.T) {
	days := map[string]string{"Indian/Mayotte": "2026-04-27", "America/Martinique": "2026-05-22", "America/Guadeloupe": "2026-05-27", "America/Cayenne": "2026-06-10", "Indian/Reunion": "2027-12-20"}
	for _, here := range []string{"Indian/Mayotte", "America/Martinique", "America/Guadeloupe", "America/Cayenne", "Indian/Reunion", "Europe/Paris"} {
		l := zone(t, here)
		c := New(l)
		for there, day := range days {
			noon, err := time.ParseInLocation("2006-01-02 15", day+" 12", l)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := c.Works(noon), here != there; got != want {
				t.Errorf("%s on %s, the day of %s: works %v, want %v", here, day, there, got, want)
			}
		}
		if c.Works(time.Date(2026, 5, 14, 12, 0, 0, 0, l)) { // Ascension, 39 days after 5 April
			t.Errorf("%s works on Ascension Day", here)
		}
		if c.Works(time.Date(2026, 5, 25, 12, 0, 0, 0, l)) { // Whit Monday
			t.Errorf("%s works on Whit Monday", here)
		}
		if !c.Works(time.Date(2026, 4, 3, 12, 0, 0, 0, l)) {
			t.Errorf("%s is closed on Good Friday, which nobody has verified", here)
		}
	}
}

// Ask 29: the same instant is another day in another place, in summer and in
// winter: a request of Friday evening in Paris is of Saturday in Réunion.
func TestElapsedByTheDeskClock(t *testing.T) {
	friday := map[string]time.Time{
		"winter": time.Date(2026, 1, 9, 21, 30, 0, 0, time.UTC),
		"summer": time.Date(2026, 8, 28, 21, 30, 0, 0, time.UTC),
	}
	for season, came := range friday {
		monday := came.AddDate(0, 0, 3).Add(-11 * time.Hour) // Monday 10:30 UTC
		for name, want := range map[string]int{
			"America/Guadeloupe": 1, "America/Martinique": 1, "America/Cayenne": 1, // Friday evening to Monday morning
			"Europe/Paris": 1, "Indian/Mayotte": 1, "Indian/Reunion": 1, // Saturday to Monday
		} {
			if got := New(zone(t, name)).Elapsed(came, monday); got != want {
				t.Errorf("%s %s: %d working days, want %d", season, name, got, want)
			}
		}
		sunday := came.AddDate(0, 0, 2) // Sunday 21:30 UTC: Monday already east of Paris
		for name, want := range map[string]int{"America/Cayenne": 0, "Indian/Mayotte": 1, "Indian/Reunion": 1} {
			if got := New(zone(t, name)).Elapsed(came, sunday); got != want {
				t.Errorf("%s %s on Sunday evening UTC: %d working days, want %d", season, name, got, want)
			}
		}
	}
	paris := New(zone(t, "Europe/Paris"))
	if got := paris.Elapsed(friday["winter"], friday["winter"].AddDate(0, 0, 2)); got != 0 { // 22:30 on Sunday
		t.Errorf("Paris in winter: %d, want 0", got)
	}
}

// The end of a day is at 18:00 of the desk, in summer time too.
func TestDue(t *testing.T) {
	tests := []struct {
		zone string
		from time.Time
		n    int
		want string // UTC
	}{
		{"Indian/Reunion", time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), 1, "2026-03-03 14:00"},
		{"Indian/Reunion", time.Date(2027, 12, 17, 6, 0, 0, 0, time.UTC), 1, "2027-12-21 14:00"},        // Friday; Monday 20 is closed
		{"America/Martinique", time.Date(2026, 5, 21, 15, 0, 0, 0, time.UTC), 1, "2026-05-26 22:00"},    // 22 May, week-end, Whit Monday
		{"America/Guadeloupe", time.Date(2026, 5, 21, 15, 0, 0, 0, time.UTC), 1, "2026-05-22 22:00"},    // a working day there
		{"Europe/Paris", time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC), 1, "2026-03-30 16:00"},           // clocks were put forward on the 29th
		{"Europe/Paris", time.Date(2026, 10, 23, 9, 0, 0, 0, time.UTC), 1, "2026-10-26 17:00"},          // and back on the 25th
		{"America/Cayenne", time.Date(2026, 3, 3, 1, 0, 0, 0, time.UTC), 0, "2026-03-02 21:00"},         // still the 2nd there
		{"Indian/Mayotte", time.Date(2026, 4, 24, 12, 0, 0, 0, time.UTC), 1, "2026-04-28 15:00"},        // Friday; Monday 27 is closed
		{"America/Marigot", time.Date(2026, 5, 26, 12, 0, 0, 0, time.UTC), 1, "2026-05-28 22:00"},       // as Guadeloupe
		{"America/St_Barthelemy", time.Date(2026, 10, 8, 12, 0, 0, 0, time.UTC), 1, "2026-10-12 22:00"}, // Friday 9 is closed
	}
	for _, tt := range tests {
		c := New(zone(t, tt.zone))
		if got := c.Due(tt.from, tt.n).Format("2006-01-02 15:04"); got != tt.want {
			t.Errorf("%s, %d after %v: due %s, want %s", tt.zone, tt.n, tt.from, got, tt.want)
		}
		if n := c.Elapsed(tt.from, c.Due(tt.from, tt.n)); n != tt.n {
			t.Errorf("%s: %d working days until it is due, want %d", tt.zone, n, tt.n)
		}
	}
}

// A desk sets days against the list, and the last word counts.
func TestOwnDays(t *testing.T) {
	l := zone(t, "America/Martinique")
	good := time.Date(2026, 4, 3, 12, 0, 0, 0, l)
	if New(l, Day{Rule: "easter-2", Off: true}).Works(good) {
		t.Error("the desk closes on Good Friday, and works")
	}
	if !New(l, Day{Rule: "easter-2", Off: true}, Day{Rule: "easter-2"}).Works(good) {
		t.Error("it took that back, and is closed")
	}
	if !New(l, Day{Rule: "05-22"}).Works(time.Date(2026, 5, 22, 12, 0, 0, 0, l)) {
		t.Error("a desk that works on 22 May is closed")
	}
	if New(l, Day{Rule: "2026-12-24", Off: true}).Works(time.Date(2026, 12, 24, 12, 0, 0, 0, l)) {
		t.Error("a bridge is worked on")
	}
	for rule, want := range map[string]bool{"05-22": true, "02-29": true, "easter-2": true, "easter+39": true, "2026-12-24": true, "easter2": false, "13-01": false, "easter": false, "": false, "easter+400": false} {
		if IsRule(rule) != want {
			t.Errorf("%q is a rule: %v, want %v", rule, !want, want)
		}
	}
}

// Days cannot count twice when a span is cut in parts: pauses are cut out so.
func TestPartsAddUp(t *testing.T) {
	c := New(zone(t, "America/Cayenne"))
	from := time.Date(2026, 5, 1, 3, 17, 0, 0, time.UTC)
	to := from.AddDate(0, 2, 0)
	whole, parts := c.Elapsed(from, to), 0
	for at := from; at.Before(to); at = at.Add(19 * time.Hour) {
		next := at.Add(19 * time.Hour)
		if next.After(to) {
			next = to
		}
		parts += c.Elapsed(at, next)
	}
	if whole != parts || whole == 0 {
		t.Errorf("%d in one, %d in parts", whole, parts)
	}
}

func TestBuiltin(t *testing.T) {
	if n := len(Builtin()); n != 19 {
		t.Errorf("%d days were read, want 19", n)
	}
	for _, d := range Builtin() {
		if !IsRule(d.Rule) || d.Code == "" {
			t.Errorf("%+v", d)
		}
		if d.Off && !d.IsVerified() {
			t.Errorf("%s closes desks, and nobody has verified it", d.Rule)
		}
	}
}
