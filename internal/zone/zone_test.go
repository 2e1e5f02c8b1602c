package zone

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones
)

// machine is a made-up one. A file is a link if its text begins with "-> ", and the zone of that name if with "=".
func machine(t *testing.T, tz string, files map[string]string) Machine {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, link := strings.CutPrefix(text, "-> "); link {
			err = os.Symlink(to, path)
		} else if zone, copied := strings.CutPrefix(text, "="); copied {
			err = os.WriteFile(path, data(t, zone), 0o600)
		} else {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return Machine{root, func(string) (string, bool) { return tz, tz != "unset" }}
}

// database is Go's own, from which the embedded one is made.
func database(t *testing.T) *zip.ReadCloser {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("there is no go command, whose database this compares with: %v", err)
	}
	r, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Skipf("this Go has no time zone database beside it: %v", err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func data(t *testing.T, zone string) []byte {
	t.Helper()
	f, err := database(t).Open(zone)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b strings.Builder
	buf := make([]byte, 1<<16)
	for {
		n, err := f.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return []byte(b.String())
		}
	}
}

// TestFind: what the C library takes for the machine's zone, by name; else an error or a warning, never UTC in silence.
func TestFind(t *testing.T) {
	const berlin = "-> /usr/share/zoneinfo/Europe/Berlin"
	tests := []struct {
		name, tz string
		files    map[string]string
		want     string
		says     string // part of the warning or error
	}{
		{"a link", "unset", map[string]string{"etc/localtime": berlin}, "Europe/Berlin", ""},
		{"a relative link", "unset", map[string]string{"etc/localtime": "-> ../usr/share/zoneinfo/Asia/Tokyo"}, "Asia/Tokyo", ""},
		{"a chain of links", "unset", map[string]string{"etc/localtime": "-> /etc/alternatives/localtime", "etc/alternatives/localtime": berlin}, "Europe/Berlin", ""},
		{"a copied file", "unset", map[string]string{"etc/localtime": "=Europe/Berlin"}, "Europe/Berlin", ""},
		{"a copied file, named beside it", "unset", map[string]string{"etc/localtime": "=Europe/Berlin", "etc/timezone": "Arctic/Longyearbyen\n"}, "Arctic/Longyearbyen", ""},
		{"a copied file, and another name beside it", "unset", map[string]string{"etc/localtime": "=Asia/Kolkata", "etc/timezone": "Etc/UTC\n"}, "Asia/Kolkata", ""},
		{"a copied file without summer time", "unset", map[string]string{"etc/localtime": "=America/Phoenix"}, "America/Phoenix", ""},
		{"a copied UTC", "unset", map[string]string{"etc/localtime": "=Etc/UTC"}, "UTC", ""},
		{"a file behind a chain", "unset", map[string]string{"etc/localtime": "-> tz", "etc/tz": "=America/New_York"}, "America/New_York", ""},
		{"mounted over UTC", "unset", map[string]string{"etc/localtime": "-> /usr/share/zoneinfo/Etc/UTC", "usr/share/zoneinfo/Etc/UTC": "=Europe/Berlin"}, "Europe/Berlin", ""},
		{"a link to a database that is not there", "unset", map[string]string{"etc/localtime": "-> /usr/share/zoneinfo/Etc/UTC"}, "Etc/UTC", ""},
		{"leap seconds", "unset", map[string]string{"etc/localtime": "-> /usr/share/zoneinfo/right/Europe/Berlin"}, "Europe/Berlin", "counts leap seconds"},
		{"a Mac", "unset", map[string]string{"etc/localtime": "-> /var/db/timezone/zoneinfo/Europe/Vienna"}, "Europe/Vienna", ""},
		{"nothing", "unset", nil, "UTC", "this machine has no time zone (no TZ and no /etc/localtime), so its clock is UTC"},
		{"no zone's file", "unset", map[string]string{"etc/localtime": "hello"}, "", "/etc/localtime cannot be read as a time zone"},
		{"a loop", "unset", map[string]string{"etc/localtime": "-> localtime"}, "", "/etc/localtime is a link that does not lead to a file"},

		{"TZ", "Asia/Tokyo", nil, "Asia/Tokyo", ""},
		{"TZ with a colon", ":Europe/Berlin", nil, "Europe/Berlin", ""},
		{"TZ as a path", "/usr/share/zoneinfo/Europe/Berlin", nil, "Europe/Berlin", ""},
		{"TZ as a path to a copy", ":/etc/localtime", map[string]string{"etc/localtime": "=Europe/Berlin"}, "Europe/Berlin", ""},
		{"TZ as a path to nothing", ":/etc/other", nil, "", `TZ is ":/etc/other": `},
		{"posix", "posix/Europe/Berlin", nil, "Europe/Berlin", ""},
		{"empty", "", map[string]string{"etc/localtime": berlin}, "UTC", ""},
		{"UTC", "UTC", nil, "UTC", ""},
		{"UTC0", "UTC0", nil, "UTC", "is taken for UTC"},
		{"a rule", "JST-9", nil, "Asia/Tokyo", `TZ is the rule "JST-9"; it is taken for Asia/Tokyo, which has the same clock`},
		{"a rule that no zone has by this name", "UTC+2", nil, "Etc/GMT+2", "is taken for Etc/GMT+2"},
		{"a rule in brackets", "<+0330>-3:30", nil, "Asia/Tehran", "is taken for Asia/Tehran"},
		{"a rule with summer time", "EST5EDT,M3.2.0,M11.1.0", nil, "America/Detroit", "which has the same clock"},
		{"a rule like none", "ABC-1:23", nil, "", "no zone of the IANA database has such a clock"},
		{"no name", "Berlin", nil, "", `TZ is "Berlin", which is not a valid time zone; did you mean Europe/Berlin?`},
		{"quotes", `"Europe/Berlin"`, nil, "", "with quotes or blanks that belong to the value; remove them"},
		{"a blank", "Europe/Berlin ", nil, "", "with quotes or blanks that belong to the value; remove them"},
		{"small letters", "europe/berlin", nil, "", "did you mean Europe/Berlin?"},
		{"Go's own", "Local", nil, "", `TZ is "Local", which is not a valid time zone; an IANA name such as Europe/Vienna is needed`},
		{"a way out", "../../etc/passwd", nil, "", "which is not a valid time zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := machine(t, tt.tz, tt.files).Find()
			said := found.Warning
			if err != nil {
				said = err.Error()
			}
			if found.Name != tt.want || (err != nil) != (tt.want == "") || !strings.Contains(said, tt.says) || tt.says == "" && said != "" {
				t.Errorf("%q, warning %q, %v\nwant %q, %q", found.Name, found.Warning, err, tt.want, tt.says)
			}
		})
	}
}

// TestNames: the list is that of the embedded database, and a copy of each zone is found again, with the same clock.
func TestNames(t *testing.T) {
	in := map[string]bool{}
	for _, f := range database(t).File {
		if !strings.HasSuffix(f.Name, "/") && f.Name != "Factory" {
			in[f.Name] = true
			if !Known(f.Name) {
				t.Errorf("%s is not in the list", f.Name)
			}
		}
	}
	for i, name := range names() {
		loc, err := time.LoadLocation(name)
		if err != nil || !in[name] {
			t.Errorf("%s: in the database %v, %v", name, in[name], err)
			continue
		}
		if i%10 != 0 {
			continue // each takes a look through the whole list
		}
		found, ok := like(loc)
		if there, err := time.LoadLocation(found); !ok || err != nil || !same(loc, there, recent, true) {
			t.Errorf("%s is found as %s, %v", name, found, err)
		}
	}
}
