package door

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// loopback are the names by which a machine calls itself.
var loopback = []string{"localhost", "127.0.0.1", "::1"}

// Hosts are the names by which callers may call a daemon. Under any other name a page of a stranger may have sent the
// browser here (DNS rebinding).
type Hosts []string

// NewHosts are the names of this machine for itself and further ones.
func NewHosts(more ...string) Hosts {
	h := Hosts(slices.Clone(loopback))
	for _, name := range more {
		h = append(h, clean(withoutPort(name)))
	}
	return h
}

// withoutPort is the host of host:port, or of a host alone.
func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// knows reports whether a Host header, with or without a port, is one of the names.
func (h Hosts) knows(host string) bool {
	name := clean(withoutPort(host))
	return name != "" && slices.Contains(h, name)
}

// clean is a name as names are compared.
func clean(name string) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// foreign says in which way a request was made by a page of another site; empty: it was not. Programs send neither
// header, browsers send one at least with all that a page can ask for.
func foreign(r *http.Request) string {
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "same-origin", "none":
	default:
		return "Sec-Fetch-Site"
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		// Without TLS here there may be a proxy with TLS before the daemon: then the browser's page is an https one.
		safe := err == nil && (u.Scheme == "https" || u.Scheme == "http" && r.TLS == nil)
		if !safe || !strings.EqualFold(u.Host, r.Host) {
			return "Origin"
		}
	}
	return ""
}
