package procs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"curfew/actors"
)

// TestRunKeepsTheOrder pins that what is written to one stream behind what was written to the other stands
// behind it: in the result and in what is shown meanwhile.
func TestRunKeepsTheOrder(t *testing.T) {
	var want strings.Builder
	for i := range 200 {
		fmt.Fprintf(&want, "out%d\nerr%d\nchild%d\n", i, i, i)
	}
	const script = `i=0; while [ $i -lt 200 ]; do echo out$i; echo err$i >&2; (echo child$i); i=$((i+1)); done`
	for range 10 {
		var live bytes.Buffer
		r, err := New(Options{Live: &live}).Run(t.Context(), sh(script))
		if err != nil || r.Output != want.String() || live.String() != want.String() {
			t.Fatalf("got %v,\n%s\nand meanwhile\n%s", err, r.Output, live.String())
		}
	}
}

// TestRunKeepsTheOrderOfMuch pins the same of a stream that is fuller than a pipe.
func TestRunKeepsTheOrderOfMuch(t *testing.T) {
	r, err := New(Options{}).Run(t.Context(), actors.Command{
		Path: "/bin/sh", MaxOutput: MaxCapture,
		Args: []string{"-c", `echo before >&2; head -c 1000000 /dev/zero | tr '\0' x; echo behind >&2; echo last`},
	})
	if want := "before\n" + strings.Repeat("x", 1000000) + "behind\nlast\n"; err != nil || r.Output != want {
		t.Errorf("got %d bytes, want %d; %v", len(r.Output), len(want), err)
	}
}

// TestCopyTakesWhatIsThere: what a process wrote before the deadline is not lost because the deadline passed before
// anybody looked, as on a machine that is too busy.
func TestCopyTakesWhatIsThere(t *testing.T) {
	s, far, err := openStreams(true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	defer closeAll(far) // who is out of reach holds the output
	for i, text := range []string{"out\n", "err\n"} {
		if _, err := far[i].WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	s.setDeadline(time.Unix(1, 0))
	got := newCapture(MaxCapture, actors.Command{}, nil, nil)
	s.copy(got)
	if r := got.result(); r.Output != "out\nerr\n" || r.Stderr != "err\n" {
		t.Errorf("got %q, of it %q on standard error", r.Output, r.Stderr)
	}
}

// TestRunGivesOneReason pins that quick failures give the same line every time, whatever else goes on.
func TestRunGivesOneReason(t *testing.T) {
	const script = `echo collecting; echo 'the real reason' >&2; echo 'cleanup done'; exit 1`
	const each, beside = 125, 8
	var all sync.WaitGroup
	for range beside {
		all.Go(func() {
			for range each {
				r, err := New(Options{}).Run(t.Context(), sh(script))
				if err != nil {
					t.Error(err)
					return
				}
				if got := Exited(r).Error(); got != "exit status 1: the real reason" || r.Output != "collecting\nthe real reason\ncleanup done\n" {
					t.Errorf("got %q of %q", got, r.Output)
				}
			}
		})
	}
	all.Wait()
}

// TestRunLetsStreamsBeOpened pins that a process may open its streams by their names, which it could not if
// they were sockets.
func TestRunLetsStreamsBeOpened(t *testing.T) {
	r, err := New(Options{}).Run(t.Context(), sh(`echo one >/dev/stdout && echo two >/dev/stderr && echo three | tee /dev/stderr >/dev/null`))
	if want := (actors.Result{Output: "one\ntwo\nthree\n", Stderr: "two\nthree\n"}); err != nil || r != want {
		t.Errorf("got %+v, %v", r, err)
	}
}

// TestRunReadsLargerPipes pins that nothing is left in a pipe that its process has made larger: all of it is
// read while the process goes on.
func TestRunReadsLargerPipes(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	left := largerWrites * len(largerText)
	live := writes(func(p []byte) {
		if left -= len(p); left == 0 {
			cancel()
		}
	})
	c := actors.Command{Path: os.Args[0], Env: []string{enlarges + "=1"}, MaxOutput: MaxCapture}
	r, err := New(Options{Live: live}).Run(ctx, c)
	if want := strings.Repeat(largerText, largerWrites); !errors.Is(err, context.Canceled) || r.Output != want {
		t.Errorf("got %d bytes, want %d; %v", len(r.Output), len(want), err)
	}
}

type writes func(p []byte)

func (w writes) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

// enlarges makes the test binary a process that makes its standard output a larger pipe, fills it, and stays.
const (
	enlarges     = "PROCS_TEST_LARGER"
	largerText   = "0123456789abcdef"
	largerWrites = 2000
)

func init() {
	if os.Getenv(enlarges) == "" {
		return
	}
	if _, err := unix.FcntlInt(1, unix.F_SETPIPE_SZ, 1<<16); err != nil {
		panic(err)
	}
	for range largerWrites {
		fmt.Print(largerText)
	}
	_ = unix.Pause() // until it is told to end
}
