package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody bounds a posted form; there are no uploads yet.
const maxBody = 256 << 10

// policyCSP allows our own style, images and script, and nothing inline.
const policyCSP = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; " +
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

// limit bounds what one request may cost.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// Timeouts for http.Server: headers come fast, a form over a village's link does not.
const (
	HeaderTimeout = 10 * time.Second
	BodyTimeout   = 120 * time.Second
	IdleTimeout   = 120 * time.Second
)

func (s *Server) cookieName() string {
	if strings.HasPrefix(s.Base, "https://") {
		return "__Host-phare"
	}
	return "phare" // without TLS a browser refuses the __Host- prefix
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

// ownPath returns path if it leads inside this site, else the fallback: a
// redirect must never leave it.
func ownPath(path, fallback string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(path, `\`) {
		return fallback
	}
	return u.Path
}
