package request

import (
	"regexp"
	"slices"
	"strings"

	"phare/internal/term"
)

// zones are the clocks of the territories by the first digits of a French
// number, or of a postal code. The mainland's are all others.
var (
	zonesByPhone = map[string]string{
		"0262": "Indian/Reunion", "0263": "Indian/Reunion", "0692": "Indian/Reunion", "0693": "Indian/Reunion",
		"0269": "Indian/Mayotte", "0639": "Indian/Mayotte",
		"0590": "America/Guadeloupe", "0690": "America/Guadeloupe", "0691": "America/Guadeloupe",
		"0596": "America/Martinique", "0696": "America/Martinique", "0697": "America/Martinique",
		"0594": "America/Cayenne", "0694": "America/Cayenne",
	}
	zonesByPost = map[string]string{
		"971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion", "976": "Indian/Mayotte",
	}
	postal = regexp.MustCompile(`\b(97[1-8]|\d\d)\d{2,3}\b`)
)

// mahorais are the communes of Mayotte, folded: a desk of La Réunion serves them
// too, an hour behind it.
var mahorais = []string{"acoua", "bandraboua", "bandrele", "boueni", "chiconi", "chirongui", "dembeni", "dzaoudzi", "kani keli", "koungou",
	"mamoudzou", "mtsamboro", "m'tsangamouji", "mtsangamouji", "ouangani", "pamandzi", "sada", "tsingoni", "mayotte"}

// Zone is the clock of whoever asks, as far as what they wrote tells: the postal
// code or commune, else the telephone. Empty: nothing tells, and then only the
// desk's clock is shown.
func (f Fields) Zone() string {
	for _, where := range []string{f.Commune, f.Place} {
		for _, m := range postal.FindAllString(where, -1) {
			if len(m) != 5 {
				continue
			}
			if z := zonesByPost[m[:3]]; z != "" {
				return z
			}
			if m[:2] != "97" && m[:2] != "98" && m[:2] != "00" {
				return "Europe/Paris"
			}
		}
		folded := term.Fold(where)
		if slices.ContainsFunc(mahorais, func(c string) bool { return strings.Contains(" "+folded+" ", " "+c+" ") }) {
			return "Indian/Mayotte"
		}
	}
	digits := digitsOf(f.Phone)
	if strings.HasPrefix(strings.TrimSpace(f.Phone), "+") || strings.HasPrefix(digits, "00") {
		digits = strings.TrimPrefix(digits, "00")
		for _, code := range []string{"262", "590", "594", "596", "33"} {
			if rest, ok := strings.CutPrefix(digits, code); ok {
				digits = "0" + strings.TrimPrefix(rest, "0")
				break
			}
		}
	}
	if len(digits) != 10 || digits[0] != '0' {
		return ""
	}
	if strings.HasPrefix(digits, "063998") { // kept for fiction, and nowhere
		return ""
	}
	if z, ok := zonesByPhone[digits[:4]]; ok {
		return z
	}
	if digits[1] >= '1' && digits[1] <= '5' { // mobiles of the mainland go everywhere
		return "Europe/Paris"
	}
	return ""
}
