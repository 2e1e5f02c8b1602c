package procs

import (
	"os"

	"golang.org/x/sys/unix"
)

// members returns the processes of the list that belong to the family and have not ended. A process belongs to it if
// its nearest ancestor that was started here is the leader. A process without parents is a child of this program, which
// is a subreaper. It belongs to the family if it was seen in it before; or is in its session or group; or has
// CURFEW_RUN of its run while no other process of that run is alive; or holds a pipe of the leader; or has neither and
// can belong to nothing else. All its descendants belong to the family, too.
func (f *family) members(all []running) (out []running) {
	f.unclear, f.unborn = nil, false
	t := tree{family: f, byPid: make(map[int]running, len(all)), ours: make(map[int]bool)}
	t.leaders, t.since = own.leading()
	for _, p := range all {
		t.byPid[p.pid] = p
	}
	t.alone = true
	for pid, other := range t.leaders {
		if pid != f.leader && other.run == f.run {
			t.alone = false
		}
	}
	for _, p := range all {
		if !p.ended && t.belongs(p, maxDepth) {
			out = append(out, p)
		}
	}
	return out
}

// maxDepth bounds how far ancestors are followed: the list is not taken at one moment, so it may have a ring.
const maxDepth = 1000

// tree is a list of processes as a family sees it.
type tree struct {
	*family
	byPid   map[int]running
	ours    map[int]bool   // what was found out
	leaders map[int]leader // what was started here
	since   uint64         // who is not older, and no leader, may be about to be one
	alone   bool           // nothing else was started here for the run
}

func (t *tree) belongs(p running, depth int) (yes bool) {
	if known, ok := t.ours[p.pid]; ok {
		return known
	}
	defer func() { t.ours[p.pid] = yes }()
	if p.pid == t.leader {
		return true
	}
	if _, other := t.leaders[p.pid]; other || depth == 0 || p.pid == os.Getpid() || own.isKept(p.ident()) {
		return false
	}
	if t.seen[p.ident()] {
		return true
	}
	if p.parent == os.Getpid() {
		return t.adopted(p)
	}
	parent, ok := t.byPid[p.parent]
	return ok && t.belongs(parent, depth-1)
}

// adopted reports whether a process that has lost its parents was the family's.
func (t *tree) adopted(p running) bool {
	if p.session == t.leader || p.group == t.leader {
		return true
	}
	if _, others := t.leaders[p.session]; others {
		return false
	}
	if p.start >= t.since { // seen between its start and the moment at which it is known
		t.unborn = true
		return false
	}
	run := runBy(p.pid)
	if run != "" && run != t.run {
		return false
	}
	if run != "" && t.alone {
		return true
	}
	if holds := t.whoGave(p); holds != 0 {
		return holds == t.leader
	}
	return run == "" && t.stray(p)
}

// whoGave returns the leader whose pipe is a standard stream of an adopted process; 0: none. Other descriptors do not
// count: between fork and exec a child of this program has all of the program's descriptors.
func (t *tree) whoGave(p running) (leader int) {
	held := pipesOf(p.pid, false)
	if len(held) == 0 {
		return 0
	}
	for pid, l := range t.leaders {
		if share(held, l.pipes) && !t.older(p, pid) {
			if pid == t.leader {
				return pid
			}
			leader = pid
		}
	}
	return leader
}

// older reports whether a process is older than one that was started here.
func (t *tree) older(p running, leader int) bool {
	l, ok := t.byPid[leader]
	return ok && p.start < l.start
}

// stray reports whether an adopted process without a mark can only belong to this family: this program did not start
// it, and nothing else that was started here before it is left. A family that may keep what it leaves takes such a
// process as its own in any case. The first process of a container also adopts processes that were never started here.
// A process that may belong to this family or to another is unclear.
func (t *tree) stray(p running) bool {
	session, err := unix.Getsid(0)
	if err != nil || p.session == session || own.isForeign(p.session) || t.older(p, t.leader) {
		return false
	}
	if os.Getpid() == 1 || p.session == p.pid || t.mayBeAnothers(p) {
		if !p.ended && !t.keeps {
			t.unclear = append(t.unclear, p)
		}
		return false
	}
	return true
}

// mayBeAnothers reports whether something else that was started here can have been the parent.
func (t *tree) mayBeAnothers(p running) bool {
	for pid := range t.leaders {
		if _, there := t.byPid[pid]; there && pid != t.leader && !t.older(p, pid) && !t.keeps {
			return true
		}
	}
	return false
}
