package expertise_test

import (
	"testing"
	"time"

	"phare/internal/expertise"
	"phare/internal/request"
)

// An opinion is due at 18:00 of the expert's clock, in summer as in winter. The
// expected instants are reckoned by hand from the offsets of each place: Réunion
// +4, Mayotte +3, Guadeloupe and Martinique -4, Guyane -3, all year; Paris +1,
// and +2 from 29 March to 25 October 2026.
func TestDueAt(t *testing.T) {
	winter, summer := "2026-01-12T05:30:00Z", "2026-07-13T05:30:00Z"
	tests := []struct {
		name, now, urgency, zone, want string
	}{
		{"Réunion, winter", winter, request.Urgent, "Indian/Reunion", "2026-01-14T14:00:00Z"},
		{"Réunion, summer", summer, request.Urgent, "Indian/Reunion", "2026-07-15T14:00:00Z"},
		{"Mayotte, winter", winter, request.Urgent, "Indian/Mayotte", "2026-01-14T15:00:00Z"},
		{"Mayotte, summer", summer, request.Urgent, "Indian/Mayotte", "2026-07-15T15:00:00Z"},
		{"Guadeloupe, winter", winter, request.Soon, "America/Guadeloupe", "2026-01-17T22:00:00Z"},
		{"Guadeloupe, summer", summer, request.Soon, "America/Guadeloupe", "2026-07-18T22:00:00Z"},
		{"Martinique, winter", winter, request.Soon, "America/Martinique", "2026-01-17T22:00:00Z"},
		{"Martinique, summer", summer, request.Soon, "America/Martinique", "2026-07-18T22:00:00Z"},
		{"Guyane, winter", winter, request.Routine, "America/Cayenne", "2026-01-22T21:00:00Z"},
		{"Guyane, summer", summer, request.Routine, "America/Cayenne", "2026-07-23T21:00:00Z"},
		{"Paris, winter", winter, request.Routine, "Europe/Paris", "2026-01-22T17:00:00Z"},
		{"Paris, summer", summer, request.Routine, "Europe/Paris", "2026-07-23T16:00:00Z"},
		{"the clocks of Paris go forward in between", "2026-03-24T09:00:00Z", request.Routine, "Europe/Paris", "2026-04-03T16:00:00Z"},
		{"and back", "2026-10-20T09:00:00Z", request.Routine, "Europe/Paris", "2026-10-30T17:00:00Z"},
		{"it is still the day before in Guadeloupe", "2026-01-12T02:00:00Z", request.Urgent, "America/Guadeloupe", "2026-01-13T22:00:00Z"},
		{"it is already the next day in Réunion", "2026-01-12T21:00:00Z", request.Urgent, "Indian/Reunion", "2026-01-15T14:00:00Z"},
		{"the end of a month", "2026-01-30T08:00:00Z", request.Urgent, "Europe/Paris", "2026-02-01T17:00:00Z"},
		{"no zone of the expert's: the desk's", winter, request.Urgent, "", "2026-01-14T21:00:00Z"},
		{"one that nobody knows: the desk's", winter, request.Urgent, "Mars/Olympus", "2026-01-14T21:00:00Z"},
	}
	for _, tt := range tests {
		now, err := time.Parse(time.RFC3339, tt.now)
		must(t, err)
		got := expertise.DueAt(now, tt.urgency, tt.zone, "America/Cayenne").Format(time.RFC3339)
		if got != tt.want {
			t.Errorf("%s: %s asked at %s is due at %s, want %s", tt.name, tt.urgency, tt.now, got, tt.want)
		}
	}
}
