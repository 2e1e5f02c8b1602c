package world

import (
	"sync"

	"go.uber.org/zap/zapcore"

	"curfew/messages"
)

// noticeBook is the log of one process, to which the notifier delivers. It checks that a durable decision asked for
// everything that is delivered, and that nothing is delivered twice by one process.
type noticeBook struct {
	zapcore.LevelEnabler
	w *Crash

	mu    sync.Mutex
	done  map[string]bool // deliveries that were finished before this process began, by the id of the decision that asked for them
	known map[notice]int  // deliveries of this process
}

// notice identifies a delivery.
type notice struct{ what, about string }

func newNoticeBook(w *Crash) *noticeBook {
	b := &noticeBook{LevelEnabler: zapcore.WarnLevel, w: w, done: map[string]bool{}, known: map[notice]int{}}
	for _, r := range w.RecordsFrom(1) {
		if d, ok := r.Body.(messages.DeliveryFinished); ok {
			b.done[d.Of] = true
		}
	}
	return b
}

// With is part of [zapcore.Core]; a runtime adds no fields.
func (b *noticeBook) With([]zapcore.Field) zapcore.Core { return b }

// Check takes every entry.
func (b *noticeBook) Check(e zapcore.Entry, c *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if b.Enabled(e.Level) {
		return c.AddCore(e, b)
	}
	return c
}

// Sync does nothing.
func (b *noticeBook) Sync() error { return nil }

// Write checks an entry that delivers something.
func (b *noticeBook) Write(e zapcore.Entry, fields []zapcore.Field) error {
	enc := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(enc)
	}
	text := func(key string) string { s, _ := enc.Fields[key].(string); return s }
	var n notice
	switch {
	case text("notice") != "":
		n = notice{"notice " + text("notice"), text("session") + text("job")}
	case text("domain") != "":
		n = notice{"error", text("run")}
	default:
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known[n]++
	if asked := b.asked(n); b.known[n] > asked {
		b.w.t.Errorf("%s about %s is delivered %d times, and asked for %d times by durable decisions: %s",
			n.what, n.about, b.known[n], asked, e.Message)
	}
	return nil
}

// asked counts the durable decisions that ask for such a delivery and were not answered before this process.
func (b *noticeBook) asked(n notice) (asked int) {
	for _, r := range b.w.RecordsFrom(1) {
		if b.done[r.ID] {
			continue
		}
		switch d := r.Body.(type) {
		case messages.NotificationRequested:
			if n == (notice{"notice " + string(d.Notice), d.Session + d.Job}) {
				asked++
			}
		case messages.ErrorReported:
			if n == (notice{"error", string(d.Run)}) {
				asked++
			}
		}
	}
	return asked
}
