package refresher

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"curfew/actors/secrets"
)

// OAuth2 is a source of the refresh-token flow (RFC 6749 §6). A server that hands out a new refresh token
// with each access token (rotation) makes the old one void, so the newest is kept in Keep.
type OAuth2 struct {
	TokenURL, ClientID string
	Secret             func() (string, error) // of the client; nil: a public client
	First              func() (string, error) // the refresh token to begin with
	Scopes             []string
	Keep               string // path of the file that keeps newer refresh tokens; mode 0600
	HTTP               *http.Client
	Secrets            *secrets.Set // what is sent and what comes is known there

	mu sync.Mutex
}

var _ Source = (*OAuth2)(nil)

// Token asks the authorization server.
func (o *OAuth2) Token(ctx context.Context) (string, time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	refresh, err := o.refreshToken()
	if err != nil {
		return "", time.Time{}, err
	}
	conf := oauth2.Config{ClientID: o.ClientID, Scopes: o.Scopes, Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL}}
	if o.Secret != nil {
		if conf.ClientSecret, err = o.Secret(); err != nil {
			return "", time.Time{}, err
		}
	}
	o.Secrets.Keep(o.owner(), refresh, conf.ClientSecret)
	ctx = context.WithValue(ctx, oauth2.HTTPClient, o.HTTP)
	got, err := conf.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	if err != nil {
		return "", time.Time{}, o.plain(err)
	}
	o.Secrets.Keep(o.owner(), got.AccessToken, got.RefreshToken)
	if got.RefreshToken != "" && got.RefreshToken != refresh {
		if err := o.keep(got.RefreshToken); err != nil {
			return got.AccessToken, got.Expiry, nil // it works now; the next start says what is wrong
		}
	}
	return got.AccessToken, got.Expiry, nil
}

// plain is what the server said, without its body, which may quote what it was sent.
func (o *OAuth2) plain(err error) error {
	var refused *oauth2.RetrieveError
	text := err.Error()
	if errors.As(err, &refused) && refused.Response != nil {
		text = refused.Response.Status
		if refused.ErrorCode != "" {
			text += " (" + refused.ErrorCode + ")"
		}
	}
	return fmt.Errorf("oauth2: %.*s", maxReason, o.Secrets.Redact(text))
}

// owner names the source among those who hold secrets.
func (o *OAuth2) owner() string { return "oauth2 " + o.TokenURL + " " + o.ClientID }

// refreshToken is the newest that is known.
func (o *OAuth2) refreshToken() (string, error) {
	kept, err := os.ReadFile(o.Keep)
	if err == nil && len(strings.TrimSpace(string(kept))) > 0 {
		return strings.TrimSpace(string(kept)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("oauth2: read the kept refresh token: %w", err)
	}
	return o.First()
}

func (o *OAuth2) keep(token string) error {
	if err := os.MkdirAll(filepath.Dir(o.Keep), 0o700); err != nil {
		return err
	}
	next := o.Keep + ".new"
	if err := os.WriteFile(next, []byte(token+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(next, o.Keep)
}
