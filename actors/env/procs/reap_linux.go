package procs

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"curfew/bus/sleep"
)

// Times of reaping.
const (
	reapPause = time.Second // at most one look in that time
	// How long an ended child may be waited for by other code of this program: a child in our session, or with a
	// session of its own, may have been adopted, or started by that code, whose wait would fail if it were reaped
	// here. Little code starts sessions; jobs do.
	patienceOurs = 10 * time.Second
	patienceOwn  = 2 * time.Second
)

// adopt makes this program the parent of all its descendants that lose their own parent, so that they can be found and
// reaped.
var adopt = sync.OnceFunc(func() {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	if all, err := takeCensus(); err == nil {
		own.disown(all)
	}
})

// Reap reaps adopted processes until ctx ends. Without it the processes that jobs leave behind would stay as zombies,
// as children of a subreaper or of the first process of a container. A process that other code waits for is left to
// that.
func Reap(ctx context.Context) {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	defer signal.Stop(ended)
	for {
		var again <-chan time.Time
		if own.suspect() {
			again = time.After(patienceOwn)
		}
		select {
		case <-ended:
		case <-again:
		case <-ctx.Done():
			return
		}
		if sleep.For(ctx, reapPause) != nil {
			return
		}
		if anybody() {
			_, _ = takeCensus() // it reaps
		}
	}
}

// anybody reports whether a child has ended and was not reaped.
func anybody() bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == nil && info.Signo != 0
}

// suspect reports whether there is a process that may have to be reaped later.
func (o *offspring) suspect() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.suspects) > 0
}

// reap reaps the children of this program that have ended and were adopted. It holds the lock meanwhile:
// nothing is started, and a number that it looks at cannot change hands between the look and the wait.
func (o *offspring) reap(all []running) {
	self := os.Getpid()
	session, err := unix.Getsid(0)
	if err != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	suspects := make(map[ident]time.Time)
	for _, p := range all {
		if !p.ended || p.parent != self || o.leaders[p.pid] != nil {
			continue
		}
		if p.session == session || p.session == p.pid { // it may have been started by somebody else here
			since, ok := o.suspects[p.ident()]
			if !ok {
				since = time.Now()
			}
			patience := patienceOurs
			if p.session == p.pid {
				patience = patienceOwn
			}
			if len(o.starting) > 0 || time.Since(since) < patience {
				suspects[p.ident()] = since
				continue
			}
		}
		if now, err := stat(p.pid); err == nil && now.ident() == p.ident() && now.ended && now.parent == self {
			_, _ = unix.Wait4(p.pid, nil, unix.WNOHANG, nil)
		}
	}
	o.suspects = suspects
}
