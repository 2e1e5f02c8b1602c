package host_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"curfew/actors"
	"curfew/actors/system/host"
	"curfew/messages"
)

// say writes to live output, which never fails.
func say(w io.Writer, text string) {
	if n, err := io.WriteString(w, text); n != len(text) || err != nil {
		panic(fmt.Sprintf("%d bytes of %d, %v", n, len(text), err))
	}
}

// TestLiveOutput: what a running attempt prints can be read meanwhile, without its secrets, and ends with it.
func TestLiveOutput(t *testing.T) {
	goOn := make(chan struct{})
	prints := func(_ context.Context, env actors.Env, _ actors.Attempt) (string, error) {
		for _, part := range []string{"one\na s3c", "r3t\nla", "st"} {
			say(env.Output, part)
		}
		<-goOn
		return "", nil
	}
	for job, want := range map[string]string{"agent": "one\na [redacted]\nlast", "shell": "one\na [redacted]\nlast"} {
		play(t, map[string]work{job: prints}, func(s *stage) {
			goOn = make(chan struct{})
			s.start(job, 1)
			run := messages.RunID("")
			for _, r := range s.host.Running() {
				run = r.Run
			}
			live := s.host.Output(run)
			if live == nil || live.Attempt != 1 {
				t.Fatalf("live output of %q: %v", run, live)
			}
			text, next := live.Read(0)
			if string(text) != want {
				t.Errorf("%s: %q, want %q", job, text, want)
			}
			close(goOn)
			all := string(text)
			for {
				text, n, err := live.Next(s.t.Context(), next)
				all, next = all+string(text), n
				if err != nil {
					if !errors.Is(err, io.EOF) || !strings.HasSuffix(all, "last") || s.host.Output(run) != nil {
						t.Errorf("%s: ended with %v after %q", job, err, all)
					}
					break
				}
			}
		})
	}
}

// TestLiveIsBounded: a slow reader gets the newest part.
func TestLiveIsBounded(t *testing.T) {
	var l host.Live
	for range 100 {
		say(&l, strings.Repeat("x", 10_000))
	}
	say(&l, "end")
	text, next := l.Read(0)
	if len(text) > messages.MaxOutput || !bytes.HasSuffix(text, []byte("xend")) || next != 1_000_003 {
		t.Errorf("%d bytes, next %d", len(text), next)
	}
	if text, _ := l.Read(next - 3); string(text) != "end" {
		t.Errorf("%q", text)
	}
	say(&l, strings.Repeat("y", 1_000_000))
	if text, _ := l.Read(next); len(text) != messages.MaxOutput {
		t.Errorf("%d bytes of a large piece", len(text))
	}
}

// TestLiveWaits: a reader sleeps until something comes, or it is tired.
func TestLiveWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l host.Live
		got := make(chan string)
		go func() {
			text, _, _ := l.Next(t.Context(), 0)
			got <- string(text)
			_, _, err := l.Next(t.Context(), 5)
			got <- err.Error()
		}()
		synctest.Wait()
		say(&l, "hello")
		if s := <-got; s != "hello" {
			t.Errorf("%q", s)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := l.Next(ctx, 5); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		host.CloseLive(&l)
		if s := <-got; s != "EOF" {
			t.Errorf("%q", s)
		}
	})
}
