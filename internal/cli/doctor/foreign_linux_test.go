package doctor

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestForeignFolder: a folder that the caller cannot read is not well, though it is there and private.
func TestForeignFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // the way to it is open
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o700) }() // so that it can be removed
	runtime.LockOSThread()                      // and never unlocked if the way back fails: then the thread ends with the test
	if os.Geteuid() == 0 {
		const nobody = 65534
		if err := syscall.Setfsuid(nobody); err != nil { // root reads everything; this thread is nobody to files
			t.Fatal(err)
		}
	}
	got := Folder(dir)
	if os.Geteuid() == 0 {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}
	runtime.UnlockOSThread()
	if states(got) != "data folder failure" || !strings.Contains(got[0].Text, "permission denied") || !strings.Contains(*got[0].Do, "as the user of the daemon") {
		t.Errorf("%+v", got)
	}
}
