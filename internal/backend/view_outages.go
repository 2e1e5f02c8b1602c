package backend

import (
	"cmp"
	"context"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// maxOutages bounds the outages of a timeline, the newest: a session whose gate closes all the time has many.
const maxOutages = 200

// outages fills in when sessions were not open. The past is that of the history; what is so now, the machine knows.
func (b backend) outages(ctx context.Context, t *contract.Timeline) error {
	gates, err := b.r.History().Sums().Gates(ctx, t.From)
	if err != nil {
		gates = recorder.Gates{} // Ready says it
	}
	t.Known = gates.Known
	changes := map[string][]recorder.Gate{}
	for _, g := range gates.Changes {
		changes[g.Session] = append(changes[g.Session], g)
	}
	for _, row := range t.Rows {
		if _, ok := changes[row.Session]; !ok && row.Session != "" {
			changes[row.Session] = nil
		}
	}
	return b.view(ctx, func(m *policy.Machine) {
		for session, past := range changes {
			if now, ok := m.Session(session); ok {
				t.Outages = append(t.Outages, outagesOf(now, past, t.From, t.Now)...)
			}
		}
		slices.SortFunc(t.Outages, func(a, b contract.Outage) int { return cmp.Compare(b.From, a.From) })
		t.Outages = t.Outages[:min(len(t.Outages), maxOutages)]
		slices.SortFunc(t.Outages, func(a, b contract.Outage) int {
			return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.From, b.From))
		})
	})
}

// outagesOf are the spans of a session in which it was not open, from an instant up to now.
func outagesOf(s policy.SessionView, past []recorder.Gate, from, now messages.Instant) (out []contract.Outage) {
	past = slices.Clone(past)
	if n := len(past); n == 0 || past[n-1].State != s.State { // the history is behind, or does not reach back so far
		past = append(past, recorder.Gate{At: s.Since, Session: s.Name, State: s.State, Reason: s.Reason})
	}
	for i, g := range past {
		if g.State == messages.StateOpen {
			continue
		}
		o := contract.Outage{Session: s.Name, State: g.State, Reason: g.Reason, From: max(g.At, from)}
		if i+1 < len(past) {
			o.To = past[i+1].At
		}
		if (o.To.IsZero() || o.To > o.From) && o.From < now {
			out = append(out, o)
		}
	}
	return out
}
