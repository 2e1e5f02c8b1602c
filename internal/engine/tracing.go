package engine

import (
	"context"

	"curfew/actors/system/tracer"
	"curfew/internal/build"
	"curfew/messages"
)

// trace starts the tracer, which sends spans if the environment names a collector.
func (d *duties) trace(ctx context.Context, was recovered) (err error) {
	if wanted, err := tracer.Wanted(); err != nil || !wanted {
		return err
	}
	r := d.r
	r.secrets.Keep("traces", tracer.Headers()...)
	d.tracer, err = tracer.Start(ctx, tracer.Config{
		Reader: r.reader("tracer", was.last, tracer.Topics...), Jobs: was.definitions(), Version: build.Version(),
		Fatal: r.fail, Logger: r.o.Logger,
	})
	return err
}

// TraceID is the id of a run's trace; empty: no traces are sent.
func (r *Runtime) TraceID(run messages.RunID) string {
	if d := r.duties.Load(); d == nil || d.tracer == nil {
		return ""
	}
	return tracer.TraceID(run).String()
}
