package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"go.uber.org/zap"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/messages/screen"
)

// NoteHeader is the header with [contract.Logs.Note].
const NoteHeader = "Curfew-Note"

// MaxFollowing is how many requests may follow a run at once.
const MaxFollowing = 32

// logs serves the output of a run as plain text.
func (s *server) logs() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q logsQuery
		err := read(r, &q)
		if err == nil && q.Follow {
			select {
			case s.following <- struct{}{}:
				defer func() { <-s.following }()
			default:
				err = contract.Unavailable("%d requests follow a run already; try again later, or without follow", MaxFollowing)
			}
		}
		if err == nil {
			err = s.sendLogs(w, r, q)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// sendLogs sends the output of a run. An error means that nothing was sent.
func (s *server) sendLogs(w http.ResponseWriter, r *http.Request, q logsQuery) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	l, err := s.b.Logs(ctx, q.ID, q.Follow)
	if err != nil {
		return err
	}
	if q.Follow {
		go func() {
			select {
			case <-s.stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if l.Note != "" {
		w.Header().Set(NoteHeader, l.Note)
	}
	if err := stream(w, l, q.Screen); err != nil {
		s.log.Debug("api: the output of a run was not sent completely", zap.Error(err))
		panic(http.ErrAbortHandler) // so that the client does not take this for the end of the output
	}
	return nil
}

// stream sends the pieces as they come; safe makes them so for a screen.
func stream(w http.ResponseWriter, l contract.Logs, safe bool) error {
	send, err := sender(w)
	if err != nil {
		return err
	}
	if err := send(nil); err != nil { // sends the headers, with the note
		return err
	}
	finish := func() error { return nil }
	if safe {
		shown := screen.NewWriter(pieceWriter(send))
		send = func(p []byte) error { _, err := shown.Write(p); return err }
		finish = shown.Flush
	}
	for p, err := range l.Pieces {
		if err != nil {
			return err
		}
		if err := send(p); err != nil {
			return err
		}
	}
	return finish()
}

// pieceWriter sends each piece that is written to it.
type pieceWriter func([]byte) error

func (w pieceWriter) Write(p []byte) (int, error) { return len(p), w(p) }

// Logs writes the output of a run to w, piece by piece; with follow, until the run is over. Before that it calls note
// with what the reader should know about the output, if there is anything.
func (c *Client) Logs(ctx context.Context, id messages.RunID, follow bool, note func(string), w io.Writer) error {
	do := c.http.Do
	if follow {
		do = c.patient().Do
	}
	req, err := c.request(ctx, runLogs.Route, logsQuery{ID: id, Follow: follow})
	if err != nil {
		return err
	}
	resp, err := do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		raw, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
		if err != nil {
			return fmt.Errorf("api: read the daemon's answer: %w", err)
		}
		return problemIn(resp.StatusCode, raw)
	}
	if text := resp.Header.Get(NoteHeader); text != "" {
		note(text)
	}
	_, err = io.Copy(w, resp.Body)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the daemon has stopped, or closed the connection because it was read too slowly; once a daemon runs, see `curfew run show %s`", id)
	}
	if err != nil {
		return fmt.Errorf("api: read the output of the run: %w", err)
	}
	return nil
}
