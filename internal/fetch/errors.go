package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"phare/internal/outbound"
)

// Causes that have an advice of their own.
var (
	errPage  = errors.New("the server answered with a web page, not with the file")
	errOther = errors.New("not the file that the list describes")
	errAgain = errors.New("the part that was here is of another file: starting anew")
)

// statusError is an answer that is not the file.
type statusError struct {
	code   int
	status string
}

// Error says what the server said.
func (e *statusError) Error() string { return "the server answered " + e.status }

// passing reports an error that another try may not meet.
func passing(err error) bool {
	if e, ok := errors.AsType[*statusError](err); ok {
		return errors.Is(err, errAgain) || e.code >= 500 || e.code == http.StatusTooManyRequests || e.code == http.StatusRequestTimeout
	}
	if isTLS(err) || isLookup(err) || isRefused(err) || errors.Is(err, outbound.ErrDowngrade) {
		return false
	}
	_, asking := errors.AsType[*url.Error](err)
	_, reading := errors.AsType[*net.OpError](err)
	return asking || reading || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

func isTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok
}

func isRefused(err error) bool {
	_, ok := errors.AsType[*outbound.Refused](err)
	return ok
}

func isLookup(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	return ok && e.IsNotFound
}

// explain adds what a person can do.
func explain(it Item, dir string, err error) error {
	return &Error{it.Name, it.URL, err, advice(dir, err)}
}

// advice is what a person can do about a failed download, as an imperative.
func advice(dir string, err error) string {
	status, isStatus := errors.AsType[*statusError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return "run the command again to continue"
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Sprintf("the disk is full: make room for %s and run the command again to continue", dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("the folder %s cannot be written: choose another or change its rights", dir)
	case errors.Is(err, errOther):
		return "the file was thrown away: the list may be of another release; correct its size and sha256, or leave them out"
	case errors.Is(err, errPage):
		return "open the address in a browser: a sign-in page or a network's notice may stand in the way"
	case errors.Is(err, outbound.ErrDowngrade), isTLS(err):
		return "the connection is not safe: check this machine's date, its certificate authorities and its proxy; nothing was kept"
	case isStatus && (status.code == http.StatusNotFound || status.code == http.StatusGone):
		return "the address no longer exists: find the new one on its owner's site and give it with --list"
	case isStatus && (status.code == http.StatusUnauthorized || status.code == http.StatusForbidden):
		return "the server refuses: download the file with a browser and put it into " + dir
	case isStatus:
		return "the server is in trouble: try again later"
	case isRefused(err):
		return "correct the address, or name the host with --internal if it is a mirror inside this network"
	case isLookup(err):
		return "the server's name is not known: check the address and this machine's network"
	}
	return "check this machine's network and run the command again to continue"
}
