package request

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/store"
	"phare/internal/term"
)

// keptWords bounds the words kept for one request, and those of one search.
const (
	keptWords = 24
	askedMost = 4
)

// findWords are the words by which the desk finds a request: every name in it,
// the reference, the telephones, the mail addresses and the date of birth.
func findWords(r Request) []string {
	f := r.Fields
	words := foldedWords(strings.Join([]string{f.FamilyName, f.FirstName, f.Name, f.Place}, " "))
	words = append(words, referenceWord(r.Reference))
	words = append(words, phoneWord(f.Phone), strings.ReplaceAll(f.BirthDate, "-", ""), mailWord(f.Mail), phoneWord(f.ClosePhone), mailWord(f.CloseMail))
	words = tidy(words)
	return words[:min(keptWords, len(words))]
}

// askedWords are the words of a search as typed: "dupont 12/03/2019", "MR-7K3F-92QX",
// "06 92 12 34 56".
func askedWords(typed string) []string {
	typed = phare.Clean(typed)
	if p := phoneWord(typed); len(p) >= 4 && strings.Trim(typed, "0123456789+.-() ") == "" && !strings.Contains(typed, "/") {
		return []string{p}
	}
	var words []string
	for part := range strings.FieldsSeq(typed) {
		reference, whole := ParseReference(part)
		switch {
		case whole:
			words = append(words, referenceWord(reference))
		case strings.Contains(part, "@"):
			words = append(words, mailWord(part))
		case dateWord(part) != "":
			words = append(words, dateWord(part))
		case strings.HasPrefix(strings.ToUpper(part), "MR-"):
			words = append(words, referenceWord(part))
		default:
			words = append(words, foldedWords(part)...)
		}
	}
	words = tidy(words)
	// The longest words first: they leave the fewest requests to look at.
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words[:min(askedMost, len(words))]
}

func foldedWords(s string) []string { return strings.Fields(term.Fold(s)) }

// referenceWord is a reference without its dashes and its "MR", in the letters
// that Crockford's alphabet leaves after O, I and L are read as digits.
func referenceWord(ref string) string {
	s := strings.ReplaceAll(term.Fold(ref), " ", "")
	s = strings.TrimPrefix(s, "mr")
	return strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(s)
}

// mailWord is a mail address as it is looked for.
func mailWord(address string) string { return strings.ToLower(phare.Clean(address)) }

// phoneWord is a phone number as dialled inside France: the country codes of
// its territories become the 0 they stand for.
func phoneWord(phone string) string {
	digits := digitsOf(phone)
	abroad := strings.HasPrefix(strings.TrimSpace(phone), "+")
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits, abroad = rest, true
	}
	if !abroad {
		return digits
	}
	for _, country := range []string{"262", "590", "596", "594", "33"} {
		if rest, ok := strings.CutPrefix(digits, country); ok {
			return "0" + strings.TrimPrefix(rest, "0")
		}
	}
	return digits
}

// dateWord reads 12/03/2019, 12.03.2019 and 2019-03-12; anything else is "".
func dateWord(s string) string {
	parts := strings.FieldsFunc(s, func(c rune) bool { return c == '/' || c == '.' || c == '-' })
	if len(parts) != 3 || strings.IndexFunc(s, unicode.IsLetter) >= 0 {
		return ""
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts[2]) != 4 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return ""
	}
	return parts[2] + fmt.Sprintf("%02s%02s", parts[1], parts[0])
}

// tidy drops empty and repeated words and keeps the order.
func tidy(words []string) []string {
	var out []string
	for _, w := range words {
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// addWords makes a request findable by more words; those it has are left alone.
func addWords(tx *store.Tx, platform string, id phare.ID, words []string) error {
	if len(words) == 0 {
		return nil
	}
	args := []any{platform, id}
	var rows []string
	for _, w := range words {
		for _, index := range wordIndexes(platform, w) {
			args = append(args, index)
			rows = append(rows, fmt.Sprintf("($1, $%d, $2)", len(args)))
		}
	}
	return tx.Exec(`INSERT INTO request_word (platform, word, request) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, args...)
}

// Reindex makes the search words and indexes of one request anew.
func Reindex(tx *store.Tx, platform, id string) error {
	r, err := store.One(&tx.View, scan, `SELECT `+columns+` FROM request WHERE id = $1 AND platform = $2`, id, platform)
	if err != nil {
		return err
	}
	if err := tx.Update(`UPDATE request SET birth_index = $1 WHERE id = $2 AND platform = $3`, birthIndex(r.Platform, r.Fields.BirthDate), id, r.Platform); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM request_word WHERE request = $1 AND platform = $2`, id, r.Platform); err != nil {
		return err
	}
	words := findWords(r)
	if r.Patient != "" {
		more, err := personWords(&tx.View, access.Machine(r.Platform), r.Patient)
		if err != nil {
			return err
		}
		words = tidy(append(words, more...))
	}
	return addWords(tx, r.Platform, r.ID, words)
}

// patientWords are the words that an identity adds to those of its requests.
func patientWords(p patient.Patient) []string {
	return foldedWords(p.BirthName + " " + p.UsedName + " " + p.FirstNames)
}

// personWords are patientWords of an identity and of all that stand under it.
func personWords(v *store.View, by access.Actor, id phare.ID) (words []string, err error) {
	p, err := patient.Find(v, by, id)
	if err != nil {
		return nil, err
	}
	under, err := patient.Under(v, by, id)
	for _, q := range append([]patient.Patient{p}, under...) {
		words = append(words, patientWords(q)...)
	}
	return words, err
}

// Beginnings of a word that are indexed, in letters. The words are folded: one
// letter is nearly always one byte.
const (
	shortestBegin = 2
	longestBegin  = 12
)

// wordIndexes are the blind indexes of a word: of all of it, and of each of its
// beginnings. The table holds no word that anyone could read.
func wordIndexes(platform, word string) []any {
	all := []any{store.Blind(platform, "request.word", word)}
	letters := []rune(word)
	for n := shortestBegin; n <= min(len(letters), longestBegin); n++ {
		all = append(all, store.Blind(platform, "request.begin", string(letters[:n])))
	}
	return all
}

// askedIndex is what an asked word is looked up by: the beginning of a word, but
// for one letter, which would find everyone and must be a word of its own.
func askedIndex(platform, word string) any {
	letters := []rune(word)
	if len(letters) < shortestBegin {
		return store.Blind(platform, "request.word", word)
	}
	return store.Blind(platform, "request.begin", string(letters[:min(len(letters), longestBegin)]))
}

// initials are how the work list names a patient: "J. D.", first name first.
func initials(f Fields) string {
	var out []string
	for _, name := range []string{f.FirstName, f.FamilyName} {
		if r, size := utf8.DecodeRuneInString(phare.Clean(name)); size > 0 {
			out = append(out, string(unicode.ToUpper(r))+".")
		}
	}
	return strings.Join(out, " ")
}

// priority is 0 for what comes first in every list, else 1.
func priority(urgency string) int64 {
	if urgency == Urgent {
		return 0
	}
	return 1
}
