package door

import (
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"curfew/bus/regular"
)

// reread is how often, at most, the files of a certificate are looked at: whoever renews one replaces them.
const reread = time.Minute

// maxFile is how much of a file of a certificate is read, in bytes: many times what a chain has.
const maxFile = 1 << 20

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
	return c, c.read(regular.OpenGiven)
}

// read reads both files, as open opens them.
func (c *Certificate) read(open func(string) (*os.File, error)) error {
	cert, changed, err := content(c.cert, open)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	key, _, err := content(c.key, open)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("read the certificate %s with the key %s: %w", c.cert, c.key, err)
	}
	c.now, c.changed = &pair, changed
	return nil
}

// content is what a file has, and when it was changed.
func content(path string, open func(string) (*os.File, error)) (raw []byte, changed time.Time, err error) {
	f, err := open(path)
	if err != nil {
		return nil, changed, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, changed, err
	}
	raw, err = io.ReadAll(io.LimitReader(f, maxFile))
	return raw, info.ModTime(), err
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
			// Half of a renewal: the next look finds both files. A pipe, which cannot be read again, would be waited for, in
			// the middle of a connection.
			_ = c.read(regular.Open)
		}
	}
	return c.now, nil
}
