package api_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/messages"
)

// follow reads the output of run r1 over a socket.
func follow(t *testing.T, data string, on bool) (note, text string, err error) {
	t.Helper()
	c, err := api.Dial(data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var out bytes.Buffer
	err = c.Logs(t.Context(), "r1", on, func(s string) { note = s }, &out)
	return note, out.String(), err
}

func TestLogs(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	var broken error
	f := &fake{logs: contract.Logs{Note: "attempt 1 is running", Pieces: func(yield func([]byte, error) bool) {
		_ = yield([]byte("one "), nil) && yield([]byte("two"), nil) && broken != nil && yield(nil, broken)
	}}}
	stop := serve(t, data, f)
	defer stop()
	for _, on := range []bool{false, true} {
		if note, text, err := follow(t, data, on); note != "attempt 1 is running" || text != "one two" || err != nil {
			t.Errorf("note %q, text %q, %v", note, text, err)
		}
	}
	if f.asked != "logs r1 true" {
		t.Errorf("asked %q", f.asked)
	}
	broken = errors.New("the disk is gone")
	if _, text, err := follow(t, data, true); text != "one two" || err == nil {
		t.Errorf("an output that breaks off is taken for whole: %q, %v", text, err)
	}
}

// TestLogsForAScreen: what controls a terminal is an escape, also when a piece ends in the middle of a character.
func TestLogsForAScreen(t *testing.T) {
	f := &fake{logs: contract.Logs{Pieces: func(yield func([]byte, error) bool) {
		_ = yield([]byte("\x1b[2J\xe2\x82"), nil) && yield([]byte("\xac\r\n\xe2"), nil)
	}}}
	for _, tt := range []struct{ query, want string }{
		{"?screen=true", "\\x1b[2J€\n\\xe2"},
		{"?screen=true&follow=true", "\\x1b[2J€\n\\xe2"},
		{"", "\x1b[2J€\r\n\xe2"},
	} {
		if w := ask(f, "GET", "/v1/runs/r1/logs"+tt.query, "", ""); w.Body.String() != tt.want {
			t.Errorf("%q: got %q, want %q", tt.query, w.Body, tt.want)
		}
	}
}

// TestAStopEndsFollowing: whoever follows does not hold up a stop, and does not take it for the end of the run.
func TestAStopEndsFollowing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	began := make(chan struct{})
	f := &waiting{began: began}
	stop := serve(t, data, f)
	ended := make(chan error, 1)
	go func() {
		_, _, err := follow(t, data, true)
		ended <- err
	}()
	<-began
	stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "the daemon has stopped") {
		t.Errorf("ended with %v", err)
	}
}

// waiting is a backend with a run that prints nothing.
type waiting struct {
	fake
	began chan struct{}
}

func (w *waiting) Logs(ctx context.Context, _ messages.RunID, _ bool) (contract.Logs, error) {
	return contract.Logs{Pieces: func(yield func([]byte, error) bool) {
		close(w.began)
		<-ctx.Done()
		yield(nil, context.Cause(ctx))
	}}, nil
}

// TestTooManyFollow: there is a bound, and whoever is over it is told.
func TestTooManyFollow(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	began, release := make(chan struct{}), make(chan struct{})
	f := &fake{logs: contract.Logs{Pieces: func(func([]byte, error) bool) {
		began <- struct{}{}
		<-release
	}}}
	stop := serve(t, data, f)
	defer stop()
	ended := make(chan error)
	for range api.MaxFollowing {
		go func() {
			_, _, err := follow(t, data, true)
			ended <- err
		}()
		<-began
	}
	var p *api.Problem
	if _, _, err := follow(t, data, true); !errors.As(err, &p) || p.Status != 503 {
		t.Errorf("one too many: %v", err)
	}
	close(release)
	for range api.MaxFollowing {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
