package world

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"curfew/actors/system/notifier"
	"curfew/bus/replay/story"
	"curfew/messages"
)

// storyTarget is a target that answers when the story says so. It gives the same answer again when it is asked again,
// because the process was killed before the answer was durable.
type storyTarget struct {
	mu       sync.Mutex
	waiting  chan bool // of the message that waits for an answer; nil: there is none
	answered map[string]bool
}

// Send waits for the story.
func (t *storyTarget) Send(ctx context.Context, m notifier.Message) error {
	t.mu.Lock()
	taken, known := t.answered[m.ID]
	c := make(chan bool, 1)
	t.waiting = c
	t.mu.Unlock()
	if !known {
		select {
		case taken = <-c:
		case <-ctx.Done():
			t.mu.Lock()
			defer t.mu.Unlock()
			if t.waiting == c {
				t.waiting = nil
			}
			return &notifier.Retry{Err: ctx.Err()}
		}
	}
	t.mu.Lock()
	t.answered[m.ID] = taken
	t.mu.Unlock()
	if !taken {
		return errors.New(story.Refused)
	}
	return nil
}

// targets returns the targets of notifications, without the log.
func (w *Story) targets(notify []string) map[string]notifier.Target {
	out := map[string]notifier.Target{}
	for _, name := range notify {
		if name == messages.TargetLog {
			continue
		}
		if w.told[name] == nil {
			w.told[name] = &storyTarget{answered: map[string]bool{}}
		}
		out[name] = w.told[name]
	}
	return out
}

// Answer lets a target answer the message that waits for it.
func (w *Story) Answer(target string, taken bool) error {
	t := w.told[target]
	if t == nil {
		return fmt.Errorf("there is no target %s", target)
	}
	t.mu.Lock()
	c := t.waiting
	t.waiting = nil
	t.mu.Unlock()
	if c == nil {
		return fmt.Errorf("no message waits for target %s", target)
	}
	c <- taken
	w.settle()
	return nil
}
