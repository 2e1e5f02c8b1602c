package door

import (
	"net"
	"net/netip"
	"sync"
)

// Bounds of connections over TCP. One that is over them is closed at once.
const (
	MaxConnections = 512 // of all
	maxPerAddress  = 256 // of one address
)

// Limit bounds the connections of a listener.
func Limit(l net.Listener) net.Listener {
	return &limited{Listener: l, from: make(map[netip.Addr]int)}
}

type limited struct {
	net.Listener
	mu   sync.Mutex
	all  int
	from map[netip.Addr]int
}

// Accept waits for a connection within the bounds.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		a := address(c)
		if l.take(a) {
			return &counted{Conn: c, free: sync.OnceFunc(func() { l.give(a) })}, nil
		}
		_ = c.Close() // nothing was read from it
	}
}

func (l *limited) take(a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= MaxConnections || l.from[a] >= maxPerAddress {
		return false
	}
	l.all++
	l.from[a]++
	return true
}

func (l *limited) give(a netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.from[a]--; l.from[a] == 0 {
		delete(l.from, a)
	}
}

// counted is a connection that gives its place back when it is closed.
type counted struct {
	net.Conn
	free func()
}

// Close closes the connection.
func (c *counted) Close() error {
	defer c.free()
	return c.Conn.Close()
}

// address is what counts as the address of a connection.
func address(c net.Conn) netip.Addr {
	from, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return prefix(from.Addr())
}
