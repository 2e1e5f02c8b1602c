package tracer

import (
	"sync"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.uber.org/zap"
)

// complainEvery is how often it is said that spans are not sent.
const complainEvery = 10 * time.Minute

// listen brings the complaints of the library, which has one place for all of them, into our log: the first one, and
// then one in ten minutes, for a collector that is down is asked every five seconds.
func listen(log *zap.Logger) {
	var mu sync.Mutex
	var said time.Time
	otel.SetLogger(logr.Discard())
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(said) >= complainEvery {
			said = now
			log.Warn("traces: the collector does not take the spans; those that wait for too long are dropped", zap.Error(err))
		}
	}))
}
