package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/audit"
	"phare/internal/consent"
	"phare/internal/store"
)

func (s *Server) auditRoutes() []Route {
	file := Policy{Right: access.ReadAccesses, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}/acces", file, s.accesses},
		{"GET /bureau/demandes/{id}/acces.pdf", file, s.accessesPDF},
		{"GET /bureau/demandes/{id}/acces.odt", file, s.accessesODT},
		{"POST /suivi/acces", Policy{Open: true}, s.familyAccesses},
		{"GET /bureau/journal", Policy{Right: access.ReadTrail}, s.trailState},
		{"POST " + audit.WitnessPath, Policy{Open: true}, s.cosign},
	}
}

// accessesPage is who opened one file: with names for a physician of the desk,
// without for the family.
type accessesPage struct {
	audit.Accesses
	Family bool
	Lang   string
}

func (s *Server) accesses(v *visit) error {
	a, err := audit.ForTeam(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "audit/accesses", accessesPage{a, false, v.lang})
}

func (s *Server) accessesPDF(v *visit) error { return s.accessesFile(v, "pdf") }

func (s *Server) accessesODT(v *visit) error { return s.accessesFile(v, "odt") }

func (s *Server) accessesFile(v *visit, ending string) error {
	if err := consent.Take(v.Context(), v.db, v.by, v.id(), consent.WayAccesses); err != nil {
		return s.stopped(v, v.id(), consent.WayAccesses, err)
	}
	a, err := audit.ForTeam(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	return v.take(a.Document(s.Text, v.lang), a.Reference+"-acces", ending)
}

// familyAccesses answers like tracking: to the same two words, with the same
// refusals, and nothing of it is ever in an address.
func (s *Server) familyAccesses(v *visit) error {
	f := posted(v)
	if !s.looks.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "track.toomany", nil)}}
		return s.showTrack(v, http.StatusTooManyRequests, f)
	}
	a, err := audit.ForFamily(v.Context(), v.db, s.Key, v.line("reference"), v.line("secret"))
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.showTrack(v, http.StatusUnprocessableEntity, f)
	}
	return s.render(v, http.StatusOK, "audit/accesses", accessesPage{a, true, v.lang})
}

// trailPage says how far the trail is signed and witnessed; it tells of no file.
type trailPage struct {
	Desk     access.Platform
	Size     int64
	Root     string
	Last     store.Signed // zero: never signed
	Late     bool         // it should have been signed since
	Name     string       // of the key; empty: this site has none here
	Public   string
	Cosigned []store.Cosigned
	Seen     []audit.Seen
	Erased   *erasuresTold // of all years
}

// Unsigned is how many entries were written since the last signature.
func (p trailPage) Unsigned() int64 { return p.Size - p.Last.Size }

func (s *Server) trailState(v *visit) error {
	p := trailPage{Public: s.Witness.Key.Public}
	if s.Witness.Key.Signer != nil {
		p.Name = s.Witness.Key.Name()
	}
	err := s.DB.Read(v.Context(), func(view *store.View) error { // sizes and roots of all platforms' trail
		tree, err := store.Tree(view)
		if err != nil {
			return err
		}
		p.Size, p.Root = tree.N, tree.Hash.String()
		last, err := store.Checkpoints(view, 1)
		if err != nil {
			return err
		}
		if len(last) > 0 {
			p.Last = last[0]
		}
		if p.Cosigned, err = store.AllCosigned(view); err != nil {
			return err
		}
		p.Seen, err = audit.AllSeen(view)
		return err
	})
	if err != nil {
		return err
	}
	p.Late = p.Last.Size < p.Size && v.db.Now().Sub(p.Last.At) > 2*audit.SignEvery
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Erased, err = toldErasures(v, p.Desk.Zone, time.Time{}, v.db.Now().Add(time.Second)); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "audit/trail", p)
}

// cosign answers another site's log as its witness. Who asks is shown by the
// signature under what is sent, and only by it; the answer is for a program.
func (s *Server) cosign(v *visit) error {
	if len(s.Witness.Logs) == 0 {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	if !s.logs.allow(callerOf(v.Request)) {
		s.refuseLog(v, &audit.Refusal{Status: http.StatusTooManyRequests, Words: "this witness was asked too often from this address: ask again in an hour"})
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(v.Body, audit.MaxProof+1))
	if err != nil {
		return &phare.Error{Kind: phare.Invalid, Key: "error.form", Err: err}
	}
	sub, err := audit.ParseSubmission(body)
	if err != nil {
		plain(v.w, http.StatusBadRequest, err.Error())
		return nil
	}
	signed, err := s.Witness.Cosign(v.Context(), v.db, sub, "")
	if refusal, ok := errors.AsType[*audit.Refusal](err); ok {
		s.refuseLog(v, refusal)
		return nil
	}
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.Write(audit.SignatureOf(signed, s.Witness.Key.Name())) // fails only when the asker has left
	return nil
}

// refuseLog tells the other site why, and this site's operator when its log does
// not fit what was seen.
func (s *Server) refuseLog(v *visit, r *audit.Refusal) {
	if r.Status == http.StatusConflict {
		v.w.Header().Set("Content-Type", "text/x.tlog.size")
		v.w.WriteHeader(r.Status)
		io.WriteString(v.w, strconv.FormatInt(r.Size, 10)+"\n")
		return
	}
	if r.Status == http.StatusUnprocessableEntity {
		slog.ErrorContext(v.Context(), "a watched trail does not fit what was seen", "why", r.Words)
	}
	plain(v.w, r.Status, r.Words)
}
