package refresher

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"curfew/actors/env/httpx"
	"curfew/actors/env/tokens"
	"curfew/messages/text"
)

// ErrSpent means that the refresh token will never work again: a person must bring another.
var ErrSpent = errors.New("its refresh token is spent")

// maxAnswer bounds what an authorization server may answer, in bytes.
const maxAnswer = 1 << 20

// final are the error codes after which a refresh token never works again: that of RFC 6749 §5.2, and those that two
// large services use instead.
var final = []string{"invalid_grant", "bad_refresh_token", "invalid_refresh_token"}

// granted are the tokens that an authorization server has handed out.
type granted struct {
	access, refresh string
	expires         time.Time // zero: the server did not say
}

// answer is the part of a server's answer that is used. It is read leniently: the refresh token may be spent by now, and
// what replaces it is in the answer. Some servers write numbers as texts or fractions, or the other way round.
type answer struct {
	AccessToken  loose           `json:"access_token"`
	RefreshToken loose           `json:"refresh_token"`
	ExpiresIn    json.RawMessage `json:"expires_in"`
	Error        json.RawMessage `json:"error"`
}

// loose is a text, or a number as it is written; empty for anything else.
type loose string

// UnmarshalJSON reads any JSON value.
func (l *loose) UnmarshalJSON(raw []byte) error {
	var s string
	var n json.Number
	if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &n) == nil {
		s = n.String()
	}
	*l = loose(s)
	return nil
}

// ask sends the refresh token, in one request that is neither repeated nor redirected. An error quotes neither what was
// sent nor the text of the answer, which may quote it.
func (o *OAuth2) ask(ctx context.Context, refresh, secret string) (granted, error) {
	req, err := o.request(ctx, refresh, secret)
	if err != nil {
		return granted{}, fmt.Errorf("oauth2: %w", err)
	}
	client := *o.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return granted{}, fmt.Errorf("oauth2: %.*s", maxReason, o.Secrets.Redact(err.Error()))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return granted{}, fmt.Errorf("oauth2: read the answer: %.*s", maxReason, o.Secrets.Redact(err.Error()))
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	a, err := read(resp.Header.Get("Content-Type"), raw)
	code := a.code()
	if resp.StatusCode > 299 {
		code = cmp.Or(finalIn(raw), code)
	}
	switch {
	case slices.Contains(final, code):
		return granted{}, fmt.Errorf("oauth2: %s (%s): %w", resp.Status, code, ErrSpent)
	case code != "":
		return granted{}, fmt.Errorf("oauth2: %s (%s)", resp.Status, o.Secrets.Redact(code))
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return granted{}, fmt.Errorf("oauth2: %s", resp.Status)
	case err != nil:
		return granted{}, fmt.Errorf("oauth2: %s, but the answer is neither JSON nor a form", resp.Status)
	case a.AccessToken == "":
		return granted{}, fmt.Errorf("oauth2: %s, but the answer has no access_token", resp.Status)
	}
	got := granted{access: string(a.AccessToken), refresh: string(a.RefreshToken)}
	if life := tokens.Life(a.ExpiresIn); life > 0 {
		got.expires = time.Now().Add(life)
	}
	return got, nil
}

// request is the refresh request of RFC 6749 §6. Client and secret go into one place only. To try the other place after
// a refusal would send the refresh token twice, and it may be good for one request.
func (o *OAuth2) request(ctx context.Context, refresh, secret string) (*http.Request, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
	if len(o.Scopes) > 0 {
		form.Set("scope", strings.Join(o.Scopes, " "))
	}
	if o.InBody {
		form.Set("client_id", o.ClientID)
		if secret != "" {
			form.Set("client_secret", secret)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if !o.InBody {
		req.SetBasicAuth(url.QueryEscape(o.ClientID), url.QueryEscape(secret)) // RFC 6749 §2.3.1
	}
	return req, nil
}

// read parses an answer, which is JSON, or a form from a few old services.
func read(contentType string, raw []byte) (a answer, err error) {
	kind, _, _ := mime.ParseMediaType(contentType)
	if kind == "application/x-www-form-urlencoded" || kind == "text/plain" &&
		!strings.HasPrefix(strings.TrimSpace(string(raw)), "{") {
		form, err := url.ParseQuery(strings.TrimSpace(string(raw)))
		text := func(key string) json.RawMessage { b, _ := json.Marshal(form.Get(key)); return b } // a string can always be written
		return answer{
			AccessToken: loose(form.Get("access_token")), RefreshToken: loose(form.Get("refresh_token")),
			ExpiresIn: text("expires_in"), Error: text("error"),
		}, err
	}
	return a, json.Unmarshal(raw, &a)
}

// code is the error code of an answer; empty if there is none.
func (a answer) code() string {
	var code string
	if json.Unmarshal(a.Error, &code) != nil {
		var inner struct{ Code, Type, Status string }
		_ = json.Unmarshal(a.Error, &inner) // an error of another form is judged by its status
		code = cmp.Or(inner.Code, inner.Type, inner.Status)
	}
	return text.Head(code, maxCode)
}

// finalIn is the code of a refusal after which a refresh token never works again, wherever the refusal has it; empty: it
// has none.
func finalIn(refusal []byte) string {
	for _, code := range httpx.Codes(string(refusal)) {
		if slices.Contains(final, code) {
			return code
		}
	}
	return ""
}

// maxCode bounds what an error quotes of an error code, in bytes.
const maxCode = 64
