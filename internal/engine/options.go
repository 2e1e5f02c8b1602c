package engine

import (
	"context"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/gate"
	"curfew/actors/system/notifier"
	"curfew/actors/system/readers"
	"curfew/actors/system/recorder"
	"curfew/bus"
	"curfew/internal/config"
	"curfew/messages"
)

// Options are what a runtime is made of.
type Options struct {
	Kinds   *actors.Registry
	Config  config.Config
	Load    func() (config.Config, error) // reads the job file again; nil: it cannot be read again
	Journal bus.Journal                   // owned by the runtime, which closes it, also when Start fails
	History recorder.Store                // of the journal's runs; owned like the journal
	Tokens  string                        // path of the file that keeps the tokens
	Threads string                        // path of the folder that keeps the threads of jobs; empty: no job has one
	Procs   string                        // path of the folder with a note for each running process; empty: no notes are kept
	Data    string                        // the data folder, for the commands in messages to people; empty: there is none
	Logger  *zap.Logger                   // nil: nothing is logged
	// Node is this runtime's name among the nodes of a fleet, of whose attempts it performs its own; empty: it performs all.
	// The journal of a node is a [bus.Relay]: the runtime follows it, and decides when it is told to ([Runtime.Preside]).
	Node string
	// Send carries the facts of a node that follows to the one that decides: see [bus.Options].
	Send func(context.Context, bus.Parcel) error
	// Seen is the number under which the other nodes see this process, and whether they certainly see it at this moment:
	// otherwise nothing begins. Nil: they see it under the number with which it joined last.
	Seen func() (incarnation uint64, now bool)
	// Unseen is called when an attempt was not begun because the others may not see this process at that moment: it must
	// join under another number, so that they do not wait for that attempt. It must not block.
	Unseen func(incarnation uint64)
	// Elsewhere asks the other nodes for the token of a session that was given there; nil: there are no others.
	Elsewhere gate.Elsewhere
	// Fleet is what the runtime answers about its fleet; nil: there is none.
	Fleet func(context.Context) Fleet
	// Reached reports whether the servers that keep the journal answer; nil: it is here.
	Reached func() bool
	// Alone says that no other node is there: those that the journal knows are lost.
	Alone bool
	// Readers read the log besides the parts of the runtime; they are valid.
	Readers []readers.Reader
	// AcceptLoss starts without records that are known to be missing at the journal's end.
	AcceptLoss bool
	// Jobs, if set, is called with the number of jobs when it has changed. The log's writer calls it, so it must be quick.
	Jobs func(n int)
	// Rush, if set, is called when many starts wait, and when they no longer do and the run history has caught up: while
	// that lasts, memory is better spent than time. It may be called from any goroutine, once at a time.
	Rush func(on bool)

	// The fields below are for tests. Their zero values are what a daemon runs with.

	Now       func() time.Time             // nil: time.Now
	Settle    func()                       // see [bus.Options]
	Order     func(a, b messages.Fact) int // see [bus.Options]
	Grace     time.Duration                // see [host.Config]
	OnRestart func(job string)             // see [supervisor.Config]
	// SnapshotEvery is the number of records between two snapshots; 0: 100,000, or 20 for each job if that is more.
	SnapshotEvery int
	OnMessage     func(who string, m messages.Body) // who is "gate" or "supervisor"; m is on the session topic
	Targets       map[string]notifier.Target        // besides those of Config
}
