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

// ident names a process for good: its number may come again, its start does not.
type ident struct {
	pid   int
	start uint64
}

func (p running) ident() ident { return ident{p.pid, p.start} }

// family is a process that was started here, the leader of a group and a session of its own, with all who
// descend from it, wherever they went: see [family.members].
type family struct {
	leader int    // also the number of its group and of its session
	run    string // what CURFEW_RUN of its members is; empty: they have none
	keeps  bool   // what it leaves may go on
	look   func() ([]running, error)

	blind  bool // that the last look failed
	unborn bool // that it saw somebody who may be about to be started here

	unclear []running // who may be a member, as the last look says; nothing shows it

	seen map[ident]bool // who was a member once: they stay it, whatever becomes of their parents
	told map[ident]bool // who was told to end
	hit  map[ident]bool // who was killed
}

func newFamily(leader int, run string) *family {
	return &family{leader: leader, run: run, look: takeCensus, seen: map[ident]bool{}, told: map[ident]bool{}, hit: map[ident]bool{}}
}

// left are the members that have not ended. That nobody is left is believed when it has been seen twice: a
// look takes a while, in which one may fork and end. A look that sees somebody who may be just being started by this
// program proves nothing, as long as that lasts. When nothing can be seen, nobody is taken to be left.
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

// settle waits until nobody is left, or the time is up, and returns who is. Before each look but the first
// it does what is to be done about those.
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

// end tells the family to end: TERM, and CONT, without which nobody hears who was stopped; when the grace is
// over, KILL. It returns who was there in the end. What members start when they were told, to clean up, is
// left in peace until the grace is over.
func (f *family) end(grace, kill time.Duration) []running {
	f.left() // whose child somebody is shows only as long as the parent lives
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

// kill kills who is left.
func (f *family) kill(members []running) {
	f.tellGroup(syscall.SIGKILL)
	for _, p := range members {
		f.hit[p.ident()] = true
		if p.group != f.leader {
			p.signal(syscall.SIGKILL)
		}
	}
}

// tellGroup sends signals to the leader's group at once, so that nobody of it slips through by a fork. That
// nobody is there any more is no error. The leader must not have been reaped.
func (f *family) tellGroup(signals ...syscall.Signal) {
	for _, s := range signals {
		_ = syscall.Kill(-f.leader, s)
	}
}
