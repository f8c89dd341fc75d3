// Package phare is the vocabulary every other package speaks: identifiers and
// the kinds of error a person can act on. It imports only the standard library
// and knows nothing of SQL, HTTP, files or languages.
package phare

import (
	"crypto/rand"
	"encoding/base32"
)

// ID names one record for ever. IDs are made here, not by the database, so a
// record, its audit entry and its jobs can refer to each other before commit.
type ID string

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a fresh random ID of 26 characters.
func NewID() ID {
	var b [16]byte
	rand.Read(b[:])
	return ID(idEncoding.EncodeToString(b[:]))
}
