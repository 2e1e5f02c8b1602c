//go:build unix

package procs

import (
	"context"
	"sync"
	"syscall"
	"time"

	"curfew/messages"
)

// remains are the processes that those of one attempt left behind.
type remains struct {
	mu  sync.Mutex
	all left
}

// left are the processes that one left in the background when it ended by itself, and those that are alive after KILL.
type left struct {
	who    []running
	kept   bool // they may go on
	killed int  // of them, those that did not end when they were told to
	alive  int  // of them, those that are still there
}

// finish waits for the process, and then ends its family. Members that are told to end together with the process are
// not reported. Members that are left when it has ended by itself are, and so are processes that may be members.
func (r *runner) finish(ctx context.Context, p *process, keep bool) (l left, stopped bool) {
	stopped = p.wait(ctx)
	own.leave(p)
	f := newFamily(p.cmd.Process.Pid, p.run)
	f.keeps = keep && !stopped
	defer func() { r.ledger.unclear(r.attempt, f.unclear, r.drain) }()
	if !stopped {
		began := time.Now()
		within(r.drain, p.drained)
		l.who = f.settle(r.drain-time.Since(began), func([]running) {})
		if f.blind && !keep {
			f.tellGroup(syscall.SIGKILL)
		}
		if len(l.who) == 0 {
			return l, false
		}
		if l.kept = keep; keep {
			own.keep(l.who)
			return l, false
		}
	}
	there := f.end(r.grace, r.kill)
	if f.blind {
		f.tellGroup(syscall.SIGKILL)
	}
	l.killed, l.alive = len(f.hit), len(there)
	if stopped {
		l.who = there
	}
	return l, stopped
}

// add remembers the processes that one has left behind.
func (r *runner) add(l left) {
	r.remains.mu.Lock()
	defer r.remains.mu.Unlock()
	to := &r.remains.all
	to.who = append(to.who, l.who...)
	to.kept = to.kept || l.kept
	to.killed += l.killed
	to.alive += l.alive
}

// Left returns the processes that were left in the background, together with those that do not end even when they are
// killed; nil: none.
func (r *runner) Left() *messages.Left {
	r.remains.mu.Lock()
	defer r.remains.mu.Unlock()
	l := r.remains.all
	if len(l.who) == 0 {
		return nil
	}
	out := &messages.Left{Count: len(l.who), Kept: l.kept, Killed: l.killed, Alive: l.alive}
	for _, p := range l.who[:min(len(l.who), messages.MaxLeft)] {
		out.Processes = append(out.Processes, messages.Process{PID: p.pid, Name: p.name})
	}
	return out
}
