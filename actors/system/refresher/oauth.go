package refresher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"curfew/actors/env/secrets"
	"curfew/actors/env/tokens"
)

// OAuth2 is a source by the refresh-token flow (RFC 6749 §6). A server that hands out a new refresh token with each
// access token (rotation) makes the old one void, so the newest is kept, at once in memory, then in the file Keep.
type OAuth2 struct {
	TokenURL, ClientID string
	Secret             func() (string, error) // of the client; nil: a public client
	InBody             bool                   // the client's id and secret are in the body, not in the header
	Scopes             []string
	First              func() (string, error) // the refresh token that a person has brought
	Bring              string                 // how to bring another, for people: "put a new one into FILE"
	Keep               string                 // path of the file that keeps newer refresh tokens; mode 0600
	HTTP               *http.Client
	Secrets            *secrets.Set // gets every token and secret that is sent or received

	asking sync.Mutex // one request at a time
	chain  chain
}

var (
	_ Source  = (*OAuth2)(nil)
	_ Keeper  = (*OAuth2)(nil)
	_ Brought = (*OAuth2)(nil)
)

// Token asks the authorization server, once: a refresh token may be good for one request only. A token that the server
// has called spent is not sent again; the error is [ErrSpent] until there is another.
func (o *OAuth2) Token(ctx context.Context) (string, time.Time, error) {
	o.asking.Lock()
	defer o.asking.Unlock()
	link, err := o.chain.next(o.Keep, o.first)
	if errors.Is(err, ErrSpent) {
		return "", time.Time{}, fmt.Errorf("oauth2: %w: %s", err, o.Bring)
	}
	if err != nil {
		return "", time.Time{}, err
	}
	secret := ""
	if o.Secret != nil {
		if secret, err = o.Secret(); err != nil {
			return "", time.Time{}, err
		}
	}
	o.Secrets.Keep(o.owner(), link.token, secret)
	got, err := o.ask(ctx, link.token, secret)
	if err != nil {
		if errors.Is(err, ErrSpent) {
			o.chain.spend(link)
			err = fmt.Errorf("%w: %s", err, o.Bring)
		}
		return "", time.Time{}, err
	}
	o.Secrets.Keep(o.owner(), got.access, got.refresh)
	o.chain.follow(o.Keep, link, got.refresh)
	return got.access, got.expires, tokens.Check(got.access)
}

// Settle writes the newest refresh token if it could not be written so far.
func (o *OAuth2) Settle() error {
	if err := o.chain.write(o.Keep); err != nil {
		return fmt.Errorf("oauth2: the new refresh token could not be kept (the one before it is void): %w; if Curfew stops before it can, %s",
			err, o.Bring)
	}
	return nil
}

// Brought reports whether there is a refresh token that the server has not called spent.
func (o *OAuth2) Brought() bool {
	_, err := o.chain.next(o.Keep, o.first)
	return !errors.Is(err, ErrSpent)
}

// Forget drops the refresh tokens that the server has handed out; what a person has brought is theirs.
func (o *OAuth2) Forget() error {
	if err := o.chain.forget(o.Keep); err != nil {
		return fmt.Errorf("oauth2: the kept refresh token could not be removed: %w", err)
	}
	return nil
}

func (o *OAuth2) first() (string, error) {
	token, err := o.First()
	if err == nil {
		err = tokens.Check(token)
	}
	if err != nil {
		return "", fmt.Errorf("oauth2: its refresh token: %w", err)
	}
	return token, nil
}

// owner names the source among the owners of secrets.
func (o *OAuth2) owner() string { return "oauth2 " + o.TokenURL + " " + o.ClientID }
