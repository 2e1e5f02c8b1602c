package door

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKeys: a token is made once, is for its owner only, and a file that is not right is refused.
func TestKeys(t *testing.T) {
	dir := t.TempDir()
	owner, reader := filepath.Join(dir, "owner"), filepath.Join(dir, "reader")
	k, err := ReadKeys(owner, reader)
	if err != nil {
		t.Fatal(err)
	}
	text := func(file string) string {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(string(raw), "\n")
	}
	all, read := text(owner), text(reader)
	if again, err := ReadKeys(owner, reader); err != nil || again != k {
		t.Errorf("read again: %v %v", again == k, err)
	}
	for token, want := range map[string]Role{all: Owner, read: Reader, "": Nobody, all + "x": Nobody, all[1:]: Nobody, all + "\n": Nobody} {
		if got := k.Role(token); got != want {
			t.Errorf("%q is %d, want %d", token, got, want)
		}
	}
	for _, tt := range []struct {
		content string
		mode    os.FileMode
		want    string
	}{
		{all, 0o640, "can be read by others (mode 0640)"},
		{all, 0o604, "can be read by others (mode 0604)"},
		{"short", 0o600, "has no token of 16 to 512 characters"},
		{"", 0o600, "has no token of 16 to 512 characters"},
		{"two words that are long", 0o600, "has no token of 16 to 512 characters"},
		{read, 0o600, "have the same token"},
	} {
		if err := os.Remove(owner); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(owner, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(owner, tt.mode); err != nil {
			t.Fatal(err)
		}
		_, err := ReadKeys(owner, reader)
		if err == nil || !strings.Contains(err.Error(), tt.want) || tt.content != "" && strings.Contains(err.Error(), tt.content) {
			t.Errorf("%q with mode %o: %v, want %q", tt.content, tt.mode, err, tt.want)
		}
	}
}

// TestFailures: an address waits after ten failures, and less with time; another one does not.
func TestFailures(t *testing.T) {
	var f failures
	now := time.Unix(1_000_000, 0)
	bad, good := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for i := range mostFailures {
		if wait := f.wait(bad, now); wait != 0 {
			t.Fatalf("waits %s after %d failures", wait, i)
		}
		f.add(bad, now)
	}
	if got := f.wait(bad, now); got != failureRest {
		t.Errorf("waits %s after ten failures", got)
	}
	if got := f.wait(netip.MustParseAddr("::ffff:192.0.2.1"), now); got == 0 {
		t.Error("the same address in its other form does not wait")
	}
	if got := f.wait(good, now); got != 0 {
		t.Errorf("another address waits %s", got)
	}
	later := now.Add(failureRest)
	if got := f.wait(bad, later); got != 0 {
		t.Errorf("waits %s, %s later", got, failureRest)
	}
	f.add(bad, later)
	if got := f.wait(bad, later); got == 0 {
		t.Error("does not wait after one more failure")
	}
	if got := f.wait(bad, later.Add(mostFailures*failureRest)); got != 0 {
		t.Errorf("waits %s, long after", got)
	}
	six := func(text string) netip.Addr { return netip.MustParseAddr(text) }
	for range mostFailures {
		f.add(six("2001:db8::1"), now)
	}
	if f.wait(six("2001:db8::ffff"), now) == 0 || f.wait(six("2001:db8:0:1::1"), now) != 0 {
		t.Error("of IPv6 the first 64 bits are one address")
	}
}

// TestFailuresAreBounded: only so many addresses are remembered, and the oldest is forgotten.
func TestFailuresAreBounded(t *testing.T) {
	var f failures
	now := time.Unix(1_000_000, 0)
	a := netip.MustParseAddr("10.0.0.0")
	for i := range mostAddresses + 10 {
		f.add(a, now.Add(time.Duration(i)*time.Millisecond))
		a = a.Next()
	}
	if _, first := f.all[netip.MustParseAddr("10.0.0.0")]; len(f.all) != mostAddresses || first {
		t.Errorf("%d addresses are remembered, the first of them %v", len(f.all), first)
	}
}

// TestHosts: a name is known in any case, with any port, with a dot at its end; nothing else is.
func TestHosts(t *testing.T) {
	h := NewHosts("Curfew.Example.com", "2001:db8::1", "proxy.example.com:8443")
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:7717": true, "127.0.0.1:1": true, "[::1]:7717": true, "curfew.example.com": true,
		"curfew.example.com.:443": true, "[2001:db8::1]": true, "proxy.example.com": true,
		"": false, ":7717": false, "127.0.0.2": false, "localhost.evil.example.com": false, "xlocalhost": false,
		"evil.example.com:localhost": false, "127.0.0.1.nip.io": false, "example.com": false,
	} {
		if h.knows(host) != want {
			t.Errorf("%q is known: %v", host, !want)
		}
	}
}

// TestForeign: what browsers say of the page behind a request.
func TestForeign(t *testing.T) {
	for _, tt := range []struct {
		header, value string
		foreign       bool
	}{
		{"", "", false},
		{"Origin", "http://localhost:7717", false},
		{"Sec-Fetch-Site", "same-origin", false},
		{"Sec-Fetch-Site", "none", false}, // typed by the user
		{"Origin", "http://localhost:7718", true},
		{"Origin", "https://localhost:7717", false}, // behind a proxy with TLS
		{"Origin", "ftp://localhost:7717", true},
		{"Origin", "http://localhost", true},
		{"Origin", "null", true},
		{"Origin", "", true},
		{"Sec-Fetch-Site", "same-site", true},
		{"Sec-Fetch-Site", "cross-site", true},
		{"Sec-Fetch-Site", "whatever comes next", true},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost:7717/v1/jobs", nil)
		if tt.header != "" {
			r.Header.Set(tt.header, tt.value)
		}
		if got := foreign(r); (got != "") != tt.foreign {
			t.Errorf("%s: %q is %q", tt.header, tt.value, got)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "https://localhost:7717/v1/jobs", nil)
	r.Header.Set("Origin", "http://localhost:7717")
	if r.TLS == nil || foreign(r) == "" {
		t.Error("with TLS, a page that came without it is taken for ours")
	}
}

// TestLimit: a connection over the bound of its address is closed, and a closed one makes room.
func TestLimit(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Limit(inner)
	accepted := make(chan net.Conn)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var mine, theirs []net.Conn
	for range maxPerAddress {
		mine = append(mine, dial())
		theirs = append(theirs, <-accepted)
	}
	over := dial()
	if n, err := over.Read(make([]byte, 1)); err == nil {
		t.Errorf("one too many was read from: %d bytes", n)
	}
	_, _ = theirs[0].Close(), theirs[0].Close() // twice gives back one place
	mine = append(mine, dial(), over)
	theirs = append(theirs, <-accepted)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for range accepted {
		t.Error("a connection was accepted over the bound")
	}
	for _, c := range append(mine, theirs...) {
		_ = c.Close()
	}
}
