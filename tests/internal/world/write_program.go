package world

import (
	"os/exec"
	"strings"
	"testing"
)

// WriteProgram writes a file that can be executed. A process of its own writes it: a process that another test starts
// meanwhile would have the file open for writing for a moment, too, and then the system refuses to execute it ("text
// file busy").
func WriteProgram(t *testing.T, path, text string) {
	t.Helper()
	c := exec.Command("sh", "-c", `cat >"$1" && chmod 700 "$1"`, "sh", path)
	c.Stdin = strings.NewReader(text)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("write %s: %v %s", path, err, out)
	}
}
