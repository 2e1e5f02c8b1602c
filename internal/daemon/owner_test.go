package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus/nats"
	"curfew/internal/datadir"
)

// The data folder of a node is refused to a daemon on its own, until the fleet's journal is there, and to another fleet.
func TestOwner(t *testing.T) {
	t.Parallel()
	alone := func(data string) Options { return Options{Data: data} }
	in := func(data, realm string) Options {
		return Options{Data: data, Fleet: &Fleet{Realm: nats.Options{Realm: realm}}}
	}
	data := t.TempDir()
	refused := func(o Options, want string) {
		t.Helper()
		err := checkOwner(o)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("it is said %v, and not %q", err, want)
		}
	}
	refused(alone(data), "")
	refused(in(data, "prod"), "")
	for range 2 {
		if err := datadir.SetFleet(data, "prod"); err != nil {
			t.Fatal(err)
		}
	}
	refused(in(data, "prod"), "")
	refused(in(data, "test"), `is that of a node of the fleet "prod", not "test"`)
	refused(alone(data), `with --fleet SERVERS --realm prod`)
	if err := os.WriteFile(filepath.Join(data, "curfew.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(alone(data), "")
	refused(in(data, "prod"), "has a journal of its own, curfew.db, and a node needs a folder without")
}
