// Package notifier brings notifications and error reports to people. Its only target is the log of the
// program; it decides nothing, neither what is worth saying nor how often.
package notifier

import (
	"errors"
	"fmt"
	"sync"

	"go.uber.org/zap"

	"curfew/messages"
)

// TargetLog is the name of the target that is the program's log.
const TargetLog = "log"

// A Reader hands out records of the log in order.
type Reader interface {
	// Next is a bounded number of records behind the cursor, nil when there are none now.
	Next() ([]messages.Record, error)
	Close()
}

// Topics are what the reader of the notifier is to read.
var Topics = []messages.Topic{messages.TopicOutbox}

// Config is what the notifier needs from the rest of the runtime.
type Config struct {
	// Undelivered are the notifications and reports of the recovered state that no DeliveryFinished
	// answers, oldest first; the reader begins right behind that state.
	Undelivered []messages.Record
	// Reader makes a reader of Topics. It may call wake from any goroutine.
	Reader func(wake func()) Reader
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Fatal is called when the log cannot be read. It must not block.
	Fatal func(error)
	// Jobs, if set, are the jobs of a session that fall due in the 24 hours after that time, soonest first,
	// such as "morning_briefing 07:00"; 0: after now.
	Jobs   func(session string, from messages.Instant) []string
	Logger *zap.Logger
}

// Notifier follows the outbox on one goroutine.
type Notifier struct {
	cfg     Config
	reader  Reader
	news    chan struct{} // holds at most one wake
	done    chan struct{}
	stopped chan struct{}
	stop    sync.Once
}

// Start delivers what was left, then follows the log.
func Start(c Config) (*Notifier, error) {
	if c.Reader == nil || c.Publish == nil || c.Fatal == nil {
		return nil, errors.New("notifier: Reader, Publish and Fatal must be set")
	}
	if c.Jobs == nil {
		c.Jobs = func(string, messages.Instant) []string { return nil }
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	n := &Notifier{cfg: c, news: make(chan struct{}, 1), done: make(chan struct{}), stopped: make(chan struct{})}
	n.reader = c.Reader(n.wake)
	n.wake()
	go n.run()
	return n, nil
}

// Stop ends the goroutine and waits for it.
func (n *Notifier) Stop() {
	n.stop.Do(func() { close(n.done) })
	<-n.stopped
}

func (n *Notifier) wake() {
	select {
	case n.news <- struct{}{}:
	default: // one is waiting already
	}
}

func (n *Notifier) run() {
	defer close(n.stopped)
	defer n.reader.Close()
	for _, r := range n.cfg.Undelivered {
		n.deliver(r)
	}
	for {
		select {
		case <-n.done:
			return
		case <-n.news:
		}
		records, err := n.reader.Next()
		if err != nil {
			n.cfg.Fatal(fmt.Errorf("notifier: read the log: %w", err))
			return
		}
		for _, r := range records {
			n.deliver(r)
		}
		if len(records) > 0 {
			n.wake()
		}
	}
}

// deliver brings a record to its target, and reports that it has arrived. A crash in between makes it
// come twice; it is reported once.
func (n *Notifier) deliver(r messages.Record) {
	switch m := r.Body.(type) {
	case messages.NotificationRequested:
		n.notify(m)
	case messages.ErrorReported:
		n.report(m)
	default:
		return
	}
	f := messages.DeliveryFinished{Of: r.ID, About: r.Body.Key(), To: TargetLog, OK: true, Attempt: 1}
	n.cfg.Publish(messages.FactID(f.Name(), r.ID, TargetLog), f)
}

func (n *Notifier) notify(m messages.NotificationRequested) {
	text := Text(m)
	switch m.Notice {
	case messages.NoticeSessionClosed, messages.NoticeRefreshFailed:
		text += Upcoming(n.cfg.Jobs(m.Session, 0))
	case messages.NoticeSessionEnding:
		text += Before(n.cfg.Jobs(m.Session, m.Until))
	}
	prefix := "gate: "
	if m.Session == "" {
		prefix = "cron: "
	}
	n.cfg.Logger.Warn(prefix+text, zap.String("notice", string(m.Notice)), zap.String("session", m.Session), zap.String("job", m.Job))
}

// report writes an error report. Its tags are those of the error tracker that it is meant for.
func (n *Notifier) report(m messages.ErrorReported) {
	n.cfg.Logger.Error("cron: job failed for good: "+m.Error,
		zap.String("run", string(m.Run)), zap.String("class", string(m.Class)), zap.Int("attempt", m.Attempt),
		zap.String("domain", m.Tags.Domain), zap.String("operation", m.Tags.Operation), zap.String("job_id", m.Tags.JobID),
		zap.String("agent_id", m.Tags.AgentID), zap.String("session_target", m.Tags.SessionTarget), zap.String("failure", m.Tags.Failure))
}
