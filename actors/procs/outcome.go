//go:build unix

package procs

import (
	"errors"
	"io/fs"
	"os/exec"
	"regexp"
	"strings"
	"syscall"

	"curfew/actors"
)

// maxLine bounds what an error quotes of the output, in bytes.
const maxLine = 512

// Hopeless reports whether a process could not be started for a reason that no retry mends: that there is
// no such folder or program, or that it must not be used. Somebody has to mend the machine or the job.
func Hopeless(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOTDIR)
}

// Exited is the error of a process that did not end well: how it ended, and the last line of its standard
// error, or of its output if it wrote none there.
func Exited(r actors.Result) error {
	how := howTold(r)
	for _, text := range []string{r.Stderr, r.Output} {
		if line := lastLine(text); line != "" {
			return errors.New(how + ": " + line)
		}
	}
	return errors.New(how)
}

// sequence is what terminals take for an order: a colour, a title, a move of the cursor.
var sequence = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[ -/]*[0-~])`)

// lastLine is the last line in which something can be read, without what terminals take for orders. A carriage
// return ends a line, too: programs that show how far they are write over their last line with it. Of a line
// that is too long the end is kept: what was written last says most.
func lastLine(s string) string {
	for s != "" {
		from := strings.LastIndexAny(s, "\n\r") + 1
		line := strings.TrimSpace(sequence.ReplaceAllString(s[from:], ""))
		if cut := len(line) - maxLine; cut > 0 {
			return "…" + strings.ToValidUTF8(line[cut+len("…"):], "")
		}
		if line != "" {
			return line
		}
		s = s[:max(0, from-1)]
	}
	return ""
}
