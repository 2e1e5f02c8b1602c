package tools

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// carrier sends messages to a remote server, with the bearer token if there is one. The token is inside functions, so
// that no way of printing a carrier shows it.
type carrier struct {
	send    func(*http.Request) (*http.Response, error)
	sign    func(http.Header)
	tokenIn string // the variable that holds the token; empty: there is none

	sent   atomic.Int64 // requests that have left
	status atomic.Int64 // of the newest answer
	left   atomic.Int64 // bytes that the server may still send
}

func newCarrier(base *http.Client, s Server) *carrier {
	transport := base.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	c := &carrier{send: transport.RoundTrip, sign: func(http.Header) {}}
	if token := s.Token; token != "" {
		c.tokenIn = s.TokenIn
		c.sign = func(h http.Header) { h.Set("Authorization", "Bearer "+token) }
	}
	c.left.Store(maxTraffic)
	return c
}

// client is like base, and sends by the carrier.
func (c *carrier) client(base *http.Client) *http.Client {
	client := *base
	client.Transport = c
	return &client
}

// RoundTrip sends the request.
func (c *carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	c.status.Store(0)
	signed := req.Clone(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{WroteHeaders: func() { c.sent.Add(1) }}))
	c.sign(signed.Header)
	resp, err := c.send(signed)
	if err != nil {
		return nil, err
	}
	c.status.Store(int64(resp.StatusCode))
	resp.Request = req // not the one that carries the token
	resp.Body = mending(&bounded{ReadCloser: resp.Body, left: maxMessage, all: &c.left}, resp.Header.Get("Content-Type"))
	resp.ContentLength = -1
	return resp, nil
}

// refused reports whether the newest answer is a refusal after which the server has done nothing. A 408, and a status
// of 500 and above, may come after something was done.
func (c *carrier) refused() bool {
	status := c.status.Load()
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusRequestTimeout
}

// unauthorized reports whether the newest answer is about the token, and not about what was asked.
func (c *carrier) unauthorized() bool {
	status := c.status.Load()
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// explain adds to a refusal what to do about it, and simplifies the error of a server that cannot be reached.
func (c *carrier) explain(err error) error {
	var reached *url.Error
	switch {
	case errors.As(err, &reached):
		return reached // without what the library has put before it
	case c.status.Load() != http.StatusUnauthorized:
		return err
	case c.tokenIn == "":
		return fmt.Errorf("%w: it wants a token; name the variable that holds it under bearer_env", err)
	default:
		return fmt.Errorf("%w: it refuses the token of the variable %s, which bearer_env names", err, c.tokenIn)
	}
}

// bounded is a body that fails when it, or all bodies of a server together, are too long.
type bounded struct {
	io.ReadCloser
	left int
	all  *atomic.Int64
}

var errLong = errors.New("the answer is too long")

// Read reads at most what is left.
func (b *bounded) Read(p []byte) (int, error) {
	switch {
	case b.left <= 0:
		return 0, errLong
	case b.all.Load() <= 0:
		return 0, errTalkative
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.all.Add(-int64(n))
	return n, err
}

// mended is a body whose messages pass [mend].
type mended struct {
	io.ReadCloser
	in    *bufio.Reader
	whole bool // a message; else a stream of events
	rest  []byte
}

func mending(body io.ReadCloser, contentType string) io.ReadCloser {
	switch kind, _, _ := mime.ParseMediaType(contentType); kind {
	case "application/json":
		return &mended{ReadCloser: body, whole: true, in: bufio.NewReader(body)}
	case "text/event-stream":
		return &mended{ReadCloser: body, in: bufio.NewReader(body)}
	default:
		return body
	}
}

// Read reads what is mended.
func (m *mended) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		var err error
		if m.rest, err = m.next(); len(m.rest) == 0 {
			return 0, err
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// next is the next part of the body: all of it, or a line. It may return data together with an error.
func (m *mended) next() ([]byte, error) {
	if m.whole {
		raw, err := io.ReadAll(m.in)
		if err == nil {
			err = io.EOF
		}
		return mend(raw), err
	}
	line, err := m.in.ReadBytes('\n')
	if data, ok := bytes.CutPrefix(line, []byte("data:")); ok && bytes.HasSuffix(line, []byte("\n")) {
		line = append(append([]byte("data: "), mend(bytes.TrimSpace(data))...), '\n')
	}
	return line, err
}
