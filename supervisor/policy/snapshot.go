package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"curfew/messages"
)

// Snapshot is the state as text, a line after the other: equal states give equal bytes.
func (m *Machine) Snapshot() ([]byte, error) {
	var b []byte
	itself := func(f func(*Machine)) error { f(m); return nil }
	for line, err := range m.Image().lines(itself, All) {
		if err != nil {
			return nil, err
		}
		b = append(append(b, line...), '\n')
	}
	return b, nil
}

// Restore makes a machine of a snapshot.
func Restore(b []byte) (*Machine, error) {
	return RestoreLines(func(yield func([]byte, error) bool) {
		for line := range bytes.Lines(b) {
			if !yield(line, nil) {
				return
			}
		}
	})
}

// RestoreLines makes a machine of the lines of an [Image]. It fails on a line that it does not understand
// whole, on one that is missing, and with the error that comes with a line.
func RestoreLines(lines iter.Seq2[[]byte, error]) (*Machine, error) {
	m := New()
	var h *head
	for line, err := range lines {
		var e entry
		if err == nil {
			e, err = m.readEntry(line)
		}
		if err == nil && (h == nil) != (e.Machine != nil) {
			err = errors.New("the first line, and no other, must be the machine's")
		}
		if err != nil {
			return nil, fmt.Errorf("policy: restore: %w", err)
		}
		if e.Machine != nil {
			h = e.Machine
		}
		m.restore(e)
	}
	if h == nil || h.Sessions != len(m.sessions) || h.Undelivered != len(m.outbox.letters) || h.Jobs != len(m.jobs) {
		return nil, errors.New("policy: restore: lines are missing")
	}
	m.restoreUnasked()
	if m.latest.IsZero() {
		m.restoreLatest()
	}
	return m, nil
}

// defined is how the line of a job begins.
var defined = []byte(`{"job":{"def":`)

func (m *Machine) readEntry(line []byte) (e entry, err error) {
	// Most lines are those of jobs, and most of each is a definition: that is read without encoding/json if it can be.
	if raw, ok := bytes.CutPrefix(line, defined); ok {
		d, rest, ok := m.shelf.Read(raw)
		if rest, more := bytes.CutPrefix(rest, []byte(",")); ok && more {
			e.Job, line = &jobImage{jobState: jobState{Def: d}}, append([]byte(`{"job":{`), rest...)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return e, err
	}
	switch {
	case e.Machine != nil && e.Machine.Format != snapshotFormat:
		return e, fmt.Errorf("it has format %d, this build reads %d", e.Machine.Format, snapshotFormat)
	case e.Machine == nil && e.Session == nil && e.Undelivered == nil && (e.Job == nil || e.Job.Def == nil):
		return e, errors.New("a line has none of the members of a snapshot")
	}
	return e, nil
}

func (m *Machine) restore(e entry) {
	switch {
	case e.Machine != nil:
		m.back, m.epoch, m.latest, m.stopped = e.Machine.Back, e.Machine.Epoch, e.Machine.Latest, e.Machine.Stopped
		m.release, m.notify, m.reports, m.tell = e.Machine.Release, e.Machine.Notify, e.Machine.Reports, e.Machine.Tell
		for k := range e.Machine.Untold {
			u := &e.Machine.Untold[k]
			m.untold[about(u.Notice)] = u
		}
		for _, n := range e.Machine.Nodes {
			n.hash = hashOf(n.Joined.Node)
			m.nodes[n.Joined.Node] = n
		}
		for _, l := range e.Machine.Lanes {
			m.lane(l.Actor).size = l.Size
			m.markLane(m.lane(l.Actor))
		}
	case e.Session != nil:
		s := e.Session
		s.trials, s.parked = newSession().trials, newSession().parked
		m.sessions[s.Config.Name] = s
		m.listSession(s.Config.Name, s)
	case e.Undelivered != nil:
		if len(e.To) == 0 {
			e.To = logOnly // it was the only target of the build that wrote this
		}
		m.applyLetter(*e.Undelivered, e.To)
	default:
		m.restoreJob(e.Job)
	}
}

func (m *Machine) restoreJob(i *jobImage) {
	j := &job{jobState: i.jobState}
	if !i.seldom.isZero() {
		rare := i.seldom // by itself: the image is not to be kept
		j.rare = &rare
	}
	m.jobs[j.Def.Job] = j
	m.number(j)
	m.regroup(j)
	for k := range i.Runs {
		r := &i.Runs[k]
		r.job = j
		j.runs = append(j.runs, r)
		m.applyOwnKey(r)
		if !r.InFlight {
			continue
		}
		j.flying++
		r.lane = m.lane(r.Lane)
		r.lane.busy++
		m.countOn(r.Node, 1)
		if s := m.session(r.Session); s != nil {
			s.busy++
			if s.Canary == r.ID {
				s.canaryOf = r.Job
			}
		}
	}
	for _, r := range j.runs {
		m.applyPark(r)
	}
	m.applyFollows(j, nil)
	m.refresh(j)
}

// restoreUnasked finds the runs of which the images of the sessions have the ids.
func (m *Machine) restoreUnasked() {
	runs := make(map[messages.RunID]*run)
	for _, j := range m.active {
		for _, r := range j.runs {
			runs[r.ID] = r
		}
	}
	for _, s := range m.sessions {
		s.unasked = nil
		for _, id := range s.Unasked {
			r := runs[id]
			if r == nil {
				r = new(run) // it is over
			}
			s.unasked = append(s.unasked, asked{id, r})
		}
		s.Unasked = nil
	}
}
