package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/internal/api"
)

// certify writes a certificate for names, with its key, into a folder.
func certify(t *testing.T, dir string, serial int64, names ...string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestTLS: with a certificate it may listen beyond this machine, and speaks TLS only.
func TestTLS(t *testing.T) {
	data := t.TempDir()
	cert, key := certify(t, data, 7, "curfew.example.com")
	l, err := api.ListenTCP(data, api.TCPOptions{Address: "0.0.0.0:0", Cert: cert, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = c.Write(nil) }() // shakes hands
		}
	}()
	_, port, err := net.SplitHostPort(l.Address())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	raw, err := os.ReadFile(cert)
	if err != nil || !roots.AppendCertsFromPEM(raw) {
		t.Fatal(err)
	}
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{
			RootCAs: roots, ServerName: "curfew.example.com", MinVersion: version, MaxVersion: version, //nolint:gosec // what is refused is the test
		})
		if (err == nil) != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			_ = c.Close()
		}
	}
	for _, tt := range []struct{ cert, key, want string }{
		{cert, "", "needed together"},
		{cert, cert, "read the certificate"},
		{cert + "x", key, "no such file"},
	} {
		if _, err := api.ListenTCP(data, api.TCPOptions{Address: "127.0.0.1:0", Cert: tt.cert, Key: tt.key}); err == nil ||
			!strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %s: %v", tt.cert, tt.key, err)
		}
	}
}
