package loopback_test

import (
	"net"
	"runtime"
	"slices"
	"testing"

	"curfew/tests/loopback"
)

// Two tests have different addresses, and one that has ended leaves its own to others.
func TestOwn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" { // which alone has more than one address without being told so
		if host := loopback.Own(t); host != "127.0.0.1" {
			t.Errorf("it is %s", host)
		}
		return
	}
	var all []string
	t.Run("while a test runs", func(t *testing.T) {
		for range 100 {
			all = append(all, loopback.Own(t))
		}
		if _, err := net.Listen("tcp", all[0]+":4221"); err == nil {
			t.Error("it is not guarded")
		}
	})
	slices.Sort(all)
	if got := len(slices.Compact(slices.Clone(all))); got != len(all) {
		t.Errorf("%d of %d are different", got, len(all))
	}
	l, err := net.Listen("tcp", all[0]+":4221")
	if err != nil {
		t.Fatalf("after the test: %v", err)
	}
	_ = l.Close()
}

func TestPorts(t *testing.T) {
	t.Parallel()
	ports := loopback.Ports(t, loopback.Own(t), 20)
	slices.Sort(ports)
	if got := slices.Compact(slices.Clone(ports)); ports[0] == 0 || len(got) != 20 {
		t.Errorf("%v", ports)
	}
}
