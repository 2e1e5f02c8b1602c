package api

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"curfew/internal/datadir"
)

// TestUnheard: who asks this machine's stopped service over TCP reads what to look at, and nobody else.
func TestUnheard(t *testing.T) {
	t.Parallel()
	unit := &datadir.Unit{Data: "/var/lib/curfew"}
	refused := os.NewSyscallError("connect", syscall.ECONNREFUSED)
	for name, tt := range map[string]struct {
		base string
		err  error
		unit *datadir.Unit
		says bool
	}{
		"stopped":         {"http://127.0.0.1:7717", refused, unit, true},
		"by its name":     {"http://localhost:7717", refused, unit, true},
		"no service":      {"http://127.0.0.1:7717", refused, nil, false},
		"another machine": {"https://192.0.2.1:7717", refused, unit, false},
		"another error":   {"http://127.0.0.1:7717", os.ErrDeadlineExceeded, unit, false},
	} {
		got := unheard(tt.base, tt.err, tt.unit)
		if says := strings.Contains(got.Error(), "`systemctl status curfew`"); says != tt.says || !errors.Is(got, tt.err) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
