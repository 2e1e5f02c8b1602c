// Package notifier performs the outbox: it brings notifications, deliveries and error reports to their targets. Each
// target has a goroutine and a place in the log of its own, so that one that does not answer holds up no other. The
// package decides nothing, neither what is worth a notification nor how often.
package notifier

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Topics are what the readers of the notifier are to read.
var Topics = []messages.Topic{messages.TopicOutbox, messages.TopicConfig}

// Config is what the notifier needs from the rest of the runtime.
type Config struct {
	// Undelivered are the letters of the recovered state that targets have not answered, oldest first; the readers
	// begin right after that state.
	Undelivered []policy.Letter
	// Targets are the targets by name. The program's log is always one of them, without being listed.
	Targets map[string]Target
	// Hint completes the commands in a notification so that they find this daemon; nil: they do as they are.
	Hint func(text string) string
	// Notify names the targets of notifications; empty: the log. Reports names the targets of error reports besides
	// the log. Both are those of the recovered state: a RuntimeConfigured that is read replaces them.
	Notify, Reports []string
	// Reader makes a reader of Topics; it is called once for each target.
	Reader follow.Open
	// Fact returns the fact of that seq. It may read from the disk.
	Fact func(seq uint64) (messages.Record, error)
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
	// Jobs, if set, returns the jobs of a session that fall due in the 24 hours after that time, soonest first, such as
	// "morning_briefing 07:00"; 0: after now.
	Jobs func(session string, from messages.Instant) []string
	// SignIn, if set, says what a person does to open a session. Without it every session is one with a backend.
	SignIn func(session string) string
	Now    func() time.Time // nil: time.Now
	Logger *zap.Logger
}

// flushTime bounds how long a stop waits for messages that are on their way.
const flushTime = 2 * time.Second

// Notifier has a worker for each target.
type Notifier struct {
	cfg   Config
	group *startstop.Group
	desk  *desk

	mu      sync.Mutex
	workers []*worker
}

// Start delivers the letters that were left, then follows the log.
func Start(c Config) (*Notifier, error) {
	if c.Reader == nil || c.Publish == nil || c.Fatal == nil {
		return nil, errors.New("notifier: Reader, Publish and Fatal must be set")
	}
	if c.Jobs == nil {
		c.Jobs = func(string, messages.Instant) []string { return nil }
	}
	if c.Fact == nil {
		c.Fact = func(uint64) (messages.Record, error) {
			return messages.Record{}, errors.New("notifier: no facts can be read")
		}
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	if c.Now == nil {
		c.Now = time.Now
	}
	if len(c.Notify) == 0 {
		c.Notify = []string{messages.TargetLog}
	}
	n := &Notifier{cfg: c, group: startstop.New(flushTime), desk: newDesk(c.Targets)}
	n.add(c, messages.TargetLog, logTarget{c.Logger})
	for name, t := range c.Targets {
		n.add(c, name, t)
	}
	n.add(c, "", noTarget{})
	for _, w := range n.workers {
		n.run(w)
	}
	return n, nil
}

func (n *Notifier) run(w *worker) {
	n.group.Go(func(ctx context.Context) { w.run(ctx, n.group.Stopping()) })
}

// add makes the worker of a target; without a name, the worker that answers for unknown targets.
func (n *Notifier) add(c Config, name string, t Target) *worker {
	w := &worker{cfg: c, name: name, own: t, desk: n.desk, log: follow.New("notifier", c.Reader), probes: make(chan probe)}
	w.status.now = Status{Name: name, State: StateUntried}
	n.workers = append(n.workers, w)
	return w
}

// all are the workers.
func (n *Notifier) all() []*worker {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.workers)
}

// Stop lets messages that are on their way arrive, for at most two seconds, and ends the workers. A message that has
// not arrived by then is sent again after the next start.
func (n *Notifier) Stop() { n.group.Stop() }

// targetsOf returns the targets of a record that the worker answers for.
func (w *worker) targetsOf(b messages.Body) []string {
	to := w.cfg.targets(b)
	if w.name != "" {
		if slices.Contains(to, w.name) {
			return []string{w.name}
		}
		return nil
	}
	return w.desk.unknown(to)
}

// targets returns all the targets of a record.
func (c Config) targets(b messages.Body) []string {
	switch b := b.(type) {
	case messages.DeliveryRequested:
		return []string{b.To}
	case messages.NotificationRequested:
		if len(b.To) > 0 {
			return b.To
		}
		return append([]string{messages.TargetLog},
			slices.DeleteFunc(slices.Clone(c.Notify), func(to string) bool { return to == messages.TargetLog })...)
	case messages.ErrorReported:
		return append([]string{messages.TargetLog}, c.Reports...)
	default:
		return nil
	}
}

// unknown returns those of the targets that do not exist: the job file has changed, or names them by mistake.
func (d *desk) unknown(to []string) (out []string) {
	for _, name := range to {
		if !d.known(name) && name != messages.TargetLog {
			out = append(out, name)
		}
	}
	return out
}
