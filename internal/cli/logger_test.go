package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"unicode"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"
)

// hostile is what a job might print: orders to a terminal in three ways, a line that looks like one of the log,
// and a change of direction.
const hostile = "\x1b[2Jboom\u009b31m\x9b1m\x7f\n2026-01-01T00:00:00Z\tINFO\tall is well\r\u202egnorw"

// TestConsoleIsTame pins that nothing of it reaches a terminal by the console log, wherever it stands in an entry.
func TestConsoleIsTame(t *testing.T) {
	var out bytes.Buffer
	log, err := (&terminal{err: &out}).logger("console", "debug")
	if err != nil {
		t.Fatal(err)
	}
	for _, say := range []func(){
		func() { log.Error("job failed for good: " + hostile) },
		func() { log.Warn("failed", zap.Error(errors.New(hostile))) },
		func() { log.Info("failed", zap.String("output", hostile), zap.Strings("list", []string{hostile})) },
		func() {
			log.With(zap.String("before", hostile)).Info("failed", zap.ByteString("bytes", []byte(hostile)))
		},
		func() { log.Sugar().Infow(hostile, "key"+hostile, errors.New(hostile)) },
	} {
		out.Reset()
		say()
		line := out.String()
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") || !strings.Contains(line, "boom") {
			t.Errorf("one line: %q", line)
		}
		for _, r := range strings.TrimSuffix(line, "\n") {
			if unicode.IsControl(r) && r != '\t' || r == '\u202e' {
				t.Errorf("%q is left in %q", r, line)
			}
		}
	}
}

// TestJSONLogStaysAsItIs pins that what programs read keeps the text.
func TestJSONLogStaysAsItIs(t *testing.T) {
	var out bytes.Buffer
	log, err := (&terminal{err: &out}).logger("json", "info")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("a\u009b\n\x1b")
	if !strings.Contains(out.String(), `"msg":"a`+"\u009b"+`\n\u001b"`) {
		t.Errorf("%q", out.String())
	}
}

// TestLogNobodyReads pins that a reader of the log that has gone, or takes nothing, holds up nobody, and that
// whoever reads again is told what is missing.
func TestLogNobodyReads(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := unix.FcntlInt(w.Fd(), unix.F_SETFL, 0); err != nil { // as standard error is: to write is to wait
		t.Fatal(err)
	}
	log, err := (&terminal{err: w}).logger("console", "info")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 1000)
	const said = 200 // more than a pipe holds
	for range said {
		log.Info(long)
	}
	log.Info("the last that nobody reads")
	got := make(chan string)
	go func() {
		text, _ := io.ReadAll(r)
		got <- string(text)
	}()
	l := newLogFile(w, nil)
	for !l.takes(logPatience) { // until it is read
	}
	log.Info("heard again")
	_ = w.Close()
	text := <-got
	if strings.Contains(text, "the last that nobody") || !strings.Contains(text, "of the log lost here: the reader of the log did not keep up\n") || !strings.HasSuffix(text, "heard again\n") {
		t.Errorf("%d bytes that end with %.300q", len(text), text[max(0, len(text)-300):])
	}
}

func TestLogWithoutReader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	_ = r.Close()
	l := newLogFile(w, func(int) []byte { return nil })
	for range 3 {
		if n, err := l.Write([]byte("line\n")); n != 5 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if l.lost != 3 {
		t.Errorf("%d lines are lost, want 3", l.lost)
	}
}
