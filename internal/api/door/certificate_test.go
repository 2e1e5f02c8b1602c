package door

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func renew(t *testing.T, cert, key string, serial int64, at time.Time) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"c"}, NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: raw}, cert: {Type: "CERTIFICATE", Bytes: der}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRenewal: a certificate that is renewed in its files is taken within a minute, and one that is damaged is not.
func TestRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		cert, key := filepath.Join(dir, "c"), filepath.Join(dir, "k")
		renew(t, cert, key, 1, time.Unix(1, 0))
		c, err := ReadCertificate(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		serial := func() int64 {
			got, err := c.Get(nil)
			if err != nil {
				t.Fatal(err)
			}
			return got.Leaf.SerialNumber.Int64()
		}
		if got := serial(); got != 1 {
			t.Errorf("serial %d at first", got)
		}
		renew(t, cert, key, 2, time.Unix(2, 0))
		if got := serial(); got != 1 {
			t.Errorf("serial %d, looked at again at once", got)
		}
		time.Sleep(reread)
		if got := serial(); got != 2 {
			t.Errorf("serial %d a minute after the renewal", got)
		}
		if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(reread)
		if got := serial(); got != 2 {
			t.Errorf("serial %d while the file is damaged", got)
		}
		renew(t, cert, key, 3, time.Unix(3, 0))
		time.Sleep(reread)
		if got := serial(); got != 3 {
			t.Errorf("serial %d after the file was mended", got)
		}
	})
}

// TestGivenKey: a key may come by a pipe that the program was started with. A renewal cannot read it again, and the old
// certificate stays.
func TestGivenKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		cert, key := filepath.Join(dir, "c"), filepath.Join(dir, "k")
		renew(t, cert, key, 1, time.Unix(1, 0))
		raw, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, err := w.Write(raw); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		c, err := ReadCertificate(cert, filepath.Join("/dev/fd", fmt.Sprint(r.Fd())))
		if err != nil {
			t.Fatal(err)
		}
		renew(t, cert, key, 2, time.Unix(2, 0))
		time.Sleep(reread)
		got, err := c.Get(nil)
		if err != nil || got.Leaf.SerialNumber.Int64() != 1 {
			t.Errorf("after a renewal it is %v, %v", got.Leaf.SerialNumber, err)
		}
	})
}
