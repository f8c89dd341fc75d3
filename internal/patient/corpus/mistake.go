package corpus

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// byEar are spellings that sound alike to somebody who writes a name down: what
// is heard on one side, what may be written on the other. They were written for
// this corpus, apart from the rules of package patient, which must not be
// measured by themselves; some they do not know.
var byEar = [][2]string{
	{"ph", "f"}, {"f", "ph"}, {"eau", "o"}, {"eau", "au"}, {"au", "o"}, {"ou", "u"}, {"ou", "oo"}, {"ou", "w"}, {"oua", "wa"}, {"oe", "ou"}, {"u", "ou"},
	{"k", "c"}, {"k", "q"}, {"qu", "k"}, {"ca", "ka"}, {"co", "ko"}, {"cu", "ku"}, {"c", "ss"}, {"ss", "s"}, {"s", "ss"}, {"ce", "se"}, {"ci", "si"}, {"ç", "ss"}, {"sa", "ssa"},
	{"dj", "j"}, {"dj", "di"}, {"j", "dj"}, {"ge", "je"}, {"gi", "ji"}, {"gu", "g"}, {"tch", "ch"}, {"ch", "tch"}, {"ch", "sh"}, {"sh", "ch"}, {"tj", "tch"}, {"dy", "di"}, {"dy", "dj"},
	{"y", "i"}, {"i", "y"}, {"ï", "y"}, {"aye", "aille"}, {"ill", "y"}, {"ie", "y"}, {"é", "er"}, {"é", "et"}, {"et", "é"}, {"er", "é"}, {"ez", "é"}, {"è", "ai"}, {"ai", "é"}, {"ei", "ai"}, {"ê", "ai"},
	{"in", "ain"}, {"ain", "in"}, {"in", "un"}, {"en", "an"}, {"an", "en"}, {"am", "an"}, {"om", "on"}, {"on", "om"},
	{"th", "t"}, {"t", "th"}, {"h", ""}, {"rh", "r"}, {"mm", "m"}, {"m", "mm"}, {"nn", "n"}, {"n", "nn"}, {"ll", "l"}, {"l", "ll"}, {"tt", "t"}, {"t", "tt"}, {"pp", "p"}, {"rr", "r"}, {"r", "rr"},
	{"x", "ks"}, {"x", "s"}, {"z", "s"}, {"s", "z"}, {"lh", "ill"}, {"nh", "gn"}, {"gn", "ni"}, {"ão", "an"}, {"ã", "an"}, {"õ", "on"}, {"w", "ou"}, {"ë", "é"}, {"ô", "o"}, {"dh", "d"}, {"kh", "k"}, {"v", "b"}, {"oi", "oua"},
}

// silent endings that are left off or put on.
var silent = []string{"s", "t", "d", "x", "e", "z"}

// mistake tells of p with one kind of mistake; false when the name does not bear it.
func (m *maker) mistake(p Person, kind string) (Person, bool) {
	if q, ok, is := m.misdated(p, kind); is {
		return q, ok
	}
	q := p
	switch kind {
	case Same:
	case Ear:
		q.BirthName = m.ear(p.BirthName)
	case EarBoth:
		q.BirthName, q.First = m.ear(p.BirthName), m.ear(m.called(p.First))
	case Typo:
		if m.IntN(3) == 0 {
			q.First = m.typo(p.First)
		} else {
			q.BirthName = m.typo(p.BirthName)
		}
	case Accents:
		q.BirthName, q.First = strings.ToUpper(fold(p.BirthName)), strings.ToUpper(fold(p.First))
		return q, q.BirthName != strings.ToUpper(p.BirthName) || q.First != strings.ToUpper(p.First)
	case Joined:
		q.BirthName = m.joined(p.BirthName)
		return q, q.BirthName != p.BirthName
	case OneOfTwo:
		parts := significant(p.BirthName)
		if len(parts) < 2 {
			return q, false
		}
		q.BirthName = parts[m.IntN(len(parts))]
	case Used, UsedPart:
		if p.Sex != "female" || p.BirthDate > "2004" {
			return q, false
		}
		q.BirthName, q.UsedName = m.family(origins[m.weighted()]), ""
		if kind == UsedPart {
			q.BirthDate = p.BirthDate[:7-3*m.IntN(2)]
		}
	case Crossed:
		q.BirthName, q.First = p.First, p.BirthName
	case CrossedIn:
		q.BirthName, q.First = m.ear(m.called(p.First)), p.BirthName
	case OneFirst:
		parts := strings.FieldsFunc(p.First, func(r rune) bool { return r == ' ' || r == '-' })
		if len(parts) < 2 {
			return q, false
		}
		q.First = parts[m.IntN(len(parts))]
	case Nickname:
		short, ok := nicknames[m.called(p.First)]
		q.First = short
		return q, ok
	}
	return q, true
}

// misdated is mistake for those that touch the date; is says whether this one does.
func (m *maker) misdated(p Person, kind string) (q Person, ok, is bool) {
	q = p
	switch kind {
	case EarDigit:
		q.BirthName, q.BirthDate = m.ear(p.BirthName), m.digit(p.BirthDate)
	case EarPart:
		q.BirthName, q.BirthDate = m.ear(p.BirthName), p.BirthDate[:7-3*m.IntN(2)]
	case EarNoDate:
		q.BirthName, q.BirthDate = m.ear(p.BirthName), ""
	case Three:
		q.BirthName, q.First, q.BirthDate = m.ear(p.BirthName), m.ear(m.called(p.First)), m.digit(p.BirthDate)
	case DayMonth:
		q.BirthDate = p.BirthDate[:4] + "-" + p.BirthDate[8:] + "-" + p.BirthDate[5:7]
		return q, p.BirthDate[8:] <= "12" && q.BirthDate != p.BirthDate, true
	case Partial:
		q.BirthDate = p.BirthDate[:7-3*m.IntN(2)]
	case NoDate:
		q.BirthDate = ""
	case Digit:
		q.BirthDate = m.digit(p.BirthDate)
	default:
		return q, false, false
	}
	return q, true, true
}

// called is the first of the first names.
func (m *maker) called(first string) string {
	name, _, _ := strings.Cut(strings.ReplaceAll(first, "-", " "), " ")
	return name
}

// ear writes a name as it may be heard: one or two places of it.
func (m *maker) ear(name string) string {
	for range 1 + m.IntN(2) {
		name = m.once(name)
	}
	return name
}

func (m *maker) once(name string) string {
	low := strings.ToLower(name)
	for range 60 {
		pair := byEar[m.IntN(len(byEar))]
		at := strings.Index(low, pair[0])
		if at < 0 || m.IntN(3) == 0 && strings.LastIndex(low, pair[0]) == at && at == 0 {
			continue
		}
		return title(low[:at] + pair[1] + low[at+len(pair[0]):])
	}
	if m.IntN(2) == 0 {
		return name + m.even(silent)
	}
	return strings.TrimRight(name, "stdxez")
}

// typo is one slip of the hand.
func (m *maker) typo(name string) string {
	r := []rune(name)
	if len(r) < 3 {
		return name + string(r[len(r)-1])
	}
	at := 1 + m.IntN(len(r)-2)
	switch m.IntN(4) {
	case 0:
		return string(r[:at]) + string(r[at+1:])
	case 1:
		return string(r[:at+1]) + string(r[at:])
	case 2:
		r[at], r[at+1] = r[at+1], r[at]
	default:
		r[at] = rune("aeiorstnlm"[m.IntN(10)])
	}
	return string(r)
}

// digit changes one digit of a date into another date that exists.
func (m *maker) digit(date string) string {
	for range 100 {
		at := []int{2, 3, 5, 6, 8, 9}[m.IntN(6)]
		d := date[:at] + strconv.Itoa(m.IntN(10)) + date[at+1:]
		var y, mo, day int
		fmt.Sscanf(d, "%d-%d-%d", &y, &mo, &day)
		if d != date && y <= 2026 && mo >= 1 && mo <= 12 && day >= 1 && day <= 28 {
			return d
		}
	}
	return date
}

// joined takes the gap out of a name, or puts one in.
func (m *maker) joined(name string) string {
	if strings.ContainsAny(name, " -'") {
		return title(strings.ToLower(strings.NewReplacer(" ", "", "-", "", "'", "").Replace(name)))
	}
	for _, head := range []string{"Le", "De", "La", "Saint", "M", "Ben", "Andria", "Rakoto", "Ah"} {
		if rest, ok := strings.CutPrefix(name, head); ok && len(rest) > 3 {
			return head + " " + title(rest)
		}
	}
	return name
}

// significant are the words of a family name but for its particles.
func significant(name string) (all []string) {
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' }) {
		if utf8.RuneCountInString(part) > 2 && !strings.Contains(" Ben Binti Bin dos Van Saint Sainte ", " "+part+" ") {
			all = append(all, part)
		}
	}
	return all
}

func title(s string) string {
	up := true
	return strings.Map(func(r rune) rune {
		if up && unicode.IsLetter(r) {
			up = false
			return unicode.ToUpper(r)
		}
		up = up || r == ' ' || r == '-'
		return r
	}, s)
}

// fold takes accents, hyphens and apostrophes off, with a table of its own.
func fold(s string) string {
	return strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "É", "E", "à", "a", "â", "a", "ã", "a", "á", "a", "ï", "i", "î", "i", "í", "i", "Ï", "I", "ô", "o", "õ", "o", "ó", "o",
		"ö", "o", "ü", "u", "û", "u", "ú", "u", "ç", "c", "ñ", "n", "-", " ", "'", "").Replace(s)
}
