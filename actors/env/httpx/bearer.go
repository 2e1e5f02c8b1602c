package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Why a token is not sent.
var (
	// ErrBackend means that a token may not be sent to the backend's URL.
	ErrBackend = errors.New("httpx: unusable backend")
	// ErrOrigin means that a request went to another origin than the backend's. Nothing was sent.
	ErrOrigin = errors.New("httpx: the session's client talks to its backend only")
	// ErrNoToken means that there is no token to send.
	ErrNoToken = errors.New("httpx: the session has no token; sign in")
)

// Authenticated is a client that sends the token as a bearer to the exact origin of the backend: scheme, host and port.
// A request to any other origin is an error before anything is sent, and so is any redirect. The backend must be an
// https URL, or an http URL on loopback, without user and query.
//
// Responses of status 400 and above are errors ([*actors.StatusError]); the token is redacted if the body quotes it.
// Confirmed, which may be nil, is called at every 2xx that answers the bearer; it must not block. The client does not
// show the token when it is printed, nor in a response's request.
func Authenticated(backend, token string, confirmed func()) (*http.Client, error) {
	to, err := backendOrigin(backend)
	if err != nil {
		return nil, err
	}
	if token == "" {
		return nil, ErrNoToken
	}
	if confirmed == nil {
		confirmed = func() {}
	}
	return &http.Client{
		Transport: &bearer{
			origin:    to,
			next:      Status(nil, token),
			authorize: func(h http.Header) { h.Set("Authorization", "Bearer "+token) },
			confirmed: confirmed,
		},
		CheckRedirect: noRedirect,
	}, nil
}

// CheckBackend returns why a token may not be sent to that URL; nil if it may. The error is [ErrBackend] with the
// reason; it shows neither user nor query.
func CheckBackend(backend string) error {
	_, err := backendOrigin(backend)
	return err
}

func backendOrigin(backend string) (origin, error) {
	u, err := url.Parse(backend)
	if err != nil {
		return origin{}, fmt.Errorf("%w: not a URL", ErrBackend) // url's own error quotes it whole
	}
	o := originOf(u)
	switch {
	case o.scheme != "https" && o.scheme != "http", o.host == "":
		return o, fmt.Errorf("%w: it must be an https URL with a host", ErrBackend)
	case u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return o, fmt.Errorf("%w %s: it must have no user, query or fragment", ErrBackend, o)
	case o.scheme == "http" && !o.loopback():
		return o, fmt.Errorf("%w %s: a token goes over https only, unless to loopback", ErrBackend, o)
	default:
		return o, nil
	}
}

// bearer adds the token. It has the token in a function, which printing does not look into.
type bearer struct {
	origin    origin
	next      http.RoundTripper
	authorize func(http.Header)
	confirmed func()
}

var (
	_ http.RoundTripper = (*bearer)(nil)
	_ fmt.Formatter     = (*bearer)(nil)
	_ fmt.Stringer      = (*bearer)(nil)
)

// RoundTrip sends the request with the token, if it goes to the backend.
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	if to := originOf(req.URL); to != b.origin {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, fmt.Errorf("%w: %s is not %s", ErrOrigin, to, b.origin)
	}
	signed := req.Clone(req.Context())
	signed.Host = "" // the URL's, which was checked
	b.authorize(signed.Header)
	resp, err := b.next.RoundTrip(signed)
	if err != nil {
		return nil, err
	}
	resp.Request = req // not the one with the token
	if resp.StatusCode >= 200 && resp.StatusCode <= 299 {
		b.confirmed()
	}
	return resp, nil
}

// String names the backend's origin.
func (b *bearer) String() string { return "httpx: bearer for " + b.origin.String() }

// Format writes String for every verb.
func (b *bearer) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(b.String())) }
