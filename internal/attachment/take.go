package attachment

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"phare"
	"phare/internal/inspect"
)

// Taker takes files in.
type Taker struct {
	Inspect *inspect.Runner
	Clamd   Clamd
	Dir     string // where sealed pieces wait; empty: the system's folder for such
}

// Ready says why no file could be taken here, for the operator, before anyone
// sends one: a system may forbid what confines the decoders.
func (t Taker) Ready(ctx context.Context) error {
	_, err := t.Inspect.Inspect(ctx, inspect.Sender{Staff: true}, inspect.PNG, strings.NewReader(""), io.Discard)
	return err
}

// ErrBusy is what a file gets for which there is no place now.
var ErrBusy = &phare.Error{Kind: phare.Busy, Field: "file", Key: "attachment.busy"}

// Given is a file as it arrives.
type Given struct {
	Name      string // as its sender calls it
	MediaType string // as its sender declares it
	Bytes     io.Reader
	By        inspect.Sender // Staff: by the desk, larger, and DICOM too
}

// Taken is a file that was inspected, sealed and not yet stored. It must be
// closed.
type Taken struct {
	a      Attachment
	spool  *spool
	upload Upload // by which it came in parts; zero: whole
}

// Close forgets the file, stored or not.
func (t *Taken) Close() { t.spool.Close() }

// Name is the name under which it will be stored.
func (t *Taken) Name() string { return t.a.Name }

// Take reads a file to its end and says what it is. A file that cannot be kept is
// an Invalid error whose message says why, with its name.
func (t Taker) Take(ctx context.Context, g Given) (*Taken, error) {
	name := SafeName(g.Name)
	in := bufio.NewReaderSize(g.Bytes, inspect.HeadSize)
	head, err := in.Peek(inspect.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	kind, why := kindOf(head, g.Name, g.MediaType, g.By.Staff)
	if why != "" {
		return nil, refusal(why, name)
	}
	id := phare.NewID()
	came, err := newSpool(t.Dir, id, mostOf(kind, g.By.Staff))
	if err != nil {
		return nil, fmt.Errorf("a place for a file that arrives: %w", err)
	}
	defer came.Close()
	if _, err = io.Copy(came, in); err == nil {
		err = came.flush()
	}
	if errors.Is(err, errBig) {
		return nil, &phare.Error{Kind: phare.Invalid, Field: "file", Key: "attachment.refused.big", Args: map[string]any{"Name": name, "Max": mostOf(kind, g.By.Staff) >> 20}}
	}
	if err != nil {
		return nil, err
	}
	return t.look(ctx, g.By, came, Attachment{ID: id, Name: name, Kind: kind})
}

// kindOf is the kind of a file by its first bytes, or why it is refused.
func kindOf(head []byte, name, mediaType string, staff bool) (kind inspect.Kind, why string) {
	kind, why = inspect.Sniff(head)
	switch {
	case why != "":
	case kind == inspect.DICOM && !staff:
		why = inspect.Unknown
	case !kind.Agrees(name, mediaType):
		why = inspect.Mismatch
	}
	return kind, why
}

// look inspects and scans what came, and seals what is to be kept of it.
func (t Taker) look(ctx context.Context, by inspect.Sender, came *spool, a Attachment) (*Taken, error) {
	kept, v, err := t.inspect(ctx, by, a, came.reader())
	if err == nil && v.Died { // perhaps of something else than the file
		slog.WarnContext(ctx, "the inspection of a file ended early and is tried again", "kind", a.Kind)
		kept, v, err = t.inspect(ctx, by, a, came.reader())
	}
	if err == nil && v.Refused != "" {
		err = refusal(v.Refused, a.Name)
	}
	if err != nil {
		return nil, err
	}
	// What came is scanned, not what is kept: a picture drawn anew hides what its sender sent.
	said, err := t.Clamd.Scan(ctx, came.reader())
	if err != nil {
		slog.WarnContext(ctx, "a file was not scanned", "err", err)
	}
	a.Scan, a.Findings, a.State = said, v.Findings, Kept
	if said == Found {
		a.Findings = append(a.Findings, Virus)
	}
	if len(a.Findings) > 0 {
		a.State = Apart
	}
	a.Pages, a.Width, a.Height, a.Tags = v.Pages, v.Width, v.Height, v.Tags
	a.Size, a.pieces, a.key, a.print = kept.size, len(kept.ends), kept.key.Text(), kept.sum()
	return &Taken{a: a, spool: kept}, nil
}

// inspect reads a file once. Unless it is refused, kept holds what is to be kept
// of it.
func (t Taker) inspect(ctx context.Context, by inspect.Sender, a Attachment, in io.Reader) (kept *spool, v inspect.Verdict, err error) {
	if kept, err = newSpool(t.Dir, a.ID, 2*StaffScan); err != nil {
		return nil, v, fmt.Errorf("a place for a file that arrives: %w", err)
	}
	v, err = t.Inspect.Inspect(ctx, by, a.Kind, in, kept)
	if err == nil {
		err = kept.flush()
	}
	switch {
	case errors.Is(err, errBig):
		v.Refused, err = inspect.Heavy, nil
	case errors.Is(err, inspect.ErrBusy):
		err = ErrBusy
	}
	if err != nil || v.Refused != "" {
		kept.Close()
	}
	return kept, v, err
}

func mostOf(kind inspect.Kind, staff bool) int64 {
	switch {
	case !staff:
		return PublicFile
	case kind == inspect.DICOM:
		return StaffScan
	}
	return StaffFile
}

// refusal is a code of package inspect as a sentence.
func refusal(why, name string) error {
	return &phare.Error{Kind: phare.Invalid, Field: "file", Key: "attachment.refused." + why, Args: map[string]any{"Name": name}}
}
