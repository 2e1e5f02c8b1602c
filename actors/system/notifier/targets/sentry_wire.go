package targets

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/getsentry/sentry-go"

	"curfew/actors/system/notifier"
)

// wire is the transport to Sentry. The client does not tell whether an event has arrived; this does, so that exactly
// the events that have not arrived are sent again. One event at a time is on its way.
type wire struct {
	inner     http.RoundTripper
	transport *sentry.HTTPSyncTransport

	mu     sync.Mutex
	ctx    context.Context //nolint:containedctx // of the event on its way: the client takes no context
	result error
}

var (
	_ sentry.Transport  = (*wire)(nil)
	_ http.RoundTripper = (*wire)(nil)
)

// errLimited means that no request was made: an earlier answer asked for a pause.
var errLimited = errors.New("sentry: the server asked for a pause")

// limitedFor is how long to wait then: the client knows until when, but does not tell.
const limitedFor = time.Minute

func (w *wire) begin(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ctx, w.result = ctx, &notifier.Retry{Err: errLimited, After: limitedFor}
}

func (w *wire) end() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.result
}

// RoundTrip makes the request and remembers its result.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.inner.RoundTrip(req)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.result = &notifier.Retry{Err: errors.New("sentry: " + bare(err).Error())}
	} else {
		w.result = answer("sentry", resp)
	}
	return resp, err
}

// Configure, SendEvent, Flush, FlushWithContext and Close are those of the synchronous transport.
func (w *wire) Configure(o sentry.ClientOptions) { w.transport.Configure(o) }

// SendEvent sends an event, and returns when it is known whether the event has arrived.
func (w *wire) SendEvent(e *sentry.Event) {
	w.mu.Lock()
	ctx := w.ctx
	w.mu.Unlock()
	w.transport.SendEventWithContext(ctx, e)
}

// Flush has nothing to do.
func (w *wire) Flush(d time.Duration) bool { return w.transport.Flush(d) }

// FlushWithContext has nothing to do.
func (w *wire) FlushWithContext(ctx context.Context) bool { return w.transport.FlushWithContext(ctx) }

// Close has nothing to do.
func (w *wire) Close() { w.transport.Close() }
