// Package engine is the running system: the journaled log with the machine that decides, and the actors that
// perform. It is the wiring, and holds one rule: a session without a token cannot be signed in (admit). Its files are
// named after the steps of a start and of a stop. What people and programs ask is answered by internal/backend.
package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors/env/procs"
	"curfew/actors/env/secrets"
	"curfew/actors/system/gate"
	"curfew/actors/system/host"
	"curfew/actors/system/metrics"
	"curfew/actors/system/readers"
	"curfew/actors/system/recorder"
	"curfew/actors/system/signin"
	"curfew/actors/system/startstop"
	"curfew/bus"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// Runtime is a running Curfew.
type Runtime struct {
	o       Options
	log     *bus.Log
	machine *policy.Machine // only the log's writer touches it
	store   *gate.Store
	secrets *secrets.Set  // what must not be shown
	ledger  *procs.Ledger // nil: processes are not noted
	now     atomic.Pointer[settings]
	history *recorder.Recorder
	house   *housekeeper
	rush    *rush
	lookout lookout
	readers *readers.Readers    // nil: the build adds none
	counted int                 // jobs, when they were counted last; of the log's writer
	decided []messages.Decision // on the newest fact; of the log's writer
	wall    func() time.Time
	since   messages.Instant // when it was started

	system      *actor.ActorSystem
	host        *host.Host
	supervisors *supervisor.Supervisors
	pool        supervisor.Pool // runs the job actors
	gate        *gate.Gate
	signIns     atomic.Pointer[signin.Reader]
	duties      atomic.Pointer[duties] // nil: another runtime has them
	metrics     *metrics.Metrics
	background  *startstop.Group // the housekeeper, and the watch on the journal

	configuring  sync.Mutex               // held while jobs or settings are changed, and when a stop begins
	noted        atomic.Pointer[[]string] // what does not fit between the job file and the jobs of the API
	looked       atomic.Pointer[[]string] // the files that were read last; nil: those of the start
	refused      atomic.Pointer[string]   // why they are not valid; nil: they are those of the start
	noticed      []config.SignedInWhen    // by which the reader of sign-ins goes; under configuring, once it has started
	halfway      *settings                // those before a reload that has failed; nil: the newest was completed; under configuring
	filed        bool                     // the jobs of the job file were taken in, or compared with those of the fleet; under configuring
	stopping     atomic.Bool
	frozen       sync.Once
	freezeErr    error
	interrupted  sync.Once
	interruptErr error
	fatal        chan error // the first reason to stop
}

// fail stops the runtime: the first reason is logged, and [Runtime.Wait] returns it.
func (r *Runtime) fail(err error) {
	select {
	case r.fatal <- err:
		r.o.Logger.Error("cron: the runtime stops", zap.String("error", datadir.Hint(err.Error(), r.o.Data)))
	default:
	}
}

// Fail stops the runtime for a reason from outside.
func (r *Runtime) Fail(err error) { r.fail(err) }

// Wait returns nil when ctx ends, or the reason when the runtime cannot go on.
func (r *Runtime) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.fatal:
		return fmt.Errorf("the runtime stopped: %w", r.advise(err))
	}
}

// admit is the door of the log. A fact that the machine refuses does not enter, and neither does the sign-in of a
// session whose token the store does not have; in a fleet another node may have it.
func (r *Runtime) admit(f messages.Fact) (messages.Fact, error) {
	if s, ok := f.(messages.SessionRestored); ok {
		v, known := r.machine.Session(s.Session)
		if known && v.Backend != "" && !r.store.Has(s.Session) && r.o.Elsewhere == nil {
			return nil, fmt.Errorf("session %q has no token: sign in with `curfew session login %s`: %w",
				s.Session, s.Session, policy.ErrRefused)
		}
	}
	return r.machine.Admit(f)
}

// step lets the machine decide, and counts the records by which the journal grows.
func (r *Runtime) step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
	decisions := r.machine.Decide(now, seq, f)
	if len(decisions.Started()) >= rushStarts {
		r.rush.begin()
	}
	r.decided = decisions.Append(r.decided[:0])
	r.grown(1 + len(r.decided))
	return r.decided
}

// apply takes in a record that another runtime has decided.
func (r *Runtime) apply(rec messages.Record) {
	r.machine.Apply(rec)
	if d, ok := rec.Body.(messages.JobDefined); ok && d.ManagedBy == messages.ManagedByAPI {
		r.denyAlso(d.Kept) // it was made at another node
	}
	r.grown(1)
}

// grown notes that the journal is longer by so many records, and tells who wants to know how many jobs there are.
func (r *Runtime) grown(records int) {
	jobs := r.machine.JobCount()
	r.house.count(records, jobs)
	if jobs != r.counted && r.o.Jobs != nil {
		r.o.Jobs(jobs)
	}
	r.counted = jobs
}

// publish appends a fact without waiting for it.
func (r *Runtime) publish(id string, f messages.Fact) { r.log.Publish(bus.Draft{ID: id, Fact: f}) }

// fromNobody appends a fact without an id, and without waiting for it.
func (r *Runtime) fromNobody(f messages.Fact) { r.publish("", f) }

// Commit appends a fact and waits until it is durable and decided. What its id means, see [bus.Draft].
func (r *Runtime) Commit(ctx context.Context, id string, f messages.Fact) (bus.Receipt, error) {
	got, err := r.log.Commit(ctx, bus.Draft{ID: id, Fact: f})
	if err != nil {
		return bus.Receipt{}, err
	}
	return got[0], nil
}
