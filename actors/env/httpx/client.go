// Package httpx makes the HTTP clients of attempts: a plain one, and one that sends a session's token to its backend
// and nowhere else. The clients do not retry, and set no deadline for a whole request: the attempt's context does.
package httpx

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// The bounds of a connection. A response may take as long as the attempt, but not its first line: a model that thinks
// for minutes before it answers is normal; one that is silent for longer is gone.
const (
	dialTimeout     = 10 * time.Second
	tlsTimeout      = 10 * time.Second
	headerTimeout   = 10 * time.Minute
	idleTimeout     = 90 * time.Second
	maxIdle         = 64 // connections
	maxHeaderBytes  = 64 << 10
	maxRedirects    = 10
	keepAliveProbes = 30 * time.Second
)

// ErrRedirect means that a server answered with a redirect that is not followed.
var ErrRedirect = errors.New("httpx: refused to follow a redirect")

// shared is the one pool of connections: a client is made for every attempt, and pools would pile up.
var shared = sync.OnceValue(func() http.RoundTripper {
	return pool{&http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: dialTimeout, KeepAlive: keepAliveProbes}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           maxIdle,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}}
})

// pool is a transport that does not use a connection again which leads to the wrong server (421, RFC 9110 §15.5.20).
type pool struct{ *http.Transport }

// RoundTrip sends the request.
func (p pool) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := p.Transport.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusMisdirectedRequest {
		resp.Body = lastBody{resp.Body, p.CloseIdleConnections}
	}
	return resp, err
}

// lastBody is the body of a connection's last response. A connection is idle, and can be closed, when its body is.
type lastBody struct {
	io.ReadCloser
	leave func()
}

// Close closes the body and the idle connections.
func (b lastBody) Close() error {
	defer b.leave()
	return b.ReadCloser.Close()
}

// Plain is a client without a credential. It follows at most 10 redirects, and none to another origin. It returns a
// response of any status as it is; [Status] makes errors of them.
func Plain() *http.Client {
	return &http.Client{Transport: shared(), CheckRedirect: sameOrigin}
}

func sameOrigin(next *http.Request, via []*http.Request) error {
	from, to := originOf(via[0].URL), originOf(next.URL)
	if from != to {
		return fmt.Errorf("%w from %s to %s", ErrRedirect, from, bare(next.URL))
	}
	if len(via) >= maxRedirects {
		return fmt.Errorf("%w after %d others", ErrRedirect, len(via))
	}
	return nil
}

func noRedirect(next *http.Request, via []*http.Request) error {
	return fmt.Errorf("%w from %s to %s", ErrRedirect, originOf(via[0].URL), bare(next.URL))
}
