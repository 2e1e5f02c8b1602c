package engine

import (
	"context"

	"curfew/actors/system/tracer"
	"curfew/internal/build"
	"curfew/messages"
)

// startTracing sends spans if the environment names a collector.
func (r *Runtime) startTracing(ctx context.Context, was recovered) (err error) {
	if wanted, err := tracer.Wanted(); err != nil || !wanted {
		return err
	}
	r.secrets.Keep("traces", tracer.Headers()...)
	r.tracer, err = tracer.Start(ctx, tracer.Config{
		Reader: r.reader("tracer", was.last, tracer.Topics...), Jobs: was.definitions(), Version: build.Version(),
		Fatal: r.fail, Logger: r.o.Logger,
	})
	return err
}

// TraceID is the id of a run's trace; empty: no traces are sent.
func (r *Runtime) TraceID(run messages.RunID) string {
	if r.tracer == nil {
		return ""
	}
	return tracer.TraceID(run).String()
}
