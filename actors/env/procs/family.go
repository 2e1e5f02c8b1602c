//go:build unix

package procs

import (
	"syscall"
	"time"
)

// Pauses between two looks at who is left of a family. They grow from the one to the other.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// maxUnborn is how many further looks are taken while processes are being started, some seconds in all: a program on a
// file system that hangs can be about to be started for as long as it pleases.
const maxUnborn = 1000

// ident identifies a process for good: its number may be used again, its start is not.
type ident struct {
	pid   int
	start uint64
}

func (p running) ident() ident { return ident{p.pid, p.start} }

// family is a process that was started here, the leader of a group and a session of its own, with all its descendants,
// wherever they went: see [family.members].
type family struct {
	leader int    // also the number of its group and of its session
	run    string // what CURFEW_RUN of its members is; empty: they have none
	keeps  bool   // the processes that it leaves may go on
	look   func() ([]running, error)

	blind  bool // the last look failed
	unborn bool // the last look saw a process that may be just being started here

	unclear []running // processes that may be members by the last look; nothing proves it

	seen map[ident]bool // processes that were members once: they remain so without their parents
	told map[ident]bool // processes that were told to end
	hit  map[ident]bool // processes that were killed
}

func newFamily(leader int, run string) *family {
	return &family{
		leader: leader, run: run, look: takeCensus, seen: map[ident]bool{}, told: map[ident]bool{},
		hit: map[ident]bool{},
	}
}

// left returns the members that have not ended. That none is left must be seen twice: a look takes a while, in which a
// process may fork and end. A look proves nothing while it sees a process that this program may be just starting. When
// the system shows nothing, none counts as left.
func (f *family) left() (members []running) {
	for looks, more := 2, maxUnborn; looks > 0; looks-- {
		all, err := f.look()
		if f.blind = err != nil; f.blind {
			return nil
		}
		if members = f.members(all); len(members) > 0 {
			break
		}
		if f.unborn && more > 0 {
			time.Sleep(firstLook)
			looks, more = looks+1, more-1
		}
	}
	for _, p := range members {
		f.seen[p.ident()] = true
	}
	return members
}

// settle waits until no member is left, or the time is up, and returns those that are left. Between two looks it calls
// do with the members that are left.
func (f *family) settle(d time.Duration, do func([]running)) []running {
	end := time.Now().Add(d)
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		members := f.left()
		rest := time.Until(end)
		if len(members) == 0 || rest <= 0 {
			return members
		}
		do(members)
		time.Sleep(min(pause, rest))
	}
}

// end ends the family: TERM, and CONT, without which a stopped process does not get the TERM; after the grace, KILL. It
// returns the members that are still there. Processes that members start after the TERM, to clean up, are not told to
// end until the grace is over.
func (f *family) end(grace, kill time.Duration) []running {
	f.left() // the parent of a process shows only as long as the parent lives
	since := ticks()
	f.tellGroup(syscall.SIGTERM, syscall.SIGCONT)
	first := true
	members := f.settle(grace, func(members []running) {
		for _, p := range members {
			if f.told[p.ident()] || !first && p.start >= since {
				continue
			}
			f.told[p.ident()] = true
			if p.group != f.leader {
				p.signal(syscall.SIGTERM)
				p.signal(syscall.SIGCONT)
			}
		}
		first = false
	})
	if len(members) == 0 {
		return nil
	}
	return f.settle(kill, f.kill)
}

// kill kills the members.
func (f *family) kill(members []running) {
	f.tellGroup(syscall.SIGKILL)
	for _, p := range members {
		f.hit[p.ident()] = true
		if p.group != f.leader {
			p.signal(syscall.SIGKILL)
		}
	}
}

// tellGroup sends signals to the whole group of the leader at once, so that none of it escapes by a fork. It is not an
// error if the group has ended. The leader must not have been reaped.
func (f *family) tellGroup(signals ...syscall.Signal) {
	for _, s := range signals {
		_ = syscall.Kill(-f.leader, s)
	}
}
