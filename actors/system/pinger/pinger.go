// Package pinger tells monitors such as healthchecks.io that a job has started, succeeded or failed. A ping is not a
// delivery: it counts at its time or not at all. So it is tried a few times, it is not kept over a restart, and nothing
// depends on it.
package pinger

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/notifier/targets"
	"curfew/actors/system/startstop"
	"curfew/messages"
)

// Topics are what the reader of the pinger is to read.
var Topics = []messages.Topic{messages.TopicAttempt, messages.TopicRun}

// The bounds of pings.
const (
	Senders   = 4                // pings that are on their way at once; the pings of one job keep their order
	MaxQueued = 256              // pings that wait for one sender; more are dropped
	MaxTries  = 3                // of one ping
	tryTime   = 10 * time.Second // of one try
	pause     = 2 * time.Second  // before the second try; doubled
	maxAge    = 10 * time.Minute // of a ping; an older one would no longer be true
	flushTime = 2 * time.Second  // how long a stop waits
)

// Config is what the pinger needs from the rest of the runtime.
type Config struct {
	// Jobs are the addresses of the monitors, by job, until [Pinger.Set] replaces them.
	Jobs map[string]targets.Address
	// Reader makes a reader of Topics.
	Reader follow.Open
	// Fatal is called when the log cannot be read. It must not block.
	Fatal  func(error)
	Client *http.Client
	Logger *zap.Logger
}

// Pinger follows the log on one goroutine and sends on a few others.
type Pinger struct {
	cfg     Config
	jobs    atomic.Pointer[map[string]targets.Address]
	group   *startstop.Group
	log     *follow.Feed
	senders [Senders]chan ping
}

// ping is a ping that waits for its sender.
type ping struct {
	job  string
	kind targets.Ping
	at   time.Time
}

// Start follows the log from where the reader begins.
func Start(c Config) (*Pinger, error) {
	if c.Reader == nil || c.Fatal == nil || c.Client == nil {
		return nil, errors.New("pinger: Reader, Fatal and Client must be set")
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	p := &Pinger{cfg: c, group: startstop.New(flushTime), log: follow.New("pinger", c.Reader)}
	p.Set(c.Jobs)
	for i := range p.senders {
		in := make(chan ping, MaxQueued)
		p.senders[i] = in
		p.group.Go(func(ctx context.Context) { p.send(ctx, in) })
	}
	p.group.Go(p.follow)
	return p, nil
}

// Set replaces the addresses of the monitors.
func (p *Pinger) Set(jobs map[string]targets.Address) { p.jobs.Store(&jobs) }

// address is the address of a job's monitor; nil: it has none.
func (p *Pinger) address(job string) targets.Address { return (*p.jobs.Load())[job] }

// Stop sends the pings that wait, for at most two seconds, and ends.
func (p *Pinger) Stop() { p.group.Stop() }

// follow makes pings of what the log says; after a stop, of what it says by then.
func (p *Pinger) follow(context.Context) {
	defer func() {
		p.log.Close()
		for _, c := range p.senders {
			close(c)
		}
	}()
	err := p.log.Run(p.group.Stopping(), p.take)
	if err == nil {
		err = p.log.Drain(p.take)
	}
	if err != nil {
		p.cfg.Fatal(err)
	}
}

func (p *Pinger) take(batch []messages.Record) {
	for _, r := range batch {
		p.ping(r)
	}
}

// ping queues a ping for a record, if its job has a monitor.
func (p *Pinger) ping(r messages.Record) {
	var kind targets.Ping
	switch b := r.Body.(type) {
	case messages.AttemptStarted:
		if b.Attempt > 1 {
			return // the run has started before
		}
		kind = targets.PingStart
	case messages.RunFinished:
		switch b.Status {
		case messages.StatusSucceeded:
			kind = targets.PingSuccess
		case messages.StatusFailed:
			kind = targets.PingFail
		default:
			return // it did not run to its end: the monitor reports it as missing
		}
	default:
		return
	}
	job := r.Body.Key()
	if p.address(job) == nil {
		return
	}
	select {
	case p.senders[lane(job)] <- ping{job: job, kind: kind, at: time.Now()}:
	default:
		p.cfg.Logger.Warn("cron: healthcheck ping dropped: too many wait", zap.String("job", job),
			zap.Int("waiting", MaxQueued))
	}
}

func lane(job string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(job)) // it cannot fail
	return int(h.Sum32() % Senders)
}

// send sends pings until in is closed; once ctx has ended it drops them.
func (p *Pinger) send(ctx context.Context, in <-chan ping) {
	dropped := 0
	defer func() {
		if dropped > 0 {
			p.cfg.Logger.Warn("cron: healthcheck pings dropped at the stop", zap.Int("pings", dropped))
		}
	}()
	for next := range in {
		if ctx.Err() != nil {
			dropped++
			continue
		}
		if err := p.try(ctx, next); err != nil {
			p.cfg.Logger.Warn("cron: healthcheck ping failed", zap.String("job", next.job),
				zap.String("ping", string(next.kind)), zap.Error(err))
		}
	}
}

func (p *Pinger) try(ctx context.Context, next ping) (err error) {
	wait := pause
	for n := 1; ; n++ {
		if time.Since(next.at) > maxAge {
			return errors.New("the ping is too old")
		}
		err = p.once(ctx, next)
		if err == nil || n == MaxTries {
			return err
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
			wait *= 2
		case <-p.group.Stopping():
			t.Stop()
			return err
		}
	}
}

func (p *Pinger) once(ctx context.Context, next ping) error {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	address := p.address(next.job)
	if address == nil {
		return nil // its job has no monitor any more
	}
	return targets.SendPing(ctx, p.cfg.Client, address, next.kind)
}
