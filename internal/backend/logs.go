package backend

import (
	"context"
	"fmt"

	"curfew/actors/system/host"
	"curfew/internal/contract"
	"curfew/messages"
)

// Logs is the output of a run: live while an attempt is running, otherwise what is kept of the last attempt.
func (b backend) Logs(ctx context.Context, id messages.RunID, follow bool) (contract.Logs, error) {
	run, err := b.settled(ctx, id)
	if err != nil {
		return contract.Logs{}, err
	}
	live := b.r.Output(id)
	switch {
	case live != nil && !follow:
		text, _ := live.Read(0)
		return contract.Logs{Note: liveNote(live, text), Pieces: onePiece(text)}, nil
	case live == nil && (run.Final() || !follow):
		return contract.Logs{Note: keptNote(run.Final(), run.Output), Pieces: onePiece([]byte(run.Output))}, nil
	}
	note := "waiting for the next attempt"
	if live != nil {
		text, _ := live.Read(0)
		note = liveNote(live, text)
	}
	f := &follower{b: b, job: run.Job, run: id}
	return contract.Logs{Note: note, Pieces: func(yield func([]byte, error) bool) {
		if err := f.follow(ctx, func(p []byte) bool { return yield(p, nil) }); err != nil {
			yield(nil, err)
		}
	}}, nil
}

func onePiece(text []byte) func(yield func([]byte, error) bool) {
	return func(yield func([]byte, error) bool) { yield(text, nil) }
}

func liveNote(live *host.Live, text []byte) string {
	if len(text) > 0 {
		return fmt.Sprintf("attempt %d is running", live.Attempt)
	}
	return fmt.Sprintf("attempt %d is running; no output yet: an agent's comes when its attempt is over", live.Attempt)
}

func keptNote(over bool, output string) string {
	switch {
	case !over && output == "":
		return "no attempt is running; no output yet"
	case !over:
		return "no attempt is running; this is from the last one"
	case output == "":
		return "the run left no output"
	}
	return ""
}
