package bus

import (
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
)

// lockTries is how often an append is tried while another process holds the lock. With the five seconds that SQLite
// waits each time, that is a minute.
const lockTries = 12

// stage makes ready what a batch's append needs, so that the batch before may still be on its way to the disk.
func (l *Log) stage(rs []messages.Record) (write func() error, err error) {
	if s, ok := l.o.Journal.(Stager); ok && len(rs) > 0 {
		return s.Stage(rs)
	}
	return func() error { return l.o.Journal.Append(rs) }, nil
}

// append makes records durable by what stage made. While another process holds the lock it tries again, up to lockTries
// times. Its error stops the log.
func (l *Log) append(rs []messages.Record, write func() error) (err error) {
	for try := range lockTries {
		began := time.Now()
		if err = l.watched(write); !errors.Is(err, ErrLocked) {
			if l.o.Appended != nil && err == nil {
				l.o.Appended(len(rs), time.Since(began))
			}
			if try > 0 && err == nil {
				l.trouble.Store(nil)
				l.log.Warn("bus: the lock of the journal is free again; recording goes on")
			}
			return err
		}
		text := fmt.Sprintf("nothing can be recorded: %v", ErrLocked)
		l.trouble.Store(&text)
		l.log.Error("bus: "+text, zap.Int("try", try+1), zap.Int("of", lockTries), zap.Error(err))
	}
	return fmt.Errorf("tried %d times: end the other process that writes to the journal, and start again: %w", lockTries, err)
}

// troubleAfter is how long an append may take before the log says so.
const troubleAfter = 2 * time.Second

// slow is the trouble of a journal that takes long.
var slow = fmt.Sprintf("nothing can be recorded: the journal has not answered for %s", troubleAfter)

// watched writes, and says so in the log and in [Log.Trouble] while that takes long.
func (l *Log) watched(write func() error) error {
	said := make(chan struct{})
	late := time.AfterFunc(troubleAfter, func() {
		defer close(said)
		l.trouble.CompareAndSwap(nil, &slow)
		l.log.Error("bus: " + slow)
	})
	err := write()
	if late.Stop() {
		return err
	}
	<-said // what is said after the answer would stand for ever
	if l.trouble.CompareAndSwap(&slow, nil) && err == nil {
		l.log.Warn("bus: the journal answers again; recording goes on")
	}
	return err
}

// Trouble says why the log cannot record or hand on anything at the moment; empty: it can.
func (l *Log) Trouble() string {
	if text := l.trouble.Load(); text != nil {
		return *text
	}
	return ""
}
