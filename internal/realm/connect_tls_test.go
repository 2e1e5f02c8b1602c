package realm_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"curfew/bus/nats/natstest"
	"curfew/internal/realm"
)

// certificate makes a certificate for 127.0.0.1 that has signed itself, and a file with it.
func certificate(t *testing.T) (c tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, file
}

// Servers with which this node cannot speak are one error that says why and what to do, before the words of the library.
func TestConnectExplains(t *testing.T) {
	own, ca := certificate(t)
	address := func(o server.Options) string {
		o.Host = "127.0.0.1" // for which the certificate is
		_, host, _ := strings.Cut(natstest.With(t, &o).ClientURL(), "://")
		return host
	}
	plain := address(server.Options{})
	secure := address(server.Options{TLSTimeout: 60, TLSConfig: &tls.Config{Certificates: []tls.Certificate{own}}})
	strict := address(server.Options{TLSTimeout: 60, TLSConfig: &tls.Config{
		Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool(),
	}})
	_, port, err := net.SplitHostPort(secure)
	if err != nil {
		t.Fatal(err)
	}
	nothing := filepath.Join(t.TempDir(), "nothing")
	if err := os.WriteFile(nothing, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		servers realm.Servers
		want    string
	}{
		"TLS, and the servers have none": {realm.Servers{URL: "tls://" + plain}, "the servers have no TLS: write nats://"},
		"signed by nobody known":         {realm.Servers{URL: "tls://" + secure}, "name the file of who has with --fleet-ca (nats: tls error:"},
		"the same, without tls://":       {realm.Servers{URL: "nats://" + secure}, "name the file of who has with --fleet-ca ("},
		"another name":                   {realm.Servers{URL: "tls://localhost:" + port, CA: ca}, "is not for this address: use a name that is in it ("},
		"no certificate":                 {realm.Servers{URL: "tls://" + strict, CA: ca}, "use --fleet-cert and --fleet-key ("},
		"no credentials in the file":     {realm.Servers{URL: "nats://" + plain, Credentials: nothing}, nothing + " is not a valid file with credentials: make one"},
	} {
		nc, err := realm.Connect(c.servers, nil)
		if err == nil {
			nc.Close()
			t.Errorf("%s: it connects", name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %q, want %q in it", name, err, c.want)
		}
	}
	nc, err := realm.Connect(realm.Servers{URL: "tls://" + secure, CA: ca}, nil)
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
}
