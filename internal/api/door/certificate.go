package door

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"

	"curfew/bus/regular"
)

// reread is how often, at most, the files of a certificate are looked at: whoever renews one replaces them.
const reread = time.Minute

// Certificate is the certificate of a daemon, as its files have it.
type Certificate struct {
	cert, key string

	mu      sync.Mutex
	now     *tls.Certificate
	changed time.Time // of the file, when it was read
	looked  time.Time
}

// ReadCertificate reads a certificate with its chain, and its key, in PEM.
func ReadCertificate(cert, key string) (*Certificate, error) {
	if cert == "" || key == "" {
		return nil, fmt.Errorf("--tls-cert and --tls-key are needed together")
	}
	c := &Certificate{cert: cert, key: key}
	return c, c.read()
}

func (c *Certificate) read() error {
	for _, path := range []string{c.cert, c.key} {
		if err := regular.Check(path); err != nil { // a pipe would be waited for, in the middle of a connection
			return fmt.Errorf("read the certificate: %w", err)
		}
	}
	info, err := os.Stat(c.cert)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("read the certificate %s with the key %s: %w", c.cert, c.key, err)
	}
	c.now, c.changed = &pair, info.ModTime()
	return nil
}

// Names are the names and addresses for which the certificate stands.
func (c *Certificate) Names() (all []string) {
	all = append(all, c.now.Leaf.DNSNames...)
	for _, ip := range c.now.Leaf.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}

// Get is the certificate for a connection. When its file has changed it is read again; if that fails, the old one
// stays.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= reread {
		c.looked = now
		if info, err := os.Stat(c.cert); err == nil && !info.ModTime().Equal(c.changed) {
			_ = c.read() // half of a renewal: the next look finds both files
		}
	}
	return c.now, nil
}
