package importer_test

import (
	"strings"
	"testing"

	"curfew/internal/importer"
)

// TestTwice: a line of cron and a timer that do the same work are one job, the timer's where systemd runs the machine.
func TestTwice(t *testing.T) {
	service := func(exec string) []byte { return []byte("[Service]\nType=oneshot\nExecStart=" + exec + "\n") }
	timer := func(name, exec string) importer.Source {
		s := importer.Source{Name: "/lib/systemd/system/" + name + ".timer", Kind: importer.Systemd, Data: []byte("[Timer]\nOnCalendar=daily\n")}
		if exec != "" {
			s.Service = service(exec)
		}
		return s
	}
	line := func(file, text string) importer.Source {
		return importer.Source{Name: "/etc/cron.d/" + file, Kind: importer.CronD, Data: []byte(text + "\n")}
	}
	off := timer("rotate", "/usr/sbin/rotate")
	off.Ignored = "the timer is not enabled on this machine"
	for _, tt := range []struct {
		name   string
		line   importer.Source
		timer  importer.Source
		twice  bool
		onlyBy string // the one that is not enabled without systemd, too
	}{
		{"one program", line("certs", "17 3 * * * root perl -e 'sleep 9' && certrenew -q renew"), timer("renewal", "/usr/bin/certrenew -q renew"), true, ""},
		{"a program of a path", line("web", "09,39 * * * * root [ -x /usr/lib/web/sessionclean ] && /usr/lib/web/sessionclean"), timer("websessions", "-/usr/lib/web/sessionclean"), true, ""},
		{"one package", line("stat", "5-55/10 * * * * root command -v stat-collect > /dev/null && stat-collect 1 1"), timer("stat-hourly", "/usr/lib/stat/sa1 1 1"), true, ""},
		{"the same name, and no unit", line("scrub_all", "30 3 * * 0 root SERVICE_MODE=1 /usr/lib/scrub_cron"), timer("scrub_all", ""), true, ""},
		{"within a shell", line("tidy", "0 4 * * * root /usr/bin/nice sweepup --all"), timer("clean", `/bin/sh -c "exec sweepup --all"`), true, ""},
		{"a general tool", line("ping", "0 4 * * * root curl -fsS https://example.com/a"), timer("poke", "/usr/bin/curl https://example.com/b"), false, ""},
		{"others", line("backup", "0 4 * * * root /usr/local/bin/backup"), timer("rotate", "/usr/sbin/rotate"), false, ""},
		{"a timer that is off", line("rotate", "0 4 * * * root /usr/sbin/rotate"), off, false, "rotate-2"},
	} {
		for _, systemd := range []bool{true, false} {
			o := options(t, "UTC")
			o.Systemd = systemd
			r, err := importer.Import(importer.CronD, []importer.Source{tt.line, tt.timer}, o)
			if err != nil {
				t.Fatal(err)
			}
			byLine, byTimer := r.Entries[0], r.Entries[1]
			wantLine, wantTimer := !tt.twice || !systemd, (!tt.twice || systemd) && tt.onlyBy == ""
			if byLine.Enabled != wantLine || byTimer.Enabled != wantTimer {
				t.Errorf("%s, systemd %v: the line is enabled: %v %v; the timer: %v %v", tt.name, systemd, byLine.Enabled, byLine.Notes, byTimer.Enabled, byTimer.Notes)
			}
			if said := strings.Contains(strings.Join(append(byLine.Notes, byTimer.Notes...), "\n"), "would do the work twice"); said != (tt.twice || tt.onlyBy != "" && !systemd) {
				t.Errorf("%s, systemd %v: said: %v", tt.name, systemd, said)
			}
		}
	}
}
