package memory

import (
	"context"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Ends are the ends of the last runs.
func (m *Store) Ends(_ context.Context, after uint64) (ends []recorder.End, upto uint64, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for name, j := range m.jobs {
		if j.noted > after && !j.end.IsZero() && !j.removed {
			ends = append(ends, recorder.End{Job: name, At: j.end})
		}
	}
	return ends, m.cursor, nil
}

// Newest are the newest runs of each of these jobs.
func (m *Store) Newest(_ context.Context, jobs []string, each int) (map[string][]recorder.Mark, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make(map[string][]recorder.Mark, len(jobs))
	for _, name := range jobs {
		j := m.jobs[name]
		if j == nil {
			continue
		}
		for _, r := range slices.Backward(j.runs) {
			if len(out[name]) < each && r.Reason != messages.FinishCoalesced {
				out[name] = append(out[name], recorder.MarkOf(r))
			}
		}
	}
	return out, nil
}
