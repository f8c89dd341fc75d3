package need

import (
	"phare/internal/calendar"
	"phare/internal/store"
)

// Workdays are the days on which a desk works, for the clocks of other rooms.
func Workdays(v *store.View, platform string) (calendar.Calendar, error) {
	return calendarOf(v, platform)
}

// Away are who of a desk is away now, and who covers them.
func Away(v *store.View, platform string) (map[string]string, error) {
	all, err := absences(v, platform)
	away := map[string]string{}
	for _, a := range all {
		if a.Covers(v.Now()) {
			away[a.Account] = a.Cover
		}
	}
	return away, err
}
