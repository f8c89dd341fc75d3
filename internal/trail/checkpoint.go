package trail

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the state of one log at one instant: its name, how many entries
// it has and the root of their tree.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
	At     time.Time // as the log's clock had it
}

// Text is what is signed: a checkpoint as c2sp.org/tlog-checkpoint has it, with
// the time as an extension line.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\nat %s\n", c.Origin, c.Size, c.Root, c.At.UTC().Format(TimeLayout))
}

// ParseCheckpoint reads the text of a checkpoint. Lines after the third that it
// does not know are passed over.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return c, errors.New("it is no checkpoint: a checkpoint has a name, a size and a root, a line each")
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || strconv.FormatInt(c.Size, 10) != lines[1] {
		return c, fmt.Errorf("it is no checkpoint: %q is no size", lines[1])
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, fmt.Errorf("it is no checkpoint: %q is no root", lines[2])
	}
	for _, l := range lines[3:] {
		if at, ok := strings.CutPrefix(l, "at "); ok {
			if c.At, err = time.Parse(TimeLayout, at); err != nil {
				return c, fmt.Errorf("it is no checkpoint: %q is no time", at)
			}
		}
	}
	return c, nil
}

// SignWith signs a checkpoint.
func SignWith(c Checkpoint, key note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: c.Text()}, key)
}

// Cosign adds a signature to a note that was opened before.
func Cosign(n *note.Note, key note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: n.Text, Sigs: n.Sigs, UnverifiedSigs: n.UnverifiedSigs}, key)
}

// OpenCheckpoint reads a signed checkpoint and says who of keys signed it; one
// that none of them signed is an error.
func OpenCheckpoint(signed []byte, keys ...note.Verifier) (c Checkpoint, n *note.Note, err error) {
	n, err = note.Open(signed, note.VerifierList(keys...))
	if err != nil {
		if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
			return c, nil, errors.New("none of the keys that were given has signed this checkpoint")
		}
		return c, nil, fmt.Errorf("this is no checkpoint, or its signature is wrong: %w", err)
	}
	c, err = ParseCheckpoint(n.Text)
	return c, n, err
}

// PeekCheckpoint reads a checkpoint without checking its signatures, to find
// out which key it needs, or where it is compared with something else.
func PeekCheckpoint(signed []byte) (Checkpoint, error) {
	text, _, found := strings.Cut(string(signed), "\n\n")
	if !found {
		return Checkpoint{}, errors.New("it is no signed checkpoint: there is no signature under it")
	}
	return ParseCheckpoint(text + "\n")
}

// SignedBy says whether the key named is among those that signed.
func SignedBy(n *note.Note, name string) bool {
	for _, s := range n.Sigs {
		if s.Name == name {
			return true
		}
	}
	return false
}

// Key signs checkpoints: the log's own, and as a witness those of others.
type Key struct {
	note.Signer
	Public string // to be given to whoever verifies
	secret string
}

// NewKey makes a key. Its name, which is that of its log too, is made up, so
// that it stays when the site moves to another address.
func NewKey() (Key, error) {
	var b [10]byte
	rand.Read(b[:])
	secret, _, err := note.GenerateKey(rand.Reader, "phare-"+strings.ToLower(base32.StdEncoding.EncodeToString(b[:])))
	if err != nil {
		return Key{}, err
	}
	return ParseKey(secret)
}

// ParseKey reads a key as String writes it.
func ParseKey(secret string) (Key, error) {
	secret = strings.TrimSpace(secret)
	signer, err := note.NewSigner(secret)
	if err != nil {
		return Key{}, err
	}
	parts := strings.SplitN(secret, "+", 5) // PRIVATE KEY name hash packed; the packed part can hold a plus sign itself
	packed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil {
		return Key{}, err
	}
	public, err := note.NewEd25519VerifierKey(signer.Name(), ed25519.NewKeyFromSeed(packed[1:]).Public().(ed25519.PublicKey))
	return Key{signer, public, secret}, err
}

// String is the key as it is kept; it is a secret.
func (k Key) String() string { return k.secret }

// Verifier checks the signatures of this key.
func (k Key) Verifier() note.Verifier {
	v, err := note.NewVerifier(k.Public)
	if err != nil {
		panic(err) // Public was made by the same package
	}
	return v
}
