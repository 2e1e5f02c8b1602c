package httpx

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// origin is the scheme, host and port of a URL, in a form that can be compared.
type origin struct{ scheme, host, port string }

func originOf(u *url.URL) origin {
	o := origin{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	return o
}

// String is the origin as a URL. It never has a user, a path or a query, which may hold secrets.
func (o origin) String() string { return o.scheme + "://" + net.JoinHostPort(o.host, o.port) }

// loopback reports whether the host is this machine by its name or address; DNS is not asked.
func (o origin) loopback() bool {
	if o.host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(o.host)
	return err == nil && ip.Unmap().IsLoopback()
}

// Bare is a URL without user, query and fragment, which may hold secrets; empty if the text is not a URL.
func Bare(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return bare(u)
}

// bare is a URL without user, query and fragment, which may hold secrets.
func bare(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
