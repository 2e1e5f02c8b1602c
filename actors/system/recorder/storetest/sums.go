package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

func marks(t *testing.T, s *stage) {
	s.take(ran("a1", "a", "succeeded")...) // ends at 4 s
	s.take(ran("b1", "b", "failed")...)    // ends at 8 s
	s.take(Queued("a2", "a"), Started("a2", 1, 1))
	list := func(q recorder.MarkQuery) string {
		found, err := s.store.Marks(t.Context(), q)
		s.must(err)
		var out []string
		for _, m := range found {
			out = append(out, fmt.Sprintf("%s %s %s %d-%d", m.ID, m.Job, m.Status, m.StartedAt/1000, m.FinishedAt/1000))
		}
		return strings.Join(out, ", ")
	}
	s.expect("all", list(recorder.MarkQuery{Limit: 9}), "a2 a running 10-0, b1 b failed 6-8, a1 a succeeded 2-4")
	s.expect("of a job", list(recorder.MarkQuery{Job: "a", Limit: 9}), "a2 a running 10-0, a1 a succeeded 2-4")
	s.expect("since", list(recorder.MarkQuery{Since: 5000, Limit: 9}), "a2 a running 10-0, b1 b failed 6-8")
	s.expect("looked at", list(recorder.MarkQuery{Since: 9000, Limit: 2}), "a2 a running 10-0")
}

func (s *stage) gates(since messages.Instant) string {
	s.t.Helper()
	g, err := s.store.Gates(s.t.Context(), since)
	s.must(err)
	out := []string{fmt.Sprintf("known %d", g.Known/1000)}
	for _, c := range g.Changes {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", c.At/1000, c.Session, c.State, c.Reason)))
	}
	return strings.Join(out, ", ")
}

func gates(_ *testing.T, s *stage) {
	s.expect("none", s.gates(0), "known 0")
	s.take(messages.GateOpened{Session: "x"}, messages.GateClosed{Session: "x", Reason: "401"}, messages.GateClosed{Session: "y", Reason: "quota", Until: 9000},
		messages.GateProbing{Session: "x"}, messages.GateOpened{Session: "x"}, messages.GateOpened{Session: "x", Generation: 2})
	s.expect("all", s.gates(0), "known 1, 1 x open, 2 x closed 401, 3 y closed quota, 4 x probing, 5 x open")
	s.expect("with what was before", s.gates(4500), "known 1, 3 y closed quota, 4 x probing, 5 x open")
	s.must(s.store.Skip(100, nil))
	s.seq = 101
	s.take(messages.GateClosed{Session: "x", Reason: "401"})
	s.expect("beyond a gap", s.gates(5500), "known 101, 3 y closed quota, 5 x open, 101 x closed 401")
}

func manyGates(_ *testing.T, s *stage) {
	const more = 10
	for s.seq <= recorder.MaxGates+more {
		var batch []messages.Body
		for range 500 {
			batch = append(batch, messages.GateOpened{Session: "x"}, messages.GateClosed{Session: "x"})
		}
		s.take(batch...)
	}
	g, err := s.store.Gates(s.t.Context(), 0)
	s.must(err)
	if len(g.Changes) != recorder.MaxGates || g.Known != g.Changes[0].At {
		s.t.Errorf("%d changes are kept, all since %v; the first is of %v", len(g.Changes), g.Known, g.Changes[0].At)
	}
}

// asked is a run of an agent.
func asked(id, job string, u messages.Usage) []messages.Body {
	return []messages.Body{
		Queued(id, job), Started(id, 1, 1),
		messages.AttemptFailed{AttemptRef: Ref(id, 1, 1), Class: messages.ClassTransient, Usage: &u},
		messages.AttemptInterrupted{AttemptRef: Ref(id, 1, 1), Usage: &u}, // the attempt has ended already
		Started(id, 2, 1),
		messages.AttemptSucceeded{AttemptRef: Ref(id, 2, 1), Usage: &u},
		Finished(id, job, "succeeded", ""),
	}
}

func (s *stage) spend(from messages.Instant) string {
	s.t.Helper()
	list, err := s.store.Spend(s.t.Context(), from)
	s.must(err)
	out := []string{fmt.Sprintf("known %d", list.Known/1000)}
	for _, p := range list.Quarters {
		out = append(out, fmt.Sprintf("%d %q %d/%d/%d", p.At/1000, p.Session, p.Calls, p.InputTokens, p.OutputTokens))
	}
	return strings.Join(out, ", ")
}

func (s *stage) jobSpend(from messages.Instant, limit int) string {
	s.t.Helper()
	list, err := s.store.JobSpend(s.t.Context(), from, limit)
	s.must(err)
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprintf("%s %d/%d/%d", p.Job, p.Calls, p.InputTokens, p.OutputTokens))
	}
	return strings.Join(out, ", ")
}

func spends(_ *testing.T, s *stage) {
	s.take(messages.Defined(messages.Definition{Job: "a", Session: "desk"}),
		messages.Defined(messages.Definition{Job: "b", Session: "desk", OwnKey: true}))
	s.take(asked("a1", "a", messages.Usage{Calls: 2, InputTokens: 10, OutputTokens: 1})...)
	s.take(asked("b1", "b", messages.Usage{Calls: 1, InputTokens: -5, OutputTokens: 1 << 62})...)
	s.take(ran("c1", "c", "succeeded")...)
	s.seq = 900 // the next quarter of an hour
	s.take(asked("a2", "a", messages.Usage{Calls: 1, InputTokens: 100, OutputTokens: 3})...)
	s.expect("by session", s.spend(0), `known 1, 0 "" 2/0/1125899906842624, 0 "desk" 4/20/2, 900 "desk" 2/200/6`)
	s.expect("since", s.spend(900_000), `known 1, 900 "desk" 2/200/6`)
	s.expect("by job", s.jobSpend(0, 9), "b 2/0/1125899906842624, a 6/220/8")
	s.expect("the most", s.jobSpend(0, 1), "b 2/0/1125899906842624")
	s.expect("by job since", s.jobSpend(900_000, 9), "a 2/200/6")
}

func oldSpend(_ *testing.T, s *stage) {
	s.take(messages.Defined(messages.Definition{Job: "a", Session: "desk"}))
	s.take(asked("a1", "a", messages.Usage{Calls: 1})...)
	day := messages.Instant((24 * time.Hour).Milliseconds())
	s.must(s.store.Forget(3 * day))
	s.expect("of a job", s.jobSpend(0, 9), "")
	s.expect("of a session", s.spend(0), `known 1, 0 "desk" 2/0/0`)
	s.must(s.store.Forget(10 * day))
	s.expect("of a session", s.spend(0), "known 1")
}
