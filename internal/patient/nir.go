package patient

import "strconv"

// ValidNIR says whether s is a NIR or NIA of 13 characters with its right key
// of 2 (97 − n mod 97; the Corsican departments 2A and 2B count as 19 and 18).
func ValidNIR(s string) bool {
	if len(s) != 15 {
		return false
	}
	digits := []byte(s)
	if s[5] == '2' && (s[6] == 'A' || s[6] == 'B') {
		digits[5], digits[6] = '1', '9'
		if s[6] == 'B' {
			digits[6] = '8'
		}
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	n, _ := strconv.ParseInt(string(digits[:13]), 10, 64) // 13 digits fit
	key, _ := strconv.ParseInt(string(digits[13:]), 10, 64)
	return n > 0 && key == 97-n%97
}

// Doubts are keys of warnings about an identity that may be right all the same:
// what the INS says of sex and birth differs from what was typed, or its shape
// is unusual. They are shown, they block nothing.
func (p Patient) Doubts() []string {
	if p.INS == "" || !ValidNIR(p.INS) {
		return nil
	}
	var all []string
	switch p.INS[0] {
	case '1', '2':
		if female := p.INS[0] == '2'; female != (p.Sex == Female) {
			all = append(all, "patient.doubt.sex")
		}
	case '3', '4', '7', '8': // being registered, or temporary
	default:
		all = append(all, "patient.doubt.shape")
	}
	if len(p.BirthDate) >= 4 && p.INS[1:3] != p.BirthDate[2:4] {
		all = append(all, "patient.doubt.year")
	}
	// Months 20 to 42 and 50 to 99 stand for civil status that is not complete.
	if month := p.INS[3:5]; len(p.BirthDate) >= 7 && month <= "12" && month != p.BirthDate[5:7] {
		all = append(all, "patient.doubt.month")
	}
	if p.BirthPlace != "" && p.INS[5:10] != p.BirthPlace {
		all = append(all, "patient.doubt.place")
	}
	return all
}
