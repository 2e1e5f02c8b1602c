package realm

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	client "github.com/nats-io/nats.go"
)

// TestHungUp: with TLS 1.3 a node without a certificate learns of it by an alert, or by a connection that is gone.
func TestHungUp(t *testing.T) {
	for _, gone := range []error{
		io.EOF,
		&net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.EPIPE)},
		&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)},
	} {
		if got := hint(fmt.Errorf("%w: %w", client.ErrTLS, gone)); !strings.HasSuffix(got, "use --fleet-cert and --fleet-key") {
			t.Errorf("%v: %q", gone, got)
		}
		if got := hint(gone); got != "" {
			t.Errorf("%v without TLS: %q", gone, got)
		}
	}
}
