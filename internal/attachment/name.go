package attachment

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"phare"
	"phare/internal/inspect"
)

// SafeName is a file's name as it can be shown and saved: no folder, nothing that
// turns the reading direction or cannot be seen, nothing that a system reads as
// something else.
func SafeName(given string) string {
	if !utf8.ValidString(given) {
		given = strings.ToValidUTF8(given, "")
	}
	given = path.Base(strings.ReplaceAll(given, `\`, "/"))
	given = strings.Map(func(c rune) rune {
		switch {
		case c == ' ' || c == '\u00a0':
			return ' '
		case unicode.Is(unicode.Cf, c), unicode.IsControl(c), !unicode.IsPrint(c), strings.ContainsRune(`<>:"/\|?*`, c):
			return -1
		}
		return c
	}, given)
	given = strings.TrimLeft(phare.Clean(given), ".~- ")
	if r := []rune(given); len(r) > maxName {
		ending := []rune(path.Ext(given))
		if len(ending) > 10 {
			ending = nil
		}
		given = string(r[:maxName-len(ending)]) + string(ending)
	}
	return given
}

// Disposition is the header under which a file is given out: a name in ASCII for
// old programs, and the whole one (RFC 6266, RFC 8187). It always ends as its
// kind does.
func Disposition(name string, kind inspect.Kind) string {
	name = SafeName(name)
	if ext := strings.ToLower(path.Ext(name)); !kind.Agrees(name, "") || ext == "" {
		name = strings.TrimSuffix(name, path.Ext(name)) + kind.Ending()
	}
	if strings.TrimSuffix(name, path.Ext(name)) == "" {
		name = "document" + kind.Ending()
	}
	plain := strings.Map(func(c rune) rune {
		if c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("._-() ", c)) {
			return c
		}
		return '_'
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
