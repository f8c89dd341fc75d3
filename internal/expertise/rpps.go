package expertise

import "strings"

// RPPSDoubt says that a number is not a well-formed RPPS: eleven digits that
// obey Luhn's rule. It is a reason to look again, never to refuse: numbers are
// mistyped in good faith, and some published ones do not obey.
func RPPSDoubt(s string) bool {
	digits := strings.ReplaceAll(s, " ", "")
	if digits == "" {
		return false
	}
	if len(digits) != 11 || strings.Trim(digits, "0123456789") != "" {
		return true
	}
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 != 0
}
