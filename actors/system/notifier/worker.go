package notifier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"curfew/actors/system/follow"
	"curfew/messages"
	"curfew/messages/text"
)

// How a target that does not take a letter is tried again. The pauses belong to the target, not to the letter: they do
// not begin anew with the next letter.
const (
	MaxTries   = 400             // of one letter; it reaches its age first
	firstPause = time.Second     // doubled with every try that failed in a row
	maxPause   = time.Minute     // the longest: a target that is back soon gets the letters that wait
	maxAsked   = 5 * time.Minute // the longest pause that a server may ask for
	sendTime   = 30 * time.Second
	// Within is how old a letter may get while its target does not answer. Then it is given up.
	Within = 6 * time.Hour
)

// worker brings letters to one target, in the order of the log.
type worker struct {
	cfg    Config
	name   string
	own    Target // what it was made with
	desk   *desk
	log    *follow.Feed
	probes chan probe // tests that a person asks for
	status status
	began  messages.Instant
	fails  int // tries in a row that the target did not answer
}

// run works until done is closed; then it delivers what is in the log already, until a letter does not arrive at once.
func (w *worker) run(ctx context.Context, done <-chan struct{}) {
	defer w.log.Close()
	w.began = messages.At(w.cfg.Now())
	for _, l := range w.cfg.Undelivered {
		for _, to := range l.To {
			if to == w.name || w.name == "" && slices.Contains(w.desk.unknown(l.To), to) {
				if !w.deliver(ctx, done, l.Record, to) {
					return
				}
			}
		}
	}
	for {
		stopping := false
		select {
		case <-done:
			stopping = true
		case <-w.log.Woken():
		case p := <-w.probes:
			w.probe(ctx, p)
			continue
		}
		n, err := w.read(ctx, done)
		switch {
		case errors.Is(err, errStopped), n == 0 && stopping:
			return
		case err != nil:
			w.cfg.Fatal(err)
			return
		}
	}
}

// read delivers the next records, and returns how many there were.
func (w *worker) read(ctx context.Context, done <-chan struct{}) (int, error) {
	records, err := w.log.Next()
	if err != nil {
		return 0, err
	}
	for _, r := range records {
		if f, ok := r.Body.(messages.RuntimeConfigured); ok {
			w.configured(f)
		}
		for _, to := range w.targetsOf(r.Body) {
			if !w.deliver(ctx, done, r, to) {
				return 0, errStopped
			}
		}
	}
	return len(records), nil
}

// errStopped means that a letter is left to the next start.
var errStopped = errors.New("the runtime stops")

// deliver brings a record to its target and reports the result. A crash in between makes it arrive twice, with the same
// id; it is reported once. It returns false if the record is left to the next start, with all after it.
func (w *worker) deliver(ctx context.Context, done <-chan struct{}, r messages.Record, to string) bool {
	m, err := w.compose(r)
	tries := 0
	if err == nil {
		tries, err = w.try(ctx, done, r.At, m)
	}
	if errors.Is(err, errStopped) {
		return false
	}
	f := messages.DeliveryFinished{Of: r.ID, About: r.Body.Key(), To: to, OK: err == nil, Attempt: tries}
	if d, ok := r.Body.(messages.DeliveryRequested); ok {
		f.Run = d.Run
	}
	if err != nil {
		f.Error = text.Head(err.Error(), messages.MaxError)
		w.cfg.Logger.Log(level(r.Body, err), "cron: delivery failed for good", zap.String("target", to),
			zap.String("what", string(m.Kind)),
			zap.String("about", f.About), zap.String("id", r.ID), zap.Int("tries", tries), zap.String("error", f.Error))
	}
	w.cfg.Publish(messages.FactID(f.Name(), r.ID, to), f)
	return true
}

// level is the level at which a failed delivery is logged.
func level(b messages.Body, err error) zapcore.Level {
	switch d, ok := b.(messages.DeliveryRequested); {
	case errors.Is(err, ErrHeldBack):
		return zap.DebugLevel
	case ok && d.BestEffort:
		return zap.InfoLevel
	default:
		return zap.ErrorLevel
	}
}

// try sends until the target has the letter, refuses it, or has not answered for too long.
func (w *worker) try(ctx context.Context, done <-chan struct{}, at messages.Instant, m Message) (tries int, err error) {
	since := max(at, w.began) // a letter from before the start gets its whole time again
	w.status.sending(m.ID)
	defer w.status.idle()
	for {
		w.sendProbes(ctx)
		if now := messages.At(w.cfg.Now()); w.fails > 0 && now.Sub(since) > Within {
			return tries, fmt.Errorf("given up after %d tries: the target has not answered for too long%s", tries,
				lastError(err))
		}
		tries++
		var retry *Retry
		err = w.send(ctx, m)
		if ctx.Err() == nil {
			w.tried(err)
		}
		switch {
		case err == nil:
			w.fails = 0
			return tries, nil
		case ctx.Err() != nil:
			return tries, errStopped
		case !errors.As(err, &retry):
			w.fails = 0
			return tries, err
		case tries >= MaxTries:
			return tries, fmt.Errorf("given up after %d tries: %w", tries, err)
		}
		w.fails++
		if !w.waitForRetry(ctx, done, w.pause(retry.After)) {
			return tries, errStopped
		}
	}
}

// send is one try. A panic of the target is an error.
func (w *worker) send(ctx context.Context, m Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the target panicked") // the panic's text may hold a secret
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	return w.desk.target(w.name, w.own).Send(ctx, m)
}

// pause is how long to wait before the next try; asked is what the server asked for.
func (w *worker) pause(asked time.Duration) time.Duration {
	pause := maxPause
	if shift := w.fails - 1; shift < 16 {
		pause = min(pause, firstPause<<shift)
	}
	return min(max(pause, asked), maxAsked)
}

// waitForRetry waits for the next try; a probe that the target takes ends the wait. It returns false if the runtime
// stops.
func (w *worker) waitForRetry(ctx context.Context, done <-chan struct{}, d time.Duration) bool {
	until := messages.At(w.cfg.Now().Add(d))
	w.status.waiting(until)
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return true
		case p := <-w.probes:
			if w.probe(ctx, p) {
				return true
			}
			w.status.waiting(until)
		case <-ctx.Done():
			return false
		case <-done:
			return false
		}
	}
}

func lastError(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}
