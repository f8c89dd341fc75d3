package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"phare"
)

// Parameters of argon2id (OWASP's second choice: 19 MiB, two passes), and the
// shortest password.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	minPassword  = 12
	maxPassword  = 256
	argonThreads = 1
)

// hashing bounds how many argon2id runs share the memory at once.
var hashing = make(chan struct{}, 2)

func argon(password string, salt []byte) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, 32)
}

// HashPassword checks that a password is long enough and returns its stored form.
func HashPassword(password string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return "", phare.Field("password", "access.password.short")
	case n > maxPassword:
		return "", phare.Field("password", "access.password.long")
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", argonMemory, argonTime, argonThreads,
		enc.EncodeToString(salt), enc.EncodeToString(argon(password, salt))), nil
}

// isPassword compares in constant time. An account that does not exist is
// compared with nothing, at the same cost.
func isPassword(stored, password string) bool {
	parts := strings.Split(stored, "$")
	salt, want := make([]byte, 16), make([]byte, 32)
	known := len(parts) == 6 && parts[1] == "argon2id"
	if known {
		var err1, err2 error
		salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
		want, err2 = base64.RawStdEncoding.DecodeString(parts[5])
		known = err1 == nil && err2 == nil
	}
	if len(password) > 4*maxPassword {
		password = ""
	}
	return subtle.ConstantTimeCompare(argon(password, salt), want) == 1 && known
}
