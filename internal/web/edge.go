package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"phare"
)

// maxBody bounds the longest posted form without files.
const maxBody = 256 << 10

// policyCSP allows our own style, images and script, and nothing inline.
const policyCSP = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'none'; script-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// secure sets the headers every answer carries.
func (s *Server) secure(next http.Handler) http.Handler {
	https := strings.HasPrefix(s.Base, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policyCSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) cookieName() string { return s.cookieOf("__Host-", "phare") }

// cookieOf is a cookie's name. The prefix makes a browser hold the cookie to
// this host (__Host-) or at least to TLS (__Secure-, for one that is bound to a
// path); without TLS a browser refuses both.
func (s *Server) cookieOf(prefix, name string) string {
	if strings.HasPrefix(s.Base, "https://") {
		return prefix + name
	}
	return name
}

func (s *Server) sessionToken(r *http.Request) string {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// setSession gives the browser a session, or ends it when token is empty.
func (s *Server) setSession(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true,
		Secure: strings.HasPrefix(s.Base, "https://"), SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
		w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	}
	http.SetCookie(w, c)
}

func escapeQuery(s string) string { return url.QueryEscape(s) }

// ownPath returns path if it is plainly an address of this site, else the
// fallback: a redirect must never leave it. Ours are made of few characters;
// browsers read some others (a backslash, a tab, either of them escaped) so
// that what looks like a path leads to another host.
func ownPath(path, fallback string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./"
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || strings.Contains(path, "..") || strings.Trim(path, plain) != "" {
		return fallback
	}
	return path
}

// readable reads the form of a visit before any handler does: one that is too
// big or broken off must not pass for an empty one, and bytes that are no text
// reach no room. In an address they lead nowhere; in a form they are dropped.
func readable(r *http.Request) error {
	if err := addressed(r); err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		return nil
	}
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "" && !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return phare.Fault(phare.Invalid, "error.form") // no page sends anything else, but files where they are taken
	}
	if err := r.ParseForm(); err != nil {
		key := "error.form"
		if isTooBig(err) {
			key = "error.toobig"
		}
		return &phare.Error{Kind: phare.Invalid, Key: key, Err: err}
	}
	for _, form := range []url.Values{r.Form, r.PostForm} {
		for _, values := range form {
			for i := range values {
				values[i] = strings.Map(keepText, values[i])
			}
		}
	}
	return nil
}

// addressed says whether a visit's address is text, whatever its body is.
func addressed(r *http.Request) error {
	if !isText(r.URL.Path) || !isText(r.URL.RawQuery) || !areTexts(r.URL.Query()) {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return nil
}

func isTooBig(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

// keepText drops broken bytes and the control characters that no keyboard types.
func keepText(c rune) rune {
	if c == utf8.RuneError || unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' {
		return -1
	}
	return c
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func areTexts(q url.Values) bool {
	for name, values := range q {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return false
		}
	}
	return true
}
