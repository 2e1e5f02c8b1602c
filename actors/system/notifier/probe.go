package notifier

import (
	"context"
	"errors"
	"slices"
	"time"

	"curfew/messages"
)

// testTime is how long a target may take for a test. A try that is under way ends first.
const testTime = 20 * time.Second

// Errors of [Notifier.Test]. That the target refuses the message is not one of them.
var (
	ErrNoTarget = errors.New("there is no such target")
	ErrBusy     = errors.New("the target is busy with another message")
)

// probe is a test on its way to a worker.
type probe struct {
	ctx    context.Context //nolint:containedctx // of the caller of Test
	id     string
	result chan error // holds one
}

// Test sends a test message to a target, on the goroutine of all its messages, but before those that wait: refused is
// why the target has not taken it; err is why the target was not asked.
func (n *Notifier) Test(ctx context.Context, name, id string) (refused, err error) {
	all := n.all()
	i := slices.IndexFunc(all, func(w *worker) bool { return w.name == name && name != "" })
	if i < 0 || !n.desk.exists(name) {
		return nil, ErrNoTarget
	}
	p := probe{ctx: ctx, id: id, result: make(chan error, 1)}
	select {
	case all[i].probes <- p:
	case <-ctx.Done():
		return nil, ErrBusy
	case <-n.group.Stopping():
		return nil, errStopped
	}
	select {
	case refused = <-p.result:
		return refused, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
}

// probe sends a test and reports whether the target has taken it.
func (w *worker) probe(ctx context.Context, p probe) bool {
	ctx, cancel := context.WithTimeout(ctx, testTime)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	m := Message{
		ID: p.id, Kind: KindTest, At: messages.At(w.cfg.Now()), Title: "Curfew",
		Text: "this is a test of target " + w.name + ", sent by hand; nothing is to be done",
	}
	if w.name == messages.TargetSentry {
		m.Kind, m.Report = KindReport, &messages.ErrorReported{
			Class: ClassTest, Error: m.Text,
			Tags: messages.ErrorTags{Domain: "cron"},
		}
	}
	err := w.send(ctx, m)
	if p.ctx.Err() == nil {
		w.tried(err)
	}
	p.result <- err
	return err == nil
}

// ClassTest is the class of an error report that is a test.
const ClassTest messages.Class = "test"

// sendProbes sends the tests that wait.
func (w *worker) sendProbes(ctx context.Context) {
	for {
		select {
		case p := <-w.probes:
			w.probe(ctx, p)
		default:
			return
		}
	}
}
