// Package phare is the vocabulary every other package speaks: identifiers and
// the kinds of error a person can act on. It imports only the standard library
// and knows nothing of SQL, HTTP, files or languages.
package phare

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// ID names one record for ever. IDs are made here, not by the database, so a
// record, its audit entry and its jobs can refer to each other before commit.
type ID string

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a fresh ID of 26 characters: the millisecond of its making, then
// 80 random bits. IDs made one after the other sort in that order, so that a
// table and its indexes grow at their end instead of everywhere; they tell when
// a record was made and are no secret. What must not be guessed is a NewForm.
func NewID() ID {
	var b [16]byte
	rand.Read(b[6:])
	ms := time.Now().UnixMilli()
	binary.BigEndian.PutUint32(b[:4], uint32(ms>>16))
	binary.BigEndian.PutUint16(b[4:6], uint16(ms))
	return ID(idEncoding.EncodeToString(b[:]))
}

// FormLength is the length of what NewForm returns, in characters.
const FormLength = 26

// NewForm returns 128 random bits in 26 characters: the id of a form, whose
// holder can go on with it. Stored is only its FormHash.
func NewForm() string {
	var b [16]byte
	rand.Read(b[:])
	return idEncoding.EncodeToString(b[:])
}

// FormHash is what is stored in the place of a form's id: its SHA-256, in
// hexadecimal. Whoever reads a database or a backup can open no form with it; 128
// random bits need neither salt nor key.
func FormHash(form string) string {
	sum := sha256.Sum256([]byte(form))
	return hex.EncodeToString(sum[:])
}
