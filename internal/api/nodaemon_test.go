package api_test

import (
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/internal/datadir"
)

// TestNoDaemonBesideAService: who has installed the package and asks the own folder reads the whole command, and who asks
// that of the service reads how it is started.
func TestNoDaemonBesideAService(t *testing.T) {
	t.Parallel()
	unit := &datadir.Unit{Data: "/var/lib/curfew"}
	for _, tt := range []struct {
		e     api.NoDaemon
		has   []string
		never string
	}{
		{api.NoDaemon{Data: "/root/c", Unit: unit}, []string{
			"no daemon has ever run on /root/c; ", "`curfew --data /var/lib/curfew status` asks it", "`systemctl enable --now curfew` starts it",
		}, "start --config"},
		{api.NoDaemon{Data: "/root/c", Had: true, Unit: unit}, []string{
			"the daemon of /root/c is not running; ", "`curfew --data /var/lib/curfew status` asks it", "otherwise start it: `curfew --data /root/c start --config FILE`",
		}, "(there is"},
		{api.NoDaemon{Data: "/var/lib/curfew", Unit: unit}, []string{
			"the daemon of /var/lib/curfew is not running. It is that of curfew.service", "`systemctl enable --now curfew` starts it", "`systemctl status curfew` says why",
		}, "start --config"},
		{api.NoDaemon{Data: "/root/c"}, []string{
			"no daemon has ever run on /root/c; if yours has another data folder, name it with --data or CURFEW_DATA", "; otherwise start one: `curfew start --config FILE`",
		}, ". "},
	} {
		got := tt.e.Error()
		for _, want := range tt.has {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: %s\nwant %s", tt.e, got, want)
			}
		}
		if strings.Contains(got, tt.never) {
			t.Errorf("%+v: %s\nhas %s", tt.e, got, tt.never)
		}
	}
}
