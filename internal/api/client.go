package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"curfew/internal/datadir"
)

// Bounds of the client.
const (
	dialTimeout  = 5 * time.Second
	replyTimeout = writeTimeout + 5*time.Second
	maxReply     = 256 << 20 // bytes; more than a page of 1,000 runs with all their output
)

// Client talks to a daemon. It is safe for concurrent use.
type Client struct {
	data  string // the daemon's data folder; empty: it is asked over TCP
	base  string // what stands before the path of a request
	token string // over TCP
	http  *http.Client
}

// Reply is an answer of the daemon, as a value and as the bytes that came.
type Reply[T any] struct {
	Body T
	Raw  []byte
}

// PID is the process of the daemon of a data folder, as its daemon.json says; 0: none listens, or it cannot be read. A
// daemon that was killed leaves the file, and its number may be another process by now.
func PID(data string) int {
	raw, err := os.ReadFile(daemonFile(data))
	var d Daemon
	if err != nil || json.Unmarshal(raw, &d) != nil {
		return 0
	}
	conn, err := net.DialTimeout("unix", d.Socket, dialTimeout)
	if err != nil {
		return 0
	}
	_ = conn.Close() // nothing was said
	return d.PID
}

// Dial finds the daemon of a data folder by its daemon.json. The error is a [*NoDaemon] if there is none.
func Dial(data string) (*Client, error) {
	raw, err := os.ReadFile(daemonFile(data))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, noDaemon(data)
	case errors.Is(err, fs.ErrPermission):
		return nil, datadir.Foreign(data, err)
	case err != nil:
		return nil, fmt.Errorf("api: find the daemon: %w", err)
	}
	var d Daemon
	if err := json.Unmarshal(raw, &d); err != nil || d.Socket == "" {
		return nil, fmt.Errorf("api: %s is damaged; stop the daemon and remove the file", filepath.Join(data, "daemon.json"))
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	c := newClient(&http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "unix", d.Socket)
	}})
	c.data, c.base = data, "http://curfew"
	return c, nil
}

// DialURL is a client of a daemon that listens on TCP at a URL such as https://curfew.example.com:7717. The token is
// never sent to another machine without TLS, nor to where an answer redirects.
func DialURL(base, token string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not a valid URL of a daemon; write one such as http://%s", base, DefaultListen)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("the URL of a daemon is only its scheme, host and port, such as http://%s", DefaultListen)
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return nil, fmt.Errorf("%s would send the token to another machine without TLS; use https", base)
	}
	c := newClient(&http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: dialTimeout}).DialContext, TLSHandshakeTimeout: dialTimeout,
	})
	c.base, c.token = u.Scheme+"://"+u.Host, token
	return c, nil
}

func newClient(t *http.Transport) *Client {
	return &Client{http: &http.Client{
		Timeout: replyTimeout, Transport: t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// request makes the request for a question.
func (c *Client) request(ctx context.Context, o Route, question any) (*http.Request, error) {
	r, err := write(ctx, c.base, o, question)
	if err == nil && c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return r, err
}

// patient is the same client without a time limit for answers.
func (c *Client) patient() *http.Client {
	return &http.Client{Transport: c.http.Transport, CheckRedirect: c.http.CheckRedirect}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// ask sends a request and reads the answer. One that is no success is a [*Problem].
func (c *Client) ask(req *http.Request, raw *[]byte, body any) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer resp.Body.Close()
	if *raw, err = io.ReadAll(io.LimitReader(resp.Body, maxReply)); err != nil {
		return fmt.Errorf("api: read the daemon's answer: %w", err)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return problemIn(resp.StatusCode, *raw)
	}
	if err := json.Unmarshal(*raw, body); err != nil {
		return fmt.Errorf("api: the daemon's answer is not understood (is the daemon another version?): %w", err)
	}
	return nil
}

// unreachable distinguishes a daemon that is gone from other errors of the connection.
func (c *Client) unreachable(err error) error {
	var op *net.OpError
	switch {
	case c.data == "":
		return unheard(c.base, errors.Unwrap(err), datadir.FindUnit())
	case !errors.As(err, &op) || op.Op != "dial":
	case errors.Is(err, fs.ErrPermission):
		return datadir.Foreign(c.data, op.Err)
	default:
		return noDaemon(c.data)
	}
	return fmt.Errorf("api: ask the daemon: %w", err)
}

func problemIn(status int, raw []byte) *Problem {
	var p Problem
	if json.Unmarshal(raw, &p) == nil && p.Status == status {
		return &p
	}
	return NewProblem(status, "the daemon answered %d %s", status, http.StatusText(status))
}
