package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"curfew/messages"
)

// snapshotFormat is the version of the lines; it is raised when an older build could not read them rightly.
const snapshotFormat = 1

// An Image is a copy of the machine's whole state, which stays as it is while the machine goes on. Making it
// costs a fraction of a microsecond per job; writing it out costs more, and can be done elsewhere.
type Image struct {
	head     head
	sessions []session
	outbox   []Letter
	jobs     []jobImage
}

// entry is a line of a snapshot: one of its members.
type entry struct {
	Machine     *head            `json:"machine,omitempty"`
	Session     *session         `json:"session,omitempty"`
	Undelivered *messages.Record `json:"undelivered,omitempty"`
	To          []string         `json:"to,omitempty"` // the targets that have not answered it; left out: the log
	Job         *jobImage        `json:"job,omitempty"`
}

// head is the first line. Its counts tell whether all the others are there.
type head struct {
	Format        int                    `json:"format"`
	PolicyVersion int                    `json:"policy_version"` // of the rules that made it
	Release       messages.ReleaseConfig `json:"release"`
	Notify        []string               `json:"notify,omitempty"`
	Reports       []string               `json:"reports,omitempty"`
	Lanes         []messages.LaneConfig  `json:"lanes"`
	Sessions      int                    `json:"sessions"`
	Undelivered   int                    `json:"undelivered"`
	Untold        []untold               `json:"untold,omitempty"`
	Tell          alarm                  `json:"tell,omitzero"`
	Jobs          int                    `json:"jobs"`
	Back          messages.ClockSetBack  `json:"back,omitzero"`
	Epoch         int                    `json:"epoch,omitzero"` // how often the clock was set back
	Stopped       bool                   `json:"stopped,omitzero"`
	Latest        messages.Instant       `json:"latest"` // the latest time that it has shown since
}

type jobImage struct {
	jobState
	Runs []run `json:"runs"`
}

// Image copies the state. Queues are not in it: they follow from the rest.
func (m *Machine) Image() *Image {
	i := &Image{
		head: head{
			Format: snapshotFormat, PolicyVersion: Version, Release: m.release, Notify: m.notify, Reports: m.reports,
			Stopped: m.stopped, Sessions: len(m.sessions), Undelivered: len(m.outbox.letters), Jobs: len(m.jobs), Tell: m.tell, Epoch: m.epoch, Back: m.back, Latest: m.latest,
		},
		outbox: m.Undelivered(),
		jobs:   make([]jobImage, 0, len(m.jobs)),
	}
	for _, key := range sorted(m.untold) {
		i.head.Untold = append(i.head.Untold, *m.untold[key]) // its lists are never changed in place
	}
	for name, l := range m.lanes {
		i.head.Lanes = append(i.head.Lanes, messages.LaneConfig{Actor: name, Size: l.size})
	}
	for _, s := range m.sessions {
		i.sessions = append(i.sessions, s.clone())
	}
	for _, j := range m.jobs {
		c := jobImage{jobState: j.jobState}
		for _, r := range j.runs {
			c.Runs = append(c.Runs, r.clone())
		}
		i.jobs = append(i.jobs, c)
	}
	return i
}

func (r *run) clone() run {
	c := *r
	c.Expired = slices.Clone(r.Expired)
	return c
}

func (s *session) clone() session {
	c := *s
	c.lines, c.trials, c.parked, c.unasked = nil, heapOf{}, nil, nil
	for _, a := range s.unasked {
		c.Unasked = append(c.Unasked, a.id)
	}
	c.Confirmers = slices.Clone(s.Confirmers)
	for i := range c.Confirmers {
		c.Confirmers[i].Runs = slices.Clone(c.Confirmers[i].Runs)
	}
	return c
}

// Lines is the state as lines of JSON, without their ends: equal states give equal lines.
func (i *Image) Lines() iter.Seq2[[]byte, error] {
	slices.SortFunc(i.head.Lanes, func(a, b messages.LaneConfig) int { return cmp.Compare(a.Actor, b.Actor) })
	slices.SortFunc(i.sessions, func(a, b session) int { return cmp.Compare(a.Config.Name, b.Config.Name) })
	slices.SortFunc(i.jobs, func(a, b jobImage) int { return cmp.Compare(a.Def.Job, b.Def.Job) })
	return func(yield func([]byte, error) bool) {
		line := func(e entry) bool {
			b, err := json.Marshal(e)
			if err != nil {
				err = fmt.Errorf("policy: snapshot: %w", err)
			}
			return yield(b, err) && err == nil
		}
		if !line(entry{Machine: &i.head}) {
			return
		}
		for k := range i.sessions {
			if !line(entry{Session: &i.sessions[k]}) {
				return
			}
		}
		for k := range i.outbox {
			if !line(entry{Undelivered: &i.outbox[k].Record, To: i.outbox[k].To}) {
				return
			}
		}
		for k := range i.jobs {
			if !line(entry{Job: &i.jobs[k]}) {
				return
			}
		}
	}
}
