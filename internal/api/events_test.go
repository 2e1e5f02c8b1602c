package api_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/messages"
)

// source gives out records that are put into it; closed tells that nobody reads it any more.
type source struct {
	records chan []messages.Record
	looked  uint64
	closed  chan struct{}
}

func newSource() *source {
	return &source{records: make(chan []messages.Record), looked: 7, closed: make(chan struct{})}
}

func (s *source) Next(ctx context.Context) ([]messages.Record, uint64, error) {
	select {
	case rs := <-s.records:
		return rs, s.looked, nil
	case <-ctx.Done():
		return nil, s.looked, ctx.Err()
	}
}

func (s *source) Close() { close(s.closed) }

// listen serves the backend over a pipe and asks for its events.
func listen(t *testing.T, f *fake) (client net.Conn) {
	t.Helper()
	client, server := net.Pipe()
	p := newPipes()
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- api.Serve(ctx, api.Options{Socket: p, Backend: f, Log: zap.NewNop()}) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	p.conns <- server
	if _, err := io.WriteString(client, "GET /v1/events?job=brief HTTP/1.1\r\nHost: curfew\r\nLast-Event-ID: 3\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return client
}

func record(seq uint64) messages.Record {
	return messages.Record{Seq: seq, At: 1000, ID: "x", Body: messages.JobPaused{Job: "brief", By: "ada"}}
}

// TestEvents: an event has the record's seq as its id and the message's name as its type; while nothing happens the
// stream says that it is alive, and from where on it would go on.
func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{events: newSource()}
		client := listen(t, f)
		lines := bufio.NewScanner(client)
		until := func(begin string) string {
			for lines.Scan() {
				if strings.HasPrefix(lines.Text(), begin) {
					return lines.Text()
				}
			}
			t.Fatalf("no line begins with %q: %v", begin, lines.Err())
			return ""
		}
		if got := until("Content-Type"); got != "Content-Type: text/event-stream" {
			t.Error(got)
		}
		began := time.Now()
		if got := until("id: "); got != "id: 7" || time.Since(began) < 10*time.Second {
			t.Errorf("after %v: %s", time.Since(began), got)
		}
		f.events.(*source).records <- []messages.Record{record(8), record(9)}
		want := []string{"id: 8", "event: job.paused.v1", `data: {"seq":8,`, "id: 9"}
		for _, line := range want {
			until(line)
		}
		if f.asked != `events "brief" "" "" "3"` {
			t.Errorf("the backend was asked for %s", f.asked)
		}
		client.Close() //nolint:errcheck // a pipe
		<-f.events.(*source).closed
	})
}

// TestHeartbeatAmongUnwanted: a stream says that it is alive also while records come of which it wants none.
func TestHeartbeatAmongUnwanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		client := listen(t, &fake{events: s})
		go func() {
			for range 50 {
				s.records <- nil
				time.Sleep(time.Second)
			}
			client.Close() //nolint:errcheck // a pipe
		}()
		beats := 0
		for lines := bufio.NewScanner(client); lines.Scan(); {
			if lines.Text() == "id: 7" {
				beats++
			}
		}
		if beats != 3 {
			t.Errorf("%d heartbeats in 50 s, of which each is 15 s after the one before", beats)
		}
		<-s.closed
	})
}

// TestSlowListener: who takes nothing is cut off, and nobody waits for it.
func TestSlowListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		client := listen(t, &fake{events: s}) // and never reads
		began := time.Now()
		<-s.closed
		if took := time.Since(began); took > time.Minute {
			t.Errorf("it was cut off after %v", took)
		}
		client.Close() //nolint:errcheck // a pipe
	})
}

// TestRefusedEvents: what cannot be resumed is refused before the stream begins, so that a browser does not try again.
func TestRefusedEvents(t *testing.T) {
	w := ask(&fake{}, "GET", "/v1/events", "", "")
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "record 9") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestEventsOfTheClient: the client hands on every record, and says why no more come.
func TestEventsOfTheClient(t *testing.T) {
	s := newSource()
	data := t.TempDir() + "/d"
	stop := serve(t, data, &fake{events: s})
	go func() { s.records <- []messages.Record{record(8), record(9)} }()
	c, err := api.Dial(data)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var got []uint64
	both := make(chan struct{})
	go func() { <-both; stop() }()
	err = c.Events(t.Context(), contract.EventQuery{}, func(r messages.Record) error {
		if got = append(got, r.Seq); len(got) == 2 {
			close(both)
		}
		return nil
	})
	if !slices.Equal(got, []uint64{8, 9}) || !errors.Is(err, api.ErrEventsEnded) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestHeadOfEvents: a HEAD ends.
func TestHeadOfEvents(t *testing.T) {
	s := newSource()
	w := ask(&fake{events: s}, "HEAD", "/v1/events", "", "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/event-stream" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	<-s.closed
}
