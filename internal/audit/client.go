package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"phare/internal/outbound"
	"phare/internal/store"
	"phare/internal/trail"
)

// WitnessPath is where a site answers as a witness, after its public address.
const WitnessPath = "/temoin/add-checkpoint"

// Remote is a witness that a site asks: from its settings, and from nowhere else.
type Remote struct {
	note.Verifier
	Address string // "https://other.example.org"

	client *http.Client
}

// ParseRemote reads a setting KEY@ADDRESS.
func ParseRemote(s string) (r Remote, err error) {
	key, address, found := strings.Cut(s, "@")
	u, bad := url.Parse(address)
	if !found || bad != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return r, fmt.Errorf("a witness must be KEY@https://address, its public key (phare audit key prints it there) and the address of its site: %q", s)
	}
	r.Address = strings.TrimSuffix(address, "/")
	// The operator names the host, which may be one of the hospital's network.
	r.client = outbound.Client(outbound.Rules{Hosts: []string{u.Host}, Internal: []string{u.Host}, Timeout: patience})
	r.Verifier, err = ParsePublic(key)
	return r, err
}

// patience is how long a witness may take.
const patience = 20 * time.Second

// Ask has a witness sign the latest checkpoint, and keeps its answer, be it a refusal.
func (r Remote) Ask(ctx context.Context, db *store.DB, key trail.Key) error {
	s, err := Sign(ctx, db, key)
	if err != nil {
		return err
	}
	old := int64(0)
	err = db.Read(ctx, func(v *store.View) error {
		all, err := store.AllCosigned(v)
		for _, c := range all {
			if c.Witness == r.Name() {
				old = c.Size
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	err = r.submit(ctx, db, s, old)
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Status == http.StatusConflict && refusal.Size != old {
		err = r.submit(ctx, db, s, refusal.Size) // it knows better than we what it saw
	}
	if err != nil && ctx.Err() == nil {
		err = errors.Join(fmt.Errorf("witness %s: %w", r.Address, err), db.KeepCosigned(ctx, store.Cosigned{Witness: r.Name(), Refused: err.Error()}))
	}
	return err
}

// submit sends one submission and takes the signature that comes back.
func (r Remote) submit(ctx context.Context, db *store.DB, s store.Signed, old int64) error {
	sub, err := Submit(ctx, db, s, old)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Address+WitnessPath, bytes.NewReader(sub.Marshal()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	answer, err := r.client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, MaxProof))
	if err != nil {
		return err
	}
	words := strings.TrimSpace(string(body))
	switch answer.StatusCode {
	case http.StatusOK:
		_, err = Take(ctx, db, r.Verifier, append([]byte(s.Note), body...))
		return err
	case http.StatusConflict:
		size, err := strconv.ParseInt(words, 10, 64)
		if err != nil {
			return fmt.Errorf("it answered what no witness answers: %.200q", words)
		}
		return &Refusal{Status: answer.StatusCode, Size: size, Words: fmt.Sprintf("the witness has seen %d entries, and here are %d", size, s.Size)}
	}
	return &Refusal{Status: answer.StatusCode, Words: fmt.Sprintf("it answered %d: %.300s", answer.StatusCode, words)}
}
