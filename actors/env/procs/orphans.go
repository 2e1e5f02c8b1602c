//go:build unix

package procs

import (
	"context"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"go.uber.org/zap"

	"curfew/bus/sleep"
)

// Times of ending the processes that an earlier daemon has left behind; all of them share these times.
const (
	orphanGrace = 3 * time.Second       // between TERM and KILL
	orphanLook  = 25 * time.Millisecond // between two looks
)

// running is a process as the system lists it.
type running struct {
	pid, parent, group, session int
	start                       uint64 // in clock ticks since the boot
	ended                       bool   // and not reaped
	name                        string
}

// EndOrphans ends the processes that an earlier daemon left behind, and returns when they have ended, which takes a few
// seconds at most. Call it before anything is started. A group that nothing proves to be the noted one is left alone,
// and so is a process that is still there after KILL; both are logged.
func (l *Ledger) EndOrphans(ctx context.Context) error {
	return l.endOrphans(ctx, orphanGrace, killTime)
}

func (l *Ledger) endOrphans(ctx context.Context, grace, kill time.Duration) error {
	notes, err := l.read()
	if err != nil {
		return err
	}
	notes = l.abandoned(notes)
	if !canLook && len(notes) > 0 {
		l.log.Warn("cron: the last daemon was killed while jobs ran; on this system their processes cannot be found",
			zap.Int("processes", len(notes)), zap.String("job", notes[0].note.Job))
	}
	h := &hunt{
		ledger: l, told: make(map[ident]syscall.Signal), strangers: make(map[mark]bool),
		pipes: make(map[ident][]uint64),
	}
	for _, e := range notes {
		if canLook && e.note.Boot == l.boot {
			h.notes = append(h.notes, e)
			continue
		}
		e.remove() // what ran before the boot is gone
	}
	return h.end(ctx, grace, kill)
}

// hunt is the search for what the notes name.
type hunt struct {
	ledger    *Ledger
	notes     []*entry                 // whose processes may still be there
	proven    bool                     // whether those that are left have been shown to be ours
	told      map[ident]syscall.Signal // the last signal that each process got
	strangers map[mark]bool            // who is known not to bear the run's variable: it never gets it later
	pipes     map[ident][]uint64       // what is each process's standard input, output and error
}

// mark is the question whether a process bears the variable of a run.
type mark struct {
	who ident
	run string
	by  writer
}

// end looks, and ends processes, until none is left.
func (h *hunt) end(ctx context.Context, grace, kill time.Duration) error {
	began := time.Now()
	for len(h.notes) > 0 {
		all, err := processes()
		if err != nil {
			return fmt.Errorf("procs: look for what an earlier daemon left behind: %w", err)
		}
		spent := time.Since(began)
		signal := syscall.SIGTERM
		if spent >= grace {
			signal = syscall.SIGKILL
		}
		h.round(all, signal)
		switch {
		case len(h.notes) == 0:
			return nil
		case spent >= grace+kill:
			for _, e := range h.notes {
				e.log().Error("cron: processes that an earlier daemon left behind do not end, even when killed",
					zap.Int("group", e.note.Group))
			}
			return nil // their notes stay
		}
		if err := sleep.For(ctx, orphanLook); err != nil {
			return fmt.Errorf("procs: ending what an earlier daemon left behind: %w", err)
		}
	}
	return nil
}

// round tells the processes that are left to end, and removes the notes that have none left. A group has to be proven
// in the first round only: its number cannot be used again while one of its members lives.
func (h *hunt) round(all []running, signal syscall.Signal) {
	left := h.notes[:0]
	forebears := ancestors(all)
	for _, e := range h.notes {
		group := e.group(all)
		if !h.proven && len(group) > 0 && !h.isProven(e, group) {
			e.log().Warn("cron: nothing proves that these processes belong to an earlier attempt: they are left alone",
				zap.Int("group", e.note.Group), zap.Strings("processes", names(group)))
			group, e.note.Group = nil, 0
		}
		members := h.descend(e, group, all)
		members = slices.DeleteFunc(members, func(p running) bool { return forebears[p.pid] })
		if len(members) == 0 {
			e.remove()
			continue
		}
		left = append(left, e)
		h.tell(e, members, signal)
	}
	h.notes, h.proven = left, true
}

// tell sends the signal to those who have not got it yet, and says so.
func (h *hunt) tell(e *entry, members []running, signal syscall.Signal) {
	members = slices.DeleteFunc(members, func(p running) bool { return h.told[p.ident()] == signal })
	if len(members) == 0 {
		return
	}
	what := "cron: an earlier daemon left processes behind: they are told to end"
	if signal == syscall.SIGKILL {
		what = "cron: processes that an earlier daemon left behind have not ended: they are killed"
	}
	e.log().Warn(what, zap.Strings("processes", names(members)))
	for _, p := range members {
		h.told[p.ident()] = signal
		p.signal(signal)
		if signal == syscall.SIGTERM {
			p.signal(syscall.SIGCONT) // else who was stopped does not hear it
		}
	}
}

// group returns the members of the noted group and session that are not older than its leader.
func (e *entry) group(all []running) (out []running) {
	if e.note.Group == 0 { // which is the kernel's own
		return nil
	}
	for _, p := range all {
		if (p.group == e.note.Group || p.session == e.note.Group) && e.mayBe(p) {
			out = append(out, p)
		}
	}
	return out
}

// mayBe reports whether a process is alive and not older than the noted one.
func (e *entry) mayBe(p running) bool { return !p.ended && p.start >= e.note.Start }

// isProven reports whether the members are the noted ones, and not a group that got the number later.
func (h *hunt) isProven(e *entry, members []running) bool {
	return slices.ContainsFunc(members, func(p running) bool {
		return p.pid == e.note.Group && p.start == e.note.Start || h.bears(p, e.note) ||
			share(e.note.Pipes, pipesOf(p.pid, true))
	})
}

// holds reports whether one of a process's standard streams is a pipe of the note. Who has lost it does not get it
// again.
func (h *hunt) holds(p running, e *entry) bool {
	if len(e.note.Pipes) == 0 {
		return false
	}
	held, known := h.pipes[p.ident()]
	if !known {
		held = pipesOf(p.pid, false)
		h.pipes[p.ident()] = held
	}
	return share(e.note.Pipes, held)
}

// bears reports whether a process has the variables of the noted one.
func (h *hunt) bears(p running, n note) bool {
	m := mark{p.ident(), n.Run, n.Daemon}
	if h.strangers[m] {
		return false
	}
	yes := hasRun(p.pid, n.Run, n.Daemon)
	if !yes {
		h.strangers[m] = true
	}
	return yes
}

// descend returns the group, every other process that has the run's variable or holds a pipe of it, and all their
// descendants.
func (h *hunt) descend(e *entry, group, all []running) []running {
	children := make(map[int][]running)
	for _, p := range all {
		children[p.parent] = append(children[p.parent], p)
		if e.mayBe(p) && (h.bears(p, e.note) || h.holds(p, e)) {
			group = append(group, p)
		}
	}
	found := make(map[int]bool, len(group))
	var out []running
	for len(group) > 0 {
		p := group[0]
		group = group[1:]
		if found[p.pid] {
			continue
		}
		found[p.pid] = true
		out = append(out, p)
		for _, c := range children[p.pid] {
			if e.mayBe(c) {
				group = append(group, c)
			}
		}
	}
	return out
}

// ancestors are this process and those that it descends from: a job may have started the daemon anew.
func ancestors(all []running) map[int]bool {
	parents := make(map[int]int, len(all))
	for _, p := range all {
		parents[p.pid] = p.parent
	}
	out := make(map[int]bool)
	for pid := os.Getpid(); pid != 0 && !out[pid]; pid = parents[pid] {
		out[pid] = true
	}
	return out
}

func (e *entry) log() *zap.Logger {
	return e.ledger.log.With(zap.String("job", e.note.Job), zap.String("run", e.note.Run),
		zap.Int("attempt", e.note.Attempt))
}

// signal sends the process a signal if the number is still its own. It is not an error if the process has ended.
func (p running) signal(s syscall.Signal) {
	target, err := os.FindProcess(p.pid) // holds on to the process, where the system can
	if err != nil {
		return
	}
	defer target.Release() //nolint:errcheck // it only gives back what was held
	if now, err := startOf(p.pid); err == nil && now == p.start {
		_ = target.Signal(s)
	}
}

func names(ps []running) []string {
	const most = 10
	out := make([]string, 0, min(len(ps), most))
	for _, p := range ps[:cap(out)] {
		out = append(out, fmt.Sprintf("%s (pid %d)", p.name, p.pid))
	}
	return out
}
