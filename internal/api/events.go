package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
	"curfew/messages"
)

// Bounds of live events.
const (
	maxListening = 2048             // requests for events at once
	heartbeat    = 15 * time.Second // after which a stream says that it is alive
)

// events serves the records of the journal as server-sent events: the id of an event is its seq, its type the name of
// its message.
func (s *server) events() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q contract.EventQuery
		err := read(r, &q)
		if err == nil {
			select {
			case s.listening <- struct{}{}:
				defer func() { <-s.listening }()
			default:
				err = contract.Unavailable("%d requests listen to events already; try again later", maxListening)
			}
		}
		var from contract.Events
		if err == nil {
			from, err = s.b.Events(r.Context(), q)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		defer from.Close()
		w.Header().Set("Content-Type", eventType)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodHead {
			return // a stream without a body would never end
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		go func() {
			select {
			case <-s.stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
		err = sendEvents(ctx, w, from)
		s.log.Debug("api: a stream of events has ended", zap.Error(err))
	})
}

// sendEvents sends records until ctx ends, or the client takes nothing for too long: nobody waits for it. Its error says
// why it has ended.
func sendEvents(ctx context.Context, w http.ResponseWriter, from contract.Events) error {
	send, err := sender(w)
	if err != nil {
		return err
	}
	if err := send([]byte(": these are the records of the journal\n\n")); err != nil {
		return err
	}
	quiet := time.Now().Add(heartbeat)
	for {
		waiting, cancel := context.WithDeadline(ctx, quiet)
		records, looked, err := from.Next(waiting)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		var text []byte
		for _, r := range records {
			if text, err = appendEvent(text, r); err != nil {
				return err
			}
		}
		if text == nil && !time.Now().Before(quiet) { // also while records come of which none is wanted
			// An id alone is no event: it moves on where the client would resume.
			text = fmt.Appendf(nil, ": still here\nid: %d\n\n", looked)
		}
		if text == nil {
			continue
		}
		if err := send(text); err != nil {
			return err
		}
		quiet = time.Now().Add(heartbeat)
	}
}

func appendEvent(text []byte, r messages.Record) ([]byte, error) {
	raw, err := json.Marshal(r) // on one line
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(text, "id: %d\nevent: %s\ndata: %s\n\n", r.Seq, r.Body.Name(), raw), nil
}

// Events hands the records that a query selects to each, until ctx ends or the daemon does. Its error is that of each,
// or says why no more come.
func (c *Client) Events(ctx context.Context, q contract.EventQuery, each func(messages.Record) error) error {
	req, err := write(ctx, c.base, listenEvents.Route, q)
	if err != nil {
		return err
	}
	resp, err := c.patient().Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		raw, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
		if err != nil {
			return fmt.Errorf("api: read the daemon's answer: %w", err)
		}
		return problemIn(resp.StatusCode, raw)
	}
	return readEvents(resp.Body, each)
}
