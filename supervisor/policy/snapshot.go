package policy

import (
	"encoding/json"
	"fmt"

	"curfew/messages"
)

// snapshot is the machine's whole state in a fixed order; queues are derived from it.
type snapshot struct {
	Version  int                    `json:"version"` // of the rules that made it
	Release  messages.ReleaseConfig `json:"release"`
	Lanes    []messages.LaneConfig  `json:"lanes"`
	Sessions []*session             `json:"sessions"`
	Jobs     []jobSnapshot          `json:"jobs"`
}

type jobSnapshot struct {
	Def       *messages.Definition `json:"def"`
	Gone      bool                 `json:"gone"`
	Judged    bool                 `json:"judged"`
	Spent     bool                 `json:"spent"`
	Paused    bool                 `json:"paused"`
	Since     messages.Instant     `json:"since"`
	Abandoned int                  `json:"abandoned"`
	Runs      []*run               `json:"runs"`
}

// Snapshot is the state as text: equal states give equal bytes.
func (m *Machine) Snapshot() ([]byte, error) {
	s := snapshot{Version: Version, Release: m.release}
	for _, name := range sorted(m.lanes) {
		s.Lanes = append(s.Lanes, messages.LaneConfig{Actor: name, Size: m.lanes[name].size})
	}
	for _, name := range sorted(m.sessions) {
		s.Sessions = append(s.Sessions, m.sessions[name])
	}
	for _, name := range sorted(m.jobs) {
		j := m.jobs[name]
		s.Jobs = append(s.Jobs, jobSnapshot{
			Def: j.def, Gone: j.gone, Judged: j.judged, Spent: j.spent, Paused: j.paused, Since: j.since, Abandoned: j.abandoned, Runs: j.runs,
		})
	}
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("policy: snapshot: %w", err)
	}
	return b, nil
}

// Restore makes a machine of a snapshot.
func Restore(b []byte) (*Machine, error) {
	var s snapshot
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("policy: restore: %w", err)
	}
	m := New()
	m.release = s.Release
	for _, l := range s.Lanes {
		m.lane(l.Actor).size = l.Size
		m.dirty[l.Actor] = true
	}
	for _, x := range s.Sessions {
		x.queues, x.parked = newSession().queues, newSession().parked
		m.sessions[x.Config.Name] = x
	}
	for _, js := range s.Jobs {
		m.restoreJob(js)
	}
	return m, nil
}

func (m *Machine) restoreJob(js jobSnapshot) {
	j := &job{
		def: js.Def, gone: js.Gone, judged: js.Judged, spent: js.Spent, paused: js.Paused, since: js.Since,
		abandoned: js.Abandoned, runs: js.Runs,
	}
	m.jobs[j.def.Job] = j
	for _, r := range j.runs {
		m.runs[r.ID] = r
		if r.InFlight {
			j.busy = r
			m.lane(r.Lane).busy++
			if s := m.sessions[r.Session]; s != nil {
				s.busy++
			}
		}
	}
	for _, r := range j.runs {
		m.park(r)
	}
	m.refresh(j)
}
