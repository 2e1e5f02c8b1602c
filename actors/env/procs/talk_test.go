//go:build unix

package procs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"curfew/tests/patience"
)

// TestTalk holds a conversation with a process: line by line, until who talks has had enough.
func TestTalk(t *testing.T) {
	c := sh(`while read -r line; do echo "you said $line"; echo "heard $line" >&2; done; echo bye`)
	c.Stdin = "this is not used"
	var heard []string
	c.Talk = func(stdin io.WriteCloser, stdout io.Reader) {
		lines := bufio.NewScanner(stdout)
		for i := range 3 {
			if _, err := fmt.Fprintf(stdin, "%d\n", i); err != nil {
				t.Errorf("say %d: %v", i, err)
			}
			lines.Scan()
			heard = append(heard, lines.Text())
		}
		_ = stdin.Close()
		for lines.Scan() {
			heard = append(heard, lines.Text())
		}
	}
	got, err := New(Options{}).Run(t.Context(), c)
	if err != nil || got.ExitCode != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if s := strings.Join(heard, ", "); s != "you said 0, you said 1, you said 2, bye" {
		t.Errorf("heard %q", s)
	}
	if got.Output != "heard 0\nheard 1\nheard 2\n" || got.Stderr != got.Output {
		t.Errorf("the output is %q, the errors %q; want standard error, twice", got.Output, got.Stderr)
	}
}

// TestTalkEnds pins that a conversation ends with the attempt, whatever the two are waiting for.
func TestTalkEnds(t *testing.T) {
	for name, script := range map[string]string{
		"it says nothing":    "sleep 60",
		"it does not listen": "exec sleep 60",
		"it does not end":    "trap '' TERM; while :; do echo on; sleep 0.01; done",
		"it has ended":       "exit 3",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := sh(script)
			returned := false
			c.Talk = func(stdin io.WriteCloser, stdout io.Reader) {
				if name != "it has ended" {
					time.AfterFunc(brusque, cancel) // by then both wait, or will
				}
				if name == "it does not listen" {
					_, _ = io.Copy(stdin, strings.NewReader(strings.Repeat("x", 1<<20))) // more than a pipe holds
				}
				_, _ = io.Copy(io.Discard, stdout)
				returned = true
			}
			r := &runner{grace: brusque, drain: drainTime, kill: patience.Limit}
			got, err := r.Run(ctx, c)
			if name == "it has ended" {
				if err != nil || got.ExitCode != 3 {
					t.Errorf("%+v, %v", got, err)
				}
			} else if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if !returned {
				t.Error("who talked is still waiting")
			}
		})
	}
}
