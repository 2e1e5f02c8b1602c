package api

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"curfew/internal/api/door"
	"curfew/internal/datadir"
)

// DefaultListen is the TCP address of a daemon that is told none.
const DefaultListen = "127.0.0.1:7717"

// TCPOptions say where and how a daemon listens on TCP.
type TCPOptions struct {
	Address   string   // host:port; port 0 is a free one
	Cert, Key string   // files of a certificate; empty: no TLS
	Hosts     []string // further names by which it is called, such as those of a proxy before it
}

// TCP is a listener whose callers need a token.
type TCP struct {
	net.Listener
	door *door.Door
	base string // the URL under which a browser of this machine finds it, without a path
}

// ErrTaken says that another program listens at an address.
var ErrTaken = errors.New("another program listens there")

// Check says what is wrong with the options in any case. A name that is not known now is none of that.
func (o TCPOptions) Check() error {
	at, err := o.resolve()
	switch unknown := (*net.DNSError)(nil); {
	case errors.As(err, &unknown):
		return nil
	case err != nil:
		return err
	}
	return o.guards(at)
}

func (o TCPOptions) resolve() (*net.TCPAddr, error) {
	at, err := net.ResolveTCPAddr("tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s is not a valid address: %w", o.Address, err)
	}
	return at, nil
}

// guards refuses an address where others could read the token on its way.
func (o TCPOptions) guards(at *net.TCPAddr) error {
	if o.Cert == "" && !at.IP.IsLoopback() {
		return fmt.Errorf("--listen %s is reachable from other machines, and without TLS everybody on the way could read "+
			"the token: give --tls-cert and --tls-key, or listen on 127.0.0.1", o.Address)
	}
	return nil
}

// ListenTCP opens the TCP listener of a data folder, and makes the tokens of its callers if they are not there. Beyond
// this machine it only speaks TLS.
func ListenTCP(data string, o TCPOptions) (*TCP, error) {
	at, err := o.resolve()
	if err != nil {
		return nil, err
	}
	names := o.Hosts
	if host, _, err := net.SplitHostPort(o.Address); err == nil && host != "" {
		names = append(names, host)
	}
	var cert *door.Certificate
	if o.Cert != "" || o.Key != "" {
		if cert, err = door.ReadCertificate(o.Cert, o.Key); err != nil {
			return nil, err
		}
		names = append(names, cert.Names()...)
	}
	if err := o.guards(at); err != nil {
		return nil, err
	}
	keys, err := door.ReadKeys(filepath.Join(data, datadir.APIToken), filepath.Join(data, datadir.APIReadToken))
	if err != nil {
		return nil, err
	}
	l, err := net.ListenTCP("tcp", at)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("--listen %s: %w; choose another port, or --listen off", o.Address, ErrTaken)
	}
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", o.Address, err)
	}
	out := &TCP{Listener: door.Limit(l), door: &door.Door{Keys: keys, Hosts: door.NewHosts(names...)}}
	out.base = "http://" + out.named(o, nil)
	if cert != nil {
		out.base = "https://" + out.named(o, cert)
		out.Listener = tls.NewListener(out.Listener, &tls.Config{
			MinVersion: tls.VersionTLS12, GetCertificate: cert.Get, NextProtos: []string{"http/1.1"},
		})
	}
	return out, nil
}

// named is the name of the daemon for a browser of this machine, with the port. With a certificate it is one for which the
// certificate stands.
func (t *TCP) named(o TCPOptions, cert *door.Certificate) string {
	at, port, _ := net.SplitHostPort(t.Addr().String()) // it is an address
	host, _, _ := net.SplitHostPort(o.Address)          // it was resolved
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = at
	}
	if cert == nil || slices.Contains(cert.Names(), host) {
		return net.JoinHostPort(host, port)
	}
	for _, name := range cert.Names() {
		if !strings.HasPrefix(name, "*") {
			return net.JoinHostPort(name, port)
		}
	}
	return net.JoinHostPort(host, port)
}

// Door is the door before it; nil: it does not listen.
func (t *TCP) Door() *door.Door {
	if t == nil {
		return nil
	}
	return t.door
}

// Address is where it listens; empty: it does not.
func (t *TCP) Address() string {
	if t == nil {
		return ""
	}
	return t.Addr().String()
}

// Close stops listening. Without a listener it does nothing.
func (t *TCP) Close() error {
	if t == nil {
		return nil
	}
	return t.Listener.Close()
}
