// Package inspect says whether a file that a stranger sent is what it claims to
// be, and makes it harmless where that can be done: a picture is drawn anew, the
// preamble of a DICOM file is emptied, a PDF with something that acts is kept apart.
//
// The decoders run in a process of their own (Runner, Child), which can open no
// file and no connection, and has bounded memory and time. The package knows no
// database and no house word but its codes.
package inspect

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// A Kind of file that can be kept.
type Kind string

// The kinds.
const (
	PDF   Kind = "pdf"
	JPEG  Kind = "jpeg"
	PNG   Kind = "png"
	DICOM Kind = "dicom"
)

// Why a file is refused: codes, whose sentences stand in the catalogue.
const (
	Empty      = "empty"      // no bytes
	Unknown    = "kind"       // none of the kinds
	Heic       = "heic"       // a picture of a telephone that must be turned into a JPEG first
	Mismatch   = "mismatch"   // the name or the declared type says another kind than the bytes
	Unreadable = "unreadable" // the decoder could not read it to its end
	Encrypted  = "encrypted"  // locked by a password
	Enclosed   = "enclosed"   // DICOM: holds a document of another format
	Pages      = "pages"      // more than MaxPages
	Pixels     = "pixels"     // more than MaxPixels
	Heavy      = "heavy"      // too much memory or time
)

// Why a file is kept apart and given to nobody: codes as well.
const (
	Script   = "script"   // JavaScript
	Launch   = "launch"   // starts a program, or sends or loads data
	Embedded = "embedded" // holds another file
	Form     = "xfa"      // a form of the kind that is a program
	Archive  = "archive"  // is an archive at the same time
	Unclear  = "unclear"  // cannot be read in one way only
)

// Limits of one file.
const (
	MaxPixels = 40_000_000
	MaxPages  = 200
	maxDrawn  = 160 << 20 // bytes of a picture once it is decoded
)

// Verdict is what was found.
type Verdict struct {
	Kind     Kind     `json:"kind"`
	Refused  string   `json:"refused,omitempty"`  // a code; empty: it can be kept
	Findings []string `json:"findings,omitempty"` // codes; any: kept apart
	Pages    int      `json:"pages,omitempty"`
	Width    int      `json:"width,omitempty"`
	Height   int      `json:"height,omitempty"`
	Tags     []string `json:"tags,omitempty"` // DICOM: identifying elements that have a value
	Died     bool     `json:"-"`              // the child died, and not because its time was up: worth one more try
}

// find adds a finding once.
func (v *Verdict) find(code string) {
	if !slices.Contains(v.Findings, code) {
		v.Findings = append(v.Findings, code)
	}
}

// refused is a verdict as an error, for the decoders.
type refused string

// Error is for nobody: the code is in the verdict.
func (r refused) Error() string { return "refused: " + string(r) }

// HeadSize is how many bytes Sniff wants to see, if there are as many.
const HeadSize = 512

// Sniff says which kind a file's first bytes are, or why it is refused.
func Sniff(head []byte) (kind Kind, why string) {
	at := func(n int, s string) bool { return len(head) >= n+len(s) && string(head[n:n+len(s)]) == s }
	switch {
	case len(head) == 0:
		return "", Empty
	case at(128, "DICM"):
		return DICOM, ""
	case at(0, "%PDF-"):
		return PDF, ""
	case at(0, "\xff\xd8\xff"):
		return JPEG, ""
	case at(0, "\x89PNG\r\n\x1a\n"):
		return PNG, ""
	case at(4, "ftyp") && len(head) >= 12 && slices.Contains([]string{"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif"}, string(head[8:12])):
		return "", Heic
	}
	return "", Unknown
}

// extensions are the endings of names that each kind may have.
var extensions = map[Kind][]string{
	PDF: {".pdf"}, JPEG: {".jpg", ".jpeg", ".jpe", ".jfif"}, PNG: {".png"}, DICOM: {".dcm", ".dicom", ".ima", ""},
}

// declared are the media types that a browser may give each kind.
var declared = map[Kind][]string{
	PDF: {"application/pdf", "application/x-pdf"}, JPEG: {"image/jpeg", "image/jpg", "image/pjpeg"}, PNG: {"image/png", "image/x-png"},
	DICOM: {"application/dicom", "image/dicom", "image/dcm"},
}

// Agrees says whether a kind is what a file's name and its declared media type
// say. A type that says nothing (octet-stream, or none) contradicts nothing.
func (k Kind) Agrees(name, mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	mediaType = strings.TrimSpace(mediaType)
	if mediaType != "" && mediaType != "application/octet-stream" && mediaType != "binary/octet-stream" && !slices.Contains(declared[k], mediaType) {
		return false
	}
	ending := strings.ToLower(path.Ext(name))
	if k == DICOM && strings.Trim(ending, ".0123456789") == "" {
		return true // DICOM files are often named by a number
	}
	return slices.Contains(extensions[k], ending)
}

// MediaType is what a kind is served as.
func (k Kind) MediaType() string {
	if all := declared[k]; len(all) > 0 {
		return all[0]
	}
	return "application/octet-stream"
}

// Ending is the ending of a kind's names.
func (k Kind) Ending() string {
	if all := extensions[k]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// Inspect reads a file of one kind to its end and writes what is to be kept of
// it. It holds a picture or a PDF in memory; a DICOM file passes through. It is
// meant to run inside Child.
func Inspect(kind Kind, in io.Reader, out io.Writer) (v Verdict, err error) {
	v.Kind = kind
	defer func() {
		if r := recover(); r != nil { // a decoder that panics has not read the file
			v, err = Verdict{Kind: kind, Refused: Unreadable}, nil
		}
	}()
	if kind == DICOM {
		err = v.dicom(in, out)
		return v.judged(err)
	}
	all, err := io.ReadAll(in)
	if err != nil {
		return v, err
	}
	switch kind {
	case JPEG:
		err = v.jpeg(all, out)
	case PNG:
		err = v.png(all, out)
	case PDF:
		if err = v.pdf(all); err == nil {
			_, err = io.Copy(out, bytes.NewReader(all))
		}
	default:
		return v, fmt.Errorf("no decoder for %q", kind)
	}
	return v.judged(err)
}

// judged turns a decoder's refusal into the verdict.
func (v *Verdict) judged(err error) (Verdict, error) {
	if r, ok := err.(refused); ok {
		v.Refused, err = string(r), nil
	}
	return *v, err
}
