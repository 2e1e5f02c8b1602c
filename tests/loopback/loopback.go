// Package loopback gives a test an address of its own on this machine, whose ports nobody takes from it. It is for tests
// only.
package loopback

import (
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"strconv"
	"testing"
)

// guard is the port that says that an address is taken. It is below those that systems give to whoever asks for any.
const guard = 4221

// tries bounds how many addresses are tried; there are four million.
const tries = 100

// Own returns an address on loopback that no other test has until this one has ended, in whatever process it runs: a port
// of it that is free stays free until the test itself takes it. Without that, a port that was free a moment ago, or that
// a server of the test had and wants again, may be given to somebody who asks for any. Only Linux has more addresses than
// one without being told so; elsewhere it is 127.0.0.1, and that may happen.
func Own(t testing.TB) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	var last error
	for range tries {
		host := fmt.Sprintf("127.%d.%d.%d", 64+rand.IntN(64), rand.IntN(256), rand.IntN(256))
		l, err := listen(t, host, guard)
		if err != nil {
			last = err
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
		return host
	}
	t.Fatalf("no address on loopback is free: %v", last)
	return ""
}

// Ports returns ports of a host, all different, that nobody listens on. They stay so if the host is the test's [Own].
func Ports(t testing.TB, host string, n int) []int {
	t.Helper()
	ports := make([]int, n)
	for i := range ports {
		l, err := listen(t, host, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // all at the end, so that no port is had twice
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}

func listen(t testing.TB, host string, port int) (net.Listener, error) {
	var c net.ListenConfig
	return c.Listen(t.Context(), "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
}
