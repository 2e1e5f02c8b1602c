package engine

import (
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/notifier"
	"curfew/actors/system/recorder"
	"curfew/bus"
	"curfew/internal/config"
	"curfew/messages"
)

// Options is what a runtime is made of.
type Options struct {
	Kinds   *actors.Registry
	Config  config.Config
	Journal bus.Journal    // the runtime owns it, and closes it, also when Start fails
	History recorder.Store // of the journal's runs; owned like the journal; nil: kept in memory only
	Tokens  string         // path of the file that keeps the tokens
	Threads string         // path of the folder that keeps the threads of jobs; empty: there are none
	Procs   string         // path of the folder with a note for each process that runs; empty: none are kept
	Data    string         // the data folder, as people call it; empty: there is none
	Logger  *zap.Logger
	// AcceptLoss goes on without records that are known to have been at the journal's end and are not there.
	AcceptLoss bool

	// The rest is for tests and the demo; zero values mean the real thing.

	Now       func() time.Time
	Settle    func()                       // see [bus.Options]
	Order     func(a, b messages.Fact) int // see [bus.Options]
	Grace     time.Duration                // see [host.Config]
	OnRestart func(job string)             // see [supervisor.Config]
	// SnapshotEvery is how many records lie between two snapshots; 0: DefaultSnapshotEvery.
	SnapshotEvery int
	OnMessage     func(who string, m messages.Body) // "gate" or "supervisor" has read a message of the session topic
	Targets       map[string]notifier.Target        // besides those of Config
}
