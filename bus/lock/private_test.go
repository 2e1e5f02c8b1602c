package lock

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// A folder is refused if others own it or may write to it; what root owns is taken.
func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		mode os.FileMode
		want string // empty: taken
	}{
		{0o700, ""},
		{0o755, ""},
		{0o750, ""},
		{0o775, "chmod go-w"},
		{0o777, "chmod go-w"},
		{0o702, "chmod go-w"},
		{os.ModeSticky | 0o777, "chmod go-w"},
	} {
		if err := os.Chmod(dir, c.mode); err != nil {
			t.Fatal(err)
		}
		if err := Prepare(dir); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("mode %04o: %v", c.mode, err)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	info.Sys().(*syscall.Stat_t).Uid = 4711
	for user, taken := range map[int]bool{4711: true, 4712: false, 0: false} {
		if err := private(dir, info, user); (err == nil) != taken || err != nil && !strings.Contains(err.Error(), "chown -R") {
			t.Errorf("user %d: %v", user, err)
		}
	}
	info.Sys().(*syscall.Stat_t).Uid = 0
	if err := private(dir, info, 4711); err != nil {
		t.Errorf("root's folder: %v", err)
	}
}
