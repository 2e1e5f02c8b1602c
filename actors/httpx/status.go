package httpx

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"curfew/actors"
	"curfew/actors/secrets"
)

// MaxRetryAfter is the longest wait that a server can ask for; what is longer counts as this.
const MaxRetryAfter = 31 * 24 * time.Hour

// maxErrorRead is how much of the body of a failed response is read, in bytes. It is more than is kept
// because secrets are taken out first.
const maxErrorRead = 64 << 10

// Status is a transport that makes every response of status 400 and above a [*actors.StatusError], so what
// a server refused is told by type and never by text, whatever shape its body has. Secrets are taken out
// of the body. A nil base is the pool of connections that [Plain] uses.
func Status(base http.RoundTripper, secrets ...string) http.RoundTripper {
	if base == nil {
		base = shared()
	}
	return &statusTransport{send: base.RoundTrip, secrets: func() []string { return secrets }}
}

// statusTransport has functions only, which no way of printing looks into: neither the secrets nor the
// connections, through whose buffers they have gone, show.
type statusTransport struct {
	send    func(*http.Request) (*http.Response, error)
	secrets func() []string
}

var _ http.RoundTripper = (*statusTransport)(nil)

// RoundTrip sends the request.
func (t *statusTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.send(req)
	if err != nil || resp.StatusCode < http.StatusBadRequest {
		return resp, err
	}
	defer func() { _ = resp.Body.Close() }()
	return nil, &actors.StatusError{
		Method: req.Method, URL: bare(req.URL), Status: resp.StatusCode,
		Body:       errorBody(resp.Body, t.secrets()),
		RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now()),
	}
}

// errorBody reads what is kept of a body. One that breaks off is kept as far as it came: the status is
// what counts.
func errorBody(r io.Reader, own []string) string {
	b, _ := io.ReadAll(io.LimitReader(r, maxErrorRead))
	hide := secrets.Redact
	if len(b) == maxErrorRead {
		hide = secrets.RedactCut
	}
	s := hide(string(b), own...)
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.ToValidUTF8(s[:min(len(s), actors.MaxErrorBody)], "")
}

// RetryAfter is how long a response asks to wait before the next request; 0 if it does not say.
func RetryAfter(h http.Header) time.Duration { return retryAfter(h.Get("Retry-After"), time.Now()) }

// retryAfter reads the header, which is a number of seconds or an HTTP date; 0 if it is neither, or past.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if n, err := strconv.ParseUint(header, 10, 64); err == nil {
		return time.Duration(min(n, uint64(MaxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), MaxRetryAfter)
}
