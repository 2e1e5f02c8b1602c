package find

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/internal/explain"
	"curfew/messages"
)

// Deliveries says what became of everything that a run which is over had to say. From is a record before its end. The
// journal is looked through until all targets have answered.
func Deliveries(ctx context.Context, j bus.Journal, job string, run messages.RunID, from uint64) ([]explain.Delivery, error) {
	var (
		post  explain.Post
		ids   []string
		ended uint64 // the fact by which it ended
	)
	word := fmt.Appendf(nil, `"run":%q`, run)
	wants := func(l bus.Line) bool {
		if ended != 0 && !post.Waits(ids...) {
			return true // the next line that is about something else ends the search
		}
		switch string(l.Name) {
		case "run.finished.v1", "delivery.requested.v1", "error.reported.v1":
			return bytes.Contains(l.Text, word)
		case "delivery.finished.v1":
			return string(l.Key) == job
		}
		return false
	}
	err := bus.Search(ctx, j, from, wants, func(r messages.Record) error {
		if ended != 0 && r.Cause != ended && !post.Waits(ids...) {
			return errEnough
		}
		switch b := r.Body.(type) {
		case messages.RunFinished:
			if b.Run == run {
				ended = r.Cause
			}
		case messages.DeliveryRequested, messages.ErrorReported:
			if explain.IsOf(b, job, run) {
				ids = append(ids, r.ID)
				post.Add(r)
			}
		case messages.DeliveryFinished:
			post.Add(r)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("find: %w", err)
	}
	return post.Deliveries(ids...), nil
}
