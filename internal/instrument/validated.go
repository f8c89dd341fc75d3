package instrument

import (
	"regexp"
	"strings"

	"phare"
	"phare/internal/term"
)

// unsure is how the starters say, at the end of a line, that nobody stands for
// what it says: "…, à valider par un médecin".
var unsure = regexp.MustCompile(`(?im)[ \x{a0}\x{202f}]*[,;(–—-]*[ \x{a0}\x{202f}]*à (?:faire )?valider(?: par (?:un|le|une|la) médecin(?: référent)?)?\)?\.?[ \t]*$`)

// Validated is a text as it stands once a physician has signed it: no line ends
// by saying that it is still to be validated.
func Validated(text string) string { return unsure.ReplaceAllString(text, "") }

// doubtful is the first line that still says, elsewhere than at its end, that a
// text is to be validated; 0: none. Comments are shown to nobody.
func doubtful(text string) int {
	for i, s := range strings.Split(text, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(s), "#") && strings.Contains(" "+term.Fold(s)+" ", " a valider ") {
			return i + 1
		}
	}
	return 0
}

// signable says what keeps a text from being signed.
func signable(ref Ref, text string) error {
	if err := fault(Check(ref, text)); err != nil { // the networks may have changed since
		return err
	}
	signed := Validated(text)
	line := doubtful(signed)
	if emptied := Refusals(Check(ref, signed)); line == 0 && emptied != nil { // a line said nothing else
		line = max(emptied[0].Line, 1)
	}
	if line > 0 {
		e := phare.Field("text", "instrument.sign.doubtful")
		e.Args = map[string]any{"Line": line}
		return e
	}
	return nil
}
