package httpx

import (
	"io"
	"net/http"
	"strings"

	"curfew/actors"
	"curfew/actors/env/secrets"
	"curfew/messages/text"
)

// maxErrorRead is how much of the body of a failed response is read, in bytes. It is more than is kept
// because secrets are taken out first.
const maxErrorRead = 64 << 10

// Status is a transport that makes every response of status 400 and above a [*actors.StatusError]: a refusal is known
// by its type and not by its text, whatever form the body has. Secrets are redacted from the body. A nil base is the
// pool of connections that [Plain] uses.
func Status(base http.RoundTripper, secrets ...string) http.RoundTripper {
	if base == nil {
		base = shared()
	}
	return &statusTransport{send: base.RoundTrip, secrets: func() []string { return secrets }}
}

// statusTransport has functions only, which printing does not look into: neither the secrets show, nor the connections
// with their buffers.
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
	body := errorBody(resp.Body, t.secrets())
	return nil, &actors.StatusError{
		Method: req.Method, URL: bare(req.URL), Status: resp.StatusCode,
		Body: text.Head(body, actors.MaxErrorBody), Codes: Codes(body),
		RetryAfter: RetryAfter(resp.Header),
	}
}

// errorBody reads a body, as far as it is looked at. A body that breaks off is kept as far as it came: the status counts.
func errorBody(r io.Reader, own []string) string {
	b, _ := io.ReadAll(io.LimitReader(r, maxErrorRead))
	hide := secrets.Redact
	if len(b) == maxErrorRead {
		hide = secrets.RedactCut
	}
	s := hide(string(b), own...)
	return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
}
