package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"phare/internal/outbound"
)

// Limits of what we wait for and take from a provider.
const (
	providerWait  = 10 * time.Second
	providerBytes = 1 << 20
)

// signatures are those that a provider may use: all of them asymmetric, so that
// neither "none" nor our own secret passes for its key.
var signatures = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512}

// Provider is another site that says who someone is, by OpenID Connect.
type Provider struct {
	Name       string   `toml:"name"`        // in addresses: "psc"
	Title      string   `toml:"title"`       // as people know it
	Issuer     string   `toml:"issuer"`      // exactly as it stands in its tokens
	Discovery  string   `toml:"discovery"`   // address of its discovery document; empty: the usual one under the issuer
	Client     string   `toml:"client"`      // our id there
	SecretFile string   `toml:"secret_file"` // our secret there, in a file that only we can read
	Scopes     []string `toml:"scopes"`      // empty: openid
	ACRAsk     []string `toml:"acr_ask"`     // levels that we ask for
	ACRNeed    []string `toml:"acr_need"`    // levels of which one must be in its answer
	TwoFactors bool     `toml:"two_factors"` // it asks for two factors by its own rule: said by whoever wrote the file, instead of acr_need
	Claim      string   `toml:"claim"`       // what is looked up in our accounts; empty: sub

	secret string
	client *http.Client
	mu     sync.Mutex
	found  *discovered
}

// discovered is what a provider says of itself.
type discovered struct {
	endpoint             oauth2.Endpoint
	userinfo, endSession string
	keys                 oidc.KeySet
}

var providerName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// LoadProviders reads the providers of a TOML file; an empty path has none.
func LoadProviders(path string) ([]*Provider, error) {
	if path == "" {
		return nil, nil
	}
	var file struct {
		Provider []*Provider `toml:"provider"`
	}
	meta, err := toml.DecodeFile(path, &file)
	if err != nil {
		return nil, fmt.Errorf("identity providers: %s: %w", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("identity providers: %s: %s is not a setting", path, unknown[0])
	}
	names := map[string]bool{}
	for i, p := range file.Provider {
		if err := p.accept(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("identity providers: %s: provider %d %q: %w", path, i+1, p.Name, err)
		}
		if names[p.Name] {
			return nil, fmt.Errorf("identity providers: %s: two are called %q", path, p.Name)
		}
		names[p.Name] = true
	}
	return file.Provider, nil
}

// accept checks one provider's lines and reads its secret.
func (p *Provider) accept(dir string) error {
	if p.Discovery == "" {
		p.Discovery = strings.TrimSuffix(p.Issuer, "/") + "/.well-known/openid-configuration"
	}
	if p.Claim == "" {
		p.Claim = "sub"
	}
	if !slices.Contains(p.Scopes, oidc.ScopeOpenID) {
		p.Scopes = append([]string{oidc.ScopeOpenID}, p.Scopes...)
	}
	switch {
	case !providerName.MatchString(p.Name):
		return errors.New("name must be small letters, digits and hyphens")
	case p.Title == "" || p.Client == "" || p.SecretFile == "":
		return errors.New("title, client and secret_file are needed")
	case !isSafe(p.Issuer) || !isSafe(p.Discovery):
		return errors.New("issuer and discovery must be https addresses")
	case len(p.ACRNeed) == 0 && !p.TwoFactors:
		return errors.New("a password alone opens nothing: write acr_need, the levels that stand for two factors, or two_factors = true if this provider always asks for two")
	}
	file := p.SecretFile
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by others (mode %o): chmod 600 it", file, info.Mode().Perm())
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	p.secret = strings.TrimSpace(string(b))
	// The operator names these hosts, which may be of the hospital's network;
	// what the provider says of itself leads to public ones at most.
	p.client = outbound.Client(outbound.Rules{Internal: hostsOf(p.Issuer, p.Discovery), Timeout: providerWait})
	return nil
}

// hostsOf are the hosts of addresses, with their ports where they have one.
func hostsOf(addresses ...string) (all []string) {
	for _, a := range addresses {
		if u, err := url.Parse(a); err == nil {
			all = append(all, u.Host)
		}
	}
	return all
}

// isSafe says whether an address is one that nobody on the way can change: TLS,
// or this very machine.
func isSafe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// discover reads what the provider says of itself, once: a provider that is away
// when the desk starts must not keep it from starting.
func (p *Provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	_, body, err := p.fetch(ctx, p.Discovery, "")
	if err != nil {
		return nil, err
	}
	var d struct {
		oidc.ProviderConfig
		EndSession string `json:"end_session_endpoint"`
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("discovery document: %w", err)
	}
	if d.IssuerURL != p.Issuer {
		return nil, fmt.Errorf("discovery document: its issuer is %q, not %q", d.IssuerURL, p.Issuer)
	}
	for _, address := range []string{d.AuthURL, d.TokenURL, d.JWKSURL} {
		if !isSafe(address) {
			return nil, fmt.Errorf("discovery document: %q is no https address", address)
		}
	}
	for _, address := range []*string{&d.UserInfoURL, &d.EndSession} {
		if !isSafe(*address) {
			*address = ""
		}
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), p.client), d.JWKSURL)
	p.found = &discovered{oauth2.Endpoint{AuthURL: d.AuthURL, TokenURL: d.TokenURL}, d.UserInfoURL, d.EndSession, keys}
	return p.found, nil
}

// fetch gets one document of the provider, with its type.
func (p *Provider) fetch(ctx context.Context, address, bearer string) (kind string, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", nil, err
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return "", nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", nil, fmt.Errorf("%s answers %d", r.URL.Path, answer.StatusCode)
	}
	body, err = io.ReadAll(io.LimitReader(answer.Body, providerBytes))
	return answer.Header.Get("Content-Type"), body, err
}

// config is our side of the exchange.
func (p *Provider) config(d *discovered, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.secret, Endpoint: d.endpoint, RedirectURL: back, Scopes: p.Scopes}
}
