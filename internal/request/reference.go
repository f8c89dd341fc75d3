package request

import (
	"crypto/rand"
	"regexp"
	"strconv"
	"strings"

	"phare/internal/access"
)

// A reference is "MR-" and eight characters of Crockford's base 32, in two
// groups: seven drawn at random (35 bits) and one that checks them, so that it
// can be said over a bad telephone line. It is not a secret.
const (
	referencePrefix = "MR"
	referenceLength = 8 // characters after the prefix, the check character included
	crockford       = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// newReference draws a reference. Two can be the same, about once in 34
// billion: the database refuses the second and the caller draws again.
func newReference() string {
	var raw [referenceLength - 1]byte
	rand.Read(raw[:])
	var b [referenceLength]byte
	for i, c := range raw {
		b[i] = crockford[c&31]
	}
	b[referenceLength-1] = crockford[checkOf(string(b[:referenceLength-1]))]
	return referencePrefix + "-" + string(b[:4]) + "-" + string(b[4:])
}

// checkOf is the check value of seven characters. Each is weighed with another
// power of 2 in the field of 32 elements, and the check character itself with
// 1, so that any one wrong character and any two that changed places show.
func checkOf(s string) byte {
	var sum byte
	weight := byte(1)
	for i := len(s) - 1; i >= 0; i-- {
		weight = times(weight, 2)
		sum ^= times(weight, byte(strings.IndexByte(crockford, s[i])))
	}
	return sum
}

// times multiplies in the field of 32 elements, modulo x⁵ + x² + 1.
func times(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			p ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
	}
	return p
}

// ParseReference reads a reference as people type it: in any case, with or
// without prefix, dashes and blanks, O for 0, I and L for 1. It returns it as
// written on the receipt; ok is false if it cannot be one.
func ParseReference(s string) (reference string, ok bool) {
	var b []byte
	for _, c := range strings.ToUpper(s) {
		switch {
		case c == 'O':
			c = '0'
		case c == 'I' || c == 'L':
			c = '1'
		}
		switch {
		case c < 0x80 && strings.IndexByte(crockford, byte(c)) >= 0:
			b = append(b, byte(c))
		case c >= 'A' && c <= 'Z':
			return "", false
		}
	}
	if len(b) == referenceLength+len(referencePrefix) && strings.HasPrefix(string(b), referencePrefix) {
		b = b[len(referencePrefix):]
	}
	if len(b) != referenceLength || crockford[checkOf(string(b[:referenceLength-1]))] != b[referenceLength-1] {
		return "", false
	}
	return referencePrefix + "-" + string(b[:4]) + "-" + string(b[4:]), true
}

var inWords = regexp.MustCompile(`(?i)\bMR[-\x{2010}-\x{2015} ]?[0-9A-Z]{4}[-\x{2010}-\x{2015} ]?[0-9A-Z]{4}\b`)

// ReferenceIn is the first reference in some words; empty when none can be one.
func ReferenceIn(words string) string {
	for _, x := range inWords.FindAllString(words, 20) {
		if reference, ok := ParseReference(x); ok {
			return reference
		}
	}
	return ""
}

// The secret beside a reference: ten digits, about 33 bits. It is stored as a
// keyed hash, not with argon2: at a thousand submissions a second a slow hash
// would be the whole cost, and the key lives outside the database, so that a
// stolen copy of the database gives nothing to guess against. Online, five
// failures an hour lock a reference.
const (
	secretDigits = 10
	secretRange  = 10_000_000_000
	secretKind   = "request.secret:"
)

// firstSecret is the secret of the request that came from a form. It follows
// from the form and the site's key, so that the answer to a double click, or to
// a second try after a lost reply, can give it again and nothing has to be kept
// in clear in between.
func firstSecret(key access.Key, form string) string {
	n, _ := strconv.ParseUint(key.Mac("request.secret.first", form)[:16], 16, 64) // 16 hexadecimal digits always parse
	return padded(n % secretRange)
}

// newSecret is a fresh secret, for a requester who lost the first.
func newSecret() string {
	var raw [8]byte
	rand.Read(raw[:])
	var n uint64
	for _, c := range raw {
		n = n<<8 | uint64(c)
	}
	return padded(n % secretRange)
}

func padded(n uint64) string {
	s := strconv.FormatUint(n, 10)
	return strings.Repeat("0", secretDigits-len(s)) + s
}

// ParseSecret keeps the digits of a secret as typed; ok is false unless there
// are ten.
func ParseSecret(s string) (digits string, ok bool) {
	digits = digitsOf(s)
	return digits, len(digits) == secretDigits
}

// ShowSecret groups a secret so that it can be read aloud: "482 177 3095".
func ShowSecret(s string) string {
	if len(s) != secretDigits {
		return s
	}
	return s[:3] + " " + s[3:6] + " " + s[6:]
}

// macOf is the stored form of a secret.
func macOf(key access.Key, reference, secret string) string {
	return key.Mac(secretKind+reference, secret)
}

func digitsOf(s string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
}
