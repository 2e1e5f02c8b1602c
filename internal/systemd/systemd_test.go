package systemd

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew/tests/patience"
)

// listen is a service manager: what it is told.
func listen(t *testing.T, watchdog time.Duration, address string) *net.UnixConn {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	t.Setenv("NOTIFY_SOCKET", address)
	t.Setenv("WATCHDOG_PID", "")
	t.Setenv("WATCHDOG_USEC", "")
	if watchdog > 0 {
		t.Setenv("WATCHDOG_USEC", strconv.FormatInt(watchdog.Microseconds(), 10))
	}
	return c
}

func told(t *testing.T, c *net.UnixConn) string {
	t.Helper()
	buf := make([]byte, 1024)
	_ = c.SetReadDeadline(time.Now().Add(patience.Limit))
	n, err := c.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

func TestManager(t *testing.T) {
	for _, address := range []string{filepath.Join(t.TempDir(), "notify"), "@curfew-test-" + strconv.FormatInt(time.Now().UnixNano(), 36)} {
		c := listen(t, 40*time.Millisecond, address)
		m := New(zap.NewNop())
		m.Ready()
		if got := told(t, c); got != "READY=1" {
			t.Errorf("ready: %q", got)
		}
		lines := make(chan string)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			m.Watch(ctx, func(ctx context.Context) (string, error) {
				select {
				case l := <-lines:
					if l == "" {
						return "", errors.New("stuck")
					}
					return l, nil
				case <-ctx.Done():
					return "", ctx.Err()
				}
			})
		}()
		for _, step := range []struct{ line, want string }{
			{"2 jobs", "WATCHDOG=1\nSTATUS=2 jobs"}, {"2 jobs", "WATCHDOG=1"}, {"3\njobs", "WATCHDOG=1\nSTATUS=3 jobs"},
		} {
			lines <- step.line
			if got := told(t, c); got != step.want {
				t.Errorf("%q: told %q, want %q", step.line, got, step.want)
			}
		}
		lines <- "" // no sign of life: nothing is sent for it
		cancel()
		<-done
		m.Stopping()
		if got := told(t, c); got != "STOPPING=1" {
			t.Errorf("after a daemon that is stuck: %q", got)
		}
	}
}

// TestNobodyListens: without a manager nobody is asked, and nothing is said.
func TestNobodyListens(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	t.Setenv("WATCHDOG_USEC", "nonsense")
	m := New(zap.NewNop())
	m.Ready()
	m.Watch(t.Context(), func(context.Context) (string, error) { t.Error("asked"); return "", nil })
	m.Stopping()
}
