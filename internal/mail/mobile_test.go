package mail

import "testing"

// The mobile telephones of the territories and the mainland, as people type them.
func TestIsMobile(t *testing.T) {
	for typed, want := range map[string]bool{
		"0692 12 34 56": true, "06 12 34 56 78": true, "+33 (0)7 12 34 56 78": true, "0690123456": true, "00 596 696 12 34 56": true, "0639 12 34 56": true, "0694-12-34-56": true,
		"0262 12 34 56": false, "01 23 45 67 89": false, "": false, "0692 12 34": false, "0692 12 34 56 78": false, "+269 321 12 34": false, "112": false, "une voisine": false,
	} {
		if IsMobile(typed) != want {
			t.Errorf("%q: %t", typed, !want)
		}
	}
}
