// Package oidctest is an identity provider for tests: a process of its own, with
// its own keys, that speaks OpenID Connect over HTTP and can be told to lie in
// the ways that a client must notice. It is never part of the program.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// The one client that the provider knows, and where its discovery document is:
// not at the usual place, as with some French providers.
const (
	Client    = "phare-essai"
	Secret    = "un secret & des signes : +%"
	Discovery = "/.well-known/particuliere-openid-configuration"
)

// The faults that a provider can be told to have.
const (
	WrongNonce   = "nonce"
	WrongACR     = "acr"
	WrongAud     = "aud"
	WrongIssuer  = "iss"
	Expired      = "expired"
	OtherKey     = "key"           // signed by nobody we know
	NoSignature  = "none"          // alg none
	OtherPerson  = "userinfo-sub"  // userinfo is of someone else
	OtherInfoKey = "userinfo-key"  // signed userinfo, by nobody we know
	LiesOnIssuer = "discovery-iss" // the discovery document names another issuer
	Denied       = "denied"        // the person said no
	OtherSender  = "redirect-iss"  // the answer names another provider
)

// Behaviour is what the provider does next.
type Behaviour struct {
	Subject    string         // sub
	Claims     map[string]any // of userinfo
	ACR        string
	Signed     bool // userinfo as a signed JWT
	Fault      string
	EndSession bool // it offers to end its own session
}

// grant is a code that was given out.
type grant struct {
	challenge, nonce, redirect string
	used                       bool
}

// server is the provider inside its process.
type server struct {
	mu         sync.Mutex
	issuer     string
	key, other *rsa.PrivateKey
	does       Behaviour
	grants     map[string]*grant
	tokens     map[string]bool
}

// environment marks the process that is to be the provider.
const environment = "PHARE_OIDC_TEST"

// Serve makes this process the provider, if it was started to be it, and never
// returns then; every TestMain of a package that starts one calls it first.
func Serve() {
	if os.Getenv(environment) == "" {
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		s := &server{issuer: "http://" + listener.Addr().String(), grants: map[string]*grant{}, tokens: map[string]bool{}}
		s.key, err = rsa.GenerateKey(rand.Reader, 2048)
		if err == nil {
			s.other, err = rsa.GenerateKey(rand.Reader, 2048)
		}
		if err == nil {
			fmt.Println(s.issuer)
			go func() { os.Stdin.Read(make([]byte, 1)); os.Exit(0) }() // the test has ended
			err = http.Serve(listener, s.handler())
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range map[string]http.HandlerFunc{
		"GET " + Discovery: s.discovery, "GET /jwks": s.jwks, "GET /authorize": s.authorize,
		"POST /token": s.token, "GET /userinfo": s.userinfo, "POST /control": s.control,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			h(w, r)
		})
	}
	return mux
}

func (s *server) control(w http.ResponseWriter, r *http.Request) {
	s.does = Behaviour{}
	if err := json.NewDecoder(r.Body).Decode(&s.does); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func (s *server) discovery(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{"issuer": s.issuer, "authorization_endpoint": s.issuer + "/authorize", "token_endpoint": s.issuer + "/token",
		"userinfo_endpoint": s.issuer + "/userinfo", "jwks_uri": s.issuer + "/jwks", "id_token_signing_alg_values_supported": []string{"RS256"}}
	if s.does.Fault == LiesOnIssuer {
		d["issuer"] = s.issuer + "/"
	}
	if s.does.EndSession {
		d["end_session_endpoint"] = s.issuer + "/logout"
	}
	send(w, d)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (s *server) jwks(w http.ResponseWriter, _ *http.Request) {
	send(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1",
		"n": b64(s.key.N.Bytes()), "e": b64(big.NewInt(int64(s.key.E)).Bytes())}}})
}

// authorize lets the person of the next behaviour in without asking, but is
// strict about how it was asked.
func (s *server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	to, err := url.Parse(q.Get("redirect_uri"))
	for what, good := range map[string]bool{
		"client": q.Get("client_id") == Client, "type": q.Get("response_type") == "code", "redirect": err == nil && to.Host != "",
		"scope": slices.Contains(strings.Fields(q.Get("scope")), "openid"), "method": q.Get("code_challenge_method") == "S256",
		"challenge": len(q.Get("code_challenge")) == 43, "state": len(q.Get("state")) >= 22, "nonce": len(q.Get("nonce")) >= 22,
		"mode": q.Get("response_mode") == "query",
	} {
		if !good {
			http.Error(w, "bad "+what, http.StatusBadRequest)
			return
		}
	}
	back := url.Values{"state": {q.Get("state")}, "iss": {s.issuer}}
	switch s.does.Fault {
	case Denied:
		back.Set("error", "access_denied")
	case OtherSender:
		back.Set("iss", "https://another.example")
		fallthrough
	default:
		code := rand.Text()
		s.grants[code] = &grant{q.Get("code_challenge"), q.Get("nonce"), q.Get("redirect_uri"), false}
		back.Set("code", code)
	}
	to.RawQuery = back.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if basic { // the parts are form-encoded inside
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	} else {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	g := s.grants[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if id != Client || secret != Secret || g == nil || g.used || g.redirect != r.PostFormValue("redirect_uri") || b64(sum[:]) != g.challenge {
		w.WriteHeader(http.StatusBadRequest)
		send(w, map[string]any{"error": "invalid_grant"})
		return
	}
	g.used = true
	access := rand.Text()
	s.tokens[access] = true
	send(w, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": s.idToken(g)})
}

func (s *server) idToken(g *grant) string {
	now := time.Now()
	c := map[string]any{"iss": s.issuer, "aud": Client, "sub": s.does.Subject, "iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(), "nonce": g.nonce, "acr": s.does.ACR}
	key, alg := s.key, "RS256"
	switch s.does.Fault {
	case WrongNonce:
		c["nonce"] = rand.Text()
	case WrongACR:
		c["acr"] = "faible"
	case WrongAud:
		c["aud"] = "another-client"
	case WrongIssuer:
		c["iss"] = "https://another.example"
	case Expired:
		c["iat"], c["exp"] = now.Add(-2*time.Hour).Unix(), now.Add(-time.Hour).Unix()
	case OtherKey:
		key = s.other
	case NoSignature:
		alg = "none"
	}
	return sign(key, alg, c)
}

func sign(key *rsa.PrivateKey, alg string, claims map[string]any) string {
	head, _ := json.Marshal(map[string]any{"alg": alg, "kid": "1", "typ": "JWT"})
	body, _ := json.Marshal(claims)
	text := b64(head) + "." + b64(body)
	if alg == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + b64(signature)
}

func (s *server) userinfo(w http.ResponseWriter, r *http.Request) {
	if !s.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	c := map[string]any{"sub": s.does.Subject}
	maps.Copy(c, s.does.Claims)
	if s.does.Fault == OtherPerson {
		c["sub"] = "someone-else"
	}
	if !s.does.Signed {
		send(w, c)
		return
	}
	c["iss"], c["aud"] = s.issuer, Client
	key := s.key
	if s.does.Fault == OtherInfoKey {
		key = s.other
	}
	w.Header().Set("Content-Type", "application/jwt; charset=utf-8")
	fmt.Fprint(w, sign(key, "RS256", c))
}
