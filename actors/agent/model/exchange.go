package model

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"curfew/actors"
	"curfew/actors/httpx"
)

// maxQuote is how much an error quotes of what came instead of an answer, in bytes.
const maxQuote = 300

// exchange is one request and its answer, watched on the wire. What went wrong is seen here, beneath the
// libraries, so that it is told alike whoever reads the answer.
type exchange struct {
	to    Endpoint
	names map[string]int // statuses that the protocol has words for

	where string // method and URL
	whole []byte // the answer, if it is no stream
	empty bool   // whether a stream had no event
	err   error  // what went wrong on the wire
}

// Do sends the request. The body of the response is a stream of events, or empty if the answer is in whole.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	x.where = req.Method + " " + httpx.Bare(req.URL.String())
	resp, err := x.to.Client.Do(req)
	if err != nil {
		x.err = x.unanswered(req.Context(), err)
		return nil, x.err
	}
	body := &limited{body: resp.Body, left: MaxAnswer}
	in := bufio.NewReader(body)
	if streams(resp.Header, in) {
		x.empty = true
		resp.Body = &watched{x: x, in: in, body: resp.Body, status: resp.StatusCode}
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(in)
	if err != nil {
		x.err = x.broken(err)
		return nil, x.err
	}
	if x.err = x.judge(resp, raw); x.err != nil {
		return nil, x.err
	}
	x.whole, resp.Body = raw, http.NoBody
	return resp, nil
}

// unanswered says why there is no response.
func (x *exchange) unanswered(ctx context.Context, err error) error {
	var refused *actors.StatusError
	if errors.As(err, &refused) {
		return refused
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, ours := range []error{httpx.ErrOrigin, httpx.ErrRedirect, httpx.ErrNoToken} {
		if errors.Is(err, ours) {
			return fmt.Errorf("%s: %w", x.where, ours)
		}
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without the URL, which stands before it
	}
	// Not wrapped: a text that is redacted must not have the one that is not beneath it, and a connection's
	// own timeout is not the attempt's.
	return fmt.Errorf("%s: %w: %s", x.where, ErrUnreachable, x.to.Redact(err.Error()))
}

// broken is an answer that could not be read to its end.
func (x *exchange) broken(err error) error {
	if errors.Is(err, errTooLong) {
		return fmt.Errorf("%s: %w", x.where, errTooLong)
	}
	return fmt.Errorf("%s: the answer broke off: %s", x.where, x.to.Redact(err.Error()))
}

// judge says what is wrong with an answer that is no stream.
func (x *exchange) judge(resp *http.Response, raw []byte) error {
	trimmed := bytes.TrimSpace(raw)
	switch {
	case len(trimmed) == 0:
		return fmt.Errorf("%s: %s with an empty body", x.where, resp.Status)
	case trimmed[0] == '{':
		if refused := x.refusal("", trimmed, resp.StatusCode); refused != nil {
			return refused
		}
		return nil
	}
	kind := resp.Header.Get("Content-Type")
	if kind == "" {
		kind = "no content type"
	}
	return fmt.Errorf("%s: %s, but neither a stream nor JSON (%.80s): %s", x.where, resp.Status, x.to.Redact(kind), x.quote(trimmed))
}

// quote is the beginning of what came, without secrets.
func (x *exchange) quote(raw []byte) string {
	s := x.to.Redact(strings.ToValidUTF8(string(raw), "\uFFFD"))
	if len(s) > maxQuote {
		s = strings.ToValidUTF8(s[:maxQuote], "") + " …"
	}
	return s
}

// streams reports whether the answer is a stream of events. What it says of itself may be wrong both ways.
func streams(h http.Header, in *bufio.Reader) bool {
	for {
		b, err := in.Peek(1)
		if err != nil || !strings.ContainsRune(" \t\r\n", rune(b[0])) {
			break
		}
		_, _ = in.Discard(1) // that byte was peeked at
	}
	start, _ := in.Peek(len("retry:")) // what is there is enough
	for _, field := range []string{"data:", "event:", "id:", "retry:", ":"} {
		if bytes.HasPrefix(start, []byte(field)) {
			return true
		}
	}
	return len(start) == 0 && strings.HasPrefix(h.Get("Content-Type"), "text/event-stream")
}

var errTooLong = fmt.Errorf("the answer is longer than %d bytes", MaxAnswer)

// limited is a body that fails, instead of ending early, when it is too long.
type limited struct {
	body io.Reader
	left int
}

// Read reads at most what is left.
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.body.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}
