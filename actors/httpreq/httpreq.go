// Package httpreq is the actor type "http": it sends one HTTP request, and expects a status and optionally a pattern in
// the body. It is ungated: no answer of a server closes a session.
package httpreq

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/actors/env/secrets"
	"curfew/messages/text"
)

// MaxBody is how many bytes of an answer are read. The rest is ignored.
const MaxBody = 1 << 20

const (
	maxShown  = 16 << 10 // bytes of the body that are kept as output
	maxQuoted = 512      // bytes of its first line that an error quotes
	// cutMark replaces the rest of a body that is too long.
	cutMark = "\n[… the rest was left out]"
)

type request struct {
	actors.Defaults[Spec]
	http   *http.Client
	redact func(string) string
}

var (
	_ actors.Actor[Spec] = (*request)(nil)
	_ actors.Uncounter   = Spec{}
)

// New makes the actor of one attempt.
func New(env actors.Env) actors.Actor[Spec] { return &request{http: env.HTTP, redact: env.Redact} }

// Run sends the request. The output is the status line and the beginning of the body, also after a failure.
//
// An unexpected status, and a body without the pattern, may be retried, since servers recover. If a status of 400 and
// above says when, the retry is not earlier. A variable of header_env that is not set is a permanent failure. Secrets are redacted
// in outputs and errors.
func (r *request) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	s := run.Spec
	header, own, err := s.header()
	if err != nil {
		return actors.Output{}, actors.Permanent(err)
	}
	req, err := http.NewRequestWithContext(ctx, s.method(), s.URL, strings.NewReader(s.Body))
	if err != nil {
		return actors.Output{}, actors.Permanent(errors.New("http: the request cannot be made")) // err would quote the URL
	}
	req.Header = header
	what := s.method() + " " + httpx.Bare(s.URL)
	resp, err := r.client(s).Do(req)
	if err != nil {
		return actors.Output{}, failed(ctx, what, err, own)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, MaxBody))
	body := r.redact(secrets.RedactCut(string(raw), own...)) // before it is cut: half of a secret would not be recognised
	out := actors.Output{Text: show(resp, body)}
	if err != nil {
		return out, failed(ctx, what, err, own)
	}
	return out, s.judge(what, resp, raw, body)
}

// client is a client that follows no redirects if the job expects one.
func (r *request) client(s Spec) *http.Client {
	if status := s.status(); status < 300 || status > 399 {
		return r.http
	}
	c := *r.http
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// header makes the request's header, and returns the secrets in it.
func (s Spec) header() (h http.Header, own []string, err error) {
	h = http.Header{"User-Agent": {"curfew"}}
	for name, value := range s.Headers {
		h.Set(name, value)
	}
	for name, ref := range s.HeaderEnv {
		parts := reference().FindStringSubmatch(ref)
		if parts == nil {
			return nil, nil, fmt.Errorf("http: header_env: %s names no variable", name)
		}
		value := strings.TrimSpace(os.Getenv(parts[2]))
		switch {
		case value == "":
			return nil, nil, fmt.Errorf("http: the variable %s, which header_env names, is not set in the daemon's environment", parts[2])
		case !printable(value):
			return nil, nil, fmt.Errorf("http: the variable %s, which header_env names, holds a character that no header may have", parts[2])
		}
		own = append(own, value)
		if _, key, ok := strings.Cut(value, " "); ok {
			own = append(own, key) // of "Bearer KEY"
		}
		h.Set(name, strings.TrimSpace(parts[1]+" "+value))
	}
	return h, own, nil
}

// judge compares the answer with what the job expects. The pattern is matched against the raw body, and errors quote
// the redacted one.
func (s Spec) judge(what string, resp *http.Response, raw []byte, body string) error {
	if resp.StatusCode != s.status() {
		err := fmt.Errorf("http: %s: %s, not %d%s", what, statusLine(resp), s.status(), quote(body))
		if wait := httpx.RetryAfter(resp.Header); wait > 0 && resp.StatusCode >= http.StatusBadRequest {
			return actors.RetryAfter(err, wait)
		}
		return err
	}
	if s.ExpectBody == "" {
		return nil
	}
	p, err := regexp.Compile(s.ExpectBody)
	if err != nil {
		return actors.Permanent(fmt.Errorf("http: expect_body: %w", err))
	}
	if !p.Match(raw) {
		return fmt.Errorf("http: %s: %s, but the body does not match expect_body%s", what, statusLine(resp), quote(body))
	}
	return nil
}

// failed is the error of a request without a complete answer.
func failed(ctx context.Context, what string, err error, own []string) error {
	if ctx.Err() != nil {
		return ctx.Err() // the host says more precisely what ended it
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without the URL
	}
	// Not wrapped: an unwrapped error would show the text without redaction, and a timeout of the connection must not
	// count as the attempt's own.
	return fmt.Errorf("http: %s: %s", what, secrets.Redact(err.Error(), own...))
}

// show is the part of an answer that is kept as output.
func show(resp *http.Response, body string) string {
	mark := ""
	if len(body) > maxShown {
		body, mark = body[:maxShown], cutMark
	}
	body = strings.ToValidUTF8(body, "\uFFFD")
	if body == "" {
		return statusLine(resp)
	}
	return statusLine(resp) + "\n\n" + body + mark
}

func statusLine(resp *http.Response) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
}

// quote is the first line of the body, bounded, as an error quotes it.
func quote(body string) string {
	line := strings.TrimSpace(text.Head(text.FirstLine(body), maxQuoted))
	if line == "" {
		return ""
	}
	return ": " + line
}
