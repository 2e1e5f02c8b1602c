package engine

import (
	"context"

	"go.uber.org/zap"

	"curfew/actors/system/host"
	"curfew/actors/system/recorder"
	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// View calls f with the machine between two commits. f must be short, and must only read.
func (r *Runtime) View(ctx context.Context, f func(*policy.Machine)) error {
	return r.log.View(ctx, func() { f(r.machine) })
}

// Log is the log that everything is read from and appended to.
func (r *Runtime) Log() *bus.Log { return r.log }

// Journal is what the log is kept in. Callers only read it.
func (r *Runtime) Journal() bus.Journal { return r.o.Journal }

// History is the run history.
func (r *Runtime) History() *recorder.Recorder { return r.history }

// Node is the runtime's name among the nodes of a fleet; empty: it is on its own.
func (r *Runtime) Node() string { return r.o.Node }

// Logger writes to the program's log and redacts secrets.
func (r *Runtime) Logger() *zap.Logger { return r.o.Logger }

// Data is the path of the data folder; empty: there is none.
func (r *Runtime) Data() string { return r.o.Data }

// Now is the time by the runtime's clock.
func (r *Runtime) Now() messages.Instant { return messages.At(r.wall()) }

// Since is when the runtime was started.
func (r *Runtime) Since() messages.Instant { return r.since }

// Redact replaces the secrets in a text.
func (r *Runtime) Redact(text string) string { return r.secrets.Redact(text) }

// Running are the attempts that run, the oldest first.
func (r *Runtime) Running() []host.Running { return r.host.Running() }

// Abandoned counts the attempts that were told to stop, did not return in time, and still run.
func (r *Runtime) Abandoned() int { return r.host.Abandoned() }

// AbandonedAttempts are those that [Runtime.Abandoned] counts, the oldest first.
func (r *Runtime) AbandonedAttempts() []host.Running { return r.host.AbandonedAttempts() }

// Output is what the running attempt of a run prints; nil: no attempt of it is running.
func (r *Runtime) Output(run messages.RunID) *host.Live { return r.host.Output(run) }

// Unnoted counts the running processes that have no note, so that a crash would leave them behind, and says why.
func (r *Runtime) Unnoted() (n int, why error) { return r.ledger.Unnoted() }

// Census asks the supervisors what they know of their job actors.
func (r *Runtime) Census(ctx context.Context, q supervisor.Count) []supervisor.Shard {
	return r.supervisors.Census(ctx, q)
}

// ShardOf is the name of the supervisor of a job of that actor type; empty: there is no such type.
func (r *Runtime) ShardOf(kind, job string) string { return r.supervisors.ShardOf(kind, job) }

// Restarts counts how often the actor of a job has been restarted since the start.
func (r *Runtime) Restarts(job string) int { return r.supervisors.Restarts(job) }
