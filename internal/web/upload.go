package web

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/text"
)

// Files arrive slowly and by the dozen; they have places of their own and take
// none of the forms'. Beyond these a sender is asked to come back.
const (
	maxArriving      = 200 // at once
	keptForDesk      = 20  // of these, never for anyone else
	maxArrivingHere  = 20  // of one network address, or of one account
	uploadPause      = 30 * time.Second
	uploadWithin     = 15 * time.Minute
	uploadRoom       = 1 << 20 // of a body, beside its files
	maxUploadParts   = 30
	longestPartField = 200 // bytes of a field beside the files

	// Anyone's files must come this fast on the average, once the first seconds
	// are over; a village behind a satellite sends 5,000 bytes a second.
	slowestUpload = 2000 // bytes a second
	slowStart     = 30 * time.Second

	filesPerHour, filesBurst = 300, 100 // of one network address, by anyone
)

var (
	filesIn = class{attachment.PublicAll + uploadRoom, uploadWithin, 2 * time.Minute}
	scanIn  = class{attachment.StaffScan + uploadRoom, uploadWithin, 2 * time.Minute}
)

// arrivals counts the files that are arriving.
type arrivals struct {
	mu  sync.Mutex
	all int
	by  map[string]int // by network address
}

// enter takes a place; it is false when there is none. Whoever sends is known by
// their account, else by their address.
func (a *arrivals) enter(caller string, by access.Actor) (leave func(), ok bool) {
	most := maxArriving - keptForDesk
	if by.IsStaff() {
		caller, most = "account "+by.ID, maxArriving
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.all >= most || a.by[caller] >= maxArrivingHere {
		return func() {}, false
	}
	if a.by == nil {
		a.by = map[string]int{}
	}
	a.all++
	a.by[caller]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.all--
		if a.by[caller]--; a.by[caller] == 0 {
			delete(a.by, caller)
		}
	}, true
}

// isUpload says whether a request brings files, on a route that takes them.
func isUpload(r *http.Request, p Policy) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return p.Files && r.Method == http.MethodPost && kind == "multipart/form-data"
}

// paced is a body that must go on coming: each read has uploadPause, all of them
// until end. Anyone's must not be too slow on the average either; what counts is
// the time that we waited for the sender, not the time that we took for a file.
type paced struct {
	io.ReadCloser
	rc     *http.ResponseController
	end    time.Time
	staff  bool
	waited time.Duration
	came   int64 // bytes
}

// errSlow is what a reader of a body gets that comes too slowly.
var errSlow = errors.New("the body comes too slowly")

// Read reads what has come.
func (p *paced) Read(b []byte) (int, error) {
	pause := uploadPause
	if !p.staff {
		pause = min(pause, p.left())
	}
	if pause <= 0 {
		return 0, errSlow
	}
	begun := time.Now()
	next := begun.Add(pause)
	if next.After(p.end) {
		next = p.end
	}
	p.rc.SetReadDeadline(next) // a recorder of tests has none
	n, err := p.ReadCloser.Read(b)
	p.waited += time.Since(begun)
	p.came += int64(n)
	return n, err
}

// left is how long a sender may still keep us waiting for the next byte.
func (p *paced) left() time.Duration {
	return max(slowStart, time.Duration(p.came)*time.Second/slowestUpload) - p.waited
}

// upload reads the files of a visit by someone, one after the other, and gives
// each to keep once it was looked at. field is told of what stands beside the files, before
// them. What is wrong with one file keeps no other from being kept.
func (s *Server) upload(v *visit, by access.Actor, field func(name, value string) error, keep func(*attachment.Taken) error) (kept int, faults []fault, err error) {
	leave, ok := s.arriving.enter(callerOf(v.Request), by)
	defer leave()
	if !ok {
		return 0, s.faultsOf(v, attachment.ErrBusy), nil
	}
	v.Body = &paced{ReadCloser: v.Body, rc: http.NewResponseController(v.w), end: time.Now().Add(uploadWithin), staff: by.IsStaff()}
	parts, err := v.MultipartReader()
	if err != nil {
		return 0, s.faultsOf(v, phare.Field("file", "attachment.missing")), nil
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) || n == maxUploadParts {
			break
		}
		if err != nil {
			return kept, append(faults, s.faultsOf(v, broken(err))...), nil
		}
		done, err := s.part(v, by, part, field, keep)
		if done {
			kept++
		}
		if f := s.faultsOf(v, err); err != nil && f == nil {
			return kept, faults, err
		} else if err != nil {
			faults = append(faults, f...)
			if errors.Is(err, errStop) {
				return kept, faults, nil
			}
		}
	}
	if kept == 0 && len(faults) == 0 {
		faults = s.faultsOf(v, phare.Field("file", "attachment.missing"))
	}
	return kept, faults, nil
}

// errStop is joined to an error after which nothing more of a body is read.
var errStop = errors.New("no more of this body")

// part is one file, or one field beside them.
func (s *Server) part(v *visit, by access.Actor, part *multipart.Part, field func(name, value string) error, keep func(*attachment.Taken) error) (done bool, err error) {
	defer part.Close()
	if part.FormName() != "file" {
		b, err := io.ReadAll(io.LimitReader(part, longestPartField))
		if err == nil && field != nil {
			err = field(part.FormName(), strings.TrimSpace(strings.Map(keepText, string(b))))
		}
		return false, err
	}
	if part.FileName() == "" {
		return false, nil // no file was chosen
	}
	if field != nil {
		if err := field("", ""); err != nil { // all that stands before the files has come
			return false, err
		}
	}
	in := &sent{Reader: part}
	if v.letter != nil && isLetter(part.FileName()) {
		if err = v.letter(in); in.err != nil {
			err = stopped{broken(in.err)}
		}
		return err == nil, err
	}
	if !by.IsStaff() && !s.files.allow(callerOf(v.Request)) {
		return false, stopped{attachment.ErrBusy}
	}
	taken, err := s.Files.Take(v.Context(), attachment.Given{Name: part.FileName(), MediaType: part.Header.Get("Content-Type"), Bytes: in,
		By: inspect.Sender{Staff: by.IsStaff(), Caller: siteOf(callerOf(v.Request))}})
	if err != nil && in.err != nil {
		return false, stopped{broken(in.err)}
	}
	if phare.KindOf(err) == phare.Busy {
		return false, stopped{err}
	}
	if err != nil {
		return false, err
	}
	defer taken.Close()
	err = keep(taken)
	return err == nil, err
}

// siteOf is a caller as the inspection of files counts it: of IPv6 the 48 bits that
// one customer can have, of which each /64 would be a caller of its own.
func siteOf(caller string) string {
	p, err := netip.ParsePrefix(caller)
	if err != nil {
		return caller
	}
	p, _ = p.Addr().Prefix(48) // of an address of 128 bits
	return p.String()
}

// sent remembers why a body could not be read: the sender's fault, or the line's.
type sent struct {
	io.Reader
	err error
}

// Read reads what has come.
func (s *sent) Read(b []byte) (n int, err error) {
	if n, err = s.Reader.Read(b); err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// broken is a body that ended early or went on too long.
func broken(err error) error {
	key := "attachment.broken"
	if isTooBig(err) {
		key = "attachment.toobig"
	}
	return &phare.Error{Kind: phare.Invalid, Field: "file", Key: key, Err: err}
}

// faultsOf is an error about what was sent as sentences; nil if it is not one.
func (s *Server) faultsOf(v *visit, err error) []fault {
	var f form
	if err == nil || !s.wrong(v, &f, err) {
		return nil
	}
	return f.Faults
}

// statusOfUpload is the status of a page shown again because of faults.
func statusOfUpload(v *visit, faults []fault) int {
	if slices.ContainsFunc(faults, func(f fault) bool { return f.Busy }) {
		v.w.Header().Set("Retry-After", "60")
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}

// size is a number of bytes in words.
func (s *Server) size(lang string, n int64) string {
	if n < 100_000 {
		return s.Text.Get(lang, "attachment.size.kilo", map[string]any{"N": max(1, (n+500)/1000)})
	}
	tenths := (n + 50_000) / 100_000
	whole := text.Number(lang, int(tenths/10))
	if d := tenths % 10; d > 0 && tenths < 100 {
		return s.Text.Get(lang, "attachment.size.tenths", map[string]any{"N": whole, "D": strconv.Itoa(int(d))})
	}
	return s.Text.Get(lang, "attachment.size", map[string]any{"N": whole})
}

func (s *Server) pieceRoutes() []Route {
	// Saving a document takes it out of the file: not by an exceptional access.
	read, triage := Policy{Right: access.ReadRequest, File: FileOut}, Policy{Right: access.TriageRequest, File: FileWork}
	add := triage
	add.Files = true
	return []Route{
		{"POST /bureau/demandes/{id}/pieces", add, s.pieceAdd},
		{"GET /bureau/demandes/{id}/pieces/{piece}", read, s.pieceOut},
		{"POST /bureau/demandes/{id}/pieces/{piece}/retirer", triage, s.pieceWithdraw},
		{"POST /bureau/demandes/{id}/pieces/{piece}/remettre", triage, s.pieceRestore},
	}
}

// piece is the file that the address names.
func (v *visit) piece() phare.ID { return phare.ID(v.PathValue("piece")) }

// pieceAdd joins files to a request.
func (s *Server) pieceAdd(v *visit) error {
	if err := request.IsHere(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	_, faults, err := s.upload(v, v.by, nil, func(f *attachment.Taken) error {
		return request.Attach(v.Context(), v.db, v.by, v.id(), f)
	})
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return s.showFile(v, statusOfUpload(v, faults), form{Values: url.Values{}, Faults: faults}, "pieces")
	}
	return v.redirect(fileAddress(v.id()) + "#pieces")
}

// pieceOut gives a file to someone of the desk. Nothing in it is shown by the
// browser as a page of this site: it is saved, and if it were shown all the
// same, it could run nothing.
func (s *Server) pieceOut(v *visit) error {
	a, read, err := request.OpenAttachment(v.Context(), v.db, v.by, v.id(), v.piece())
	if err != nil {
		return err
	}
	v.giveOut(a)
	if v.Method == http.MethodHead {
		return nil
	}
	if err := read(v.w); err != nil {
		slog.ErrorContext(v.Context(), "a file was not given out whole", "attachment", a.ID, "err", err)
		panic(http.ErrAbortHandler) // the browser must not take it for the whole
	}
	return nil
}

// giveOut writes the head under which a file is given out.
func (v *visit) giveOut(a attachment.Attachment) {
	h := v.w.Header()
	h.Set("Content-Type", a.Kind.MediaType())
	h.Set("Content-Disposition", attachment.Disposition(a.Name, a.Kind))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
}

func (s *Server) pieceWithdraw(v *visit) error {
	err := request.WithdrawAttachment(v.Context(), v.db, v.by, v.id(), v.piece(), v.text("withdrawal"))
	return s.pieceDone(v, err)
}

func (s *Server) pieceRestore(v *visit) error {
	return s.pieceDone(v, request.RestoreAttachment(v.Context(), v.db, v.by, v.id(), v.piece()))
}

func (s *Server) pieceDone(v *visit, err error) error {
	if err == nil {
		return v.redirect(fileAddress(v.id()) + "#pieces")
	}
	return s.done(v, "piece-"+v.PathValue("piece"), err)
}

// hasScanner says whether files are scanned for viruses here.
func (s *Server) hasScanner() bool { return s.Files.Clamd != "" }

// takerOr is the site's taker of files, or one that inspects and does not scan.
func takerOr(t attachment.Taker) (attachment.Taker, error) {
	if t.Inspect != nil {
		return t, nil
	}
	var err error
	t.Inspect, err = inspect.NewRunner()
	return t, err
}
