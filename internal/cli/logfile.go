package cli

import (
	"io"
	"os"
	"time"
)

const (
	// logPatience is how long a line of the log waits for its reader, which may be a stopped pager, a paused terminal
	// or a collector that hangs. Then the line is dropped, and so are all later ones until the reader reads again.
	logPatience = time.Second
	// logPart is how many bytes a pipe takes without blocking once it reports that it takes any.
	logPart = 4096
)

// logFile is where the log goes. A reader that does not read, or has gone, cannot hold up the daemon.
type logFile struct {
	to   io.Writer
	file *os.File // the same as to, if it can be asked whether a write would block; else nil
	note func(lost int) []byte
	lost int // lines dropped since the last one that was written
}

func newLogFile(to io.Writer, note func(lost int) []byte) *logFile {
	file, _ := to.(*os.File)
	return &logFile{to: to, file: file, note: note}
}

// Write writes a line, or drops it. It never fails, since the caller could do nothing about it. Zap calls it for one
// line at a time.
func (l *logFile) Write(line []byte) (int, error) {
	patience := logPatience
	if l.lost > 0 {
		patience = 0
	}
	text := line
	if l.lost > 0 && l.takes(0) {
		text = append(l.note(l.lost), line...)
	}
	for rest := text; len(rest) > 0; {
		part := rest[:min(len(rest), logPart)]
		if !l.takes(patience) {
			l.lost++
			return len(line), nil
		}
		if _, err := l.to.Write(part); err != nil {
			l.lost++
			return len(line), nil
		}
		rest = rest[len(part):]
	}
	l.lost = 0
	return len(line), nil
}

// Sync does nothing: a terminal cannot be synced, and nothing is kept back.
func (l *logFile) Sync() error { return nil }

// takes reports whether a write is possible within patience.
func (l *logFile) takes(patience time.Duration) bool {
	if l.file == nil {
		return true
	}
	return takes(l.file.Fd(), patience)
}
