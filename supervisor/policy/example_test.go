package policy_test

import (
	"fmt"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// The machine is told facts, each with the time and its number, and answers with what follows.
func ExampleMachine_Decide() {
	m, at := policy.New(), messages.At(time.Date(2027, time.January, 15, 7, 0, 0, 0, time.UTC))
	for i, fact := range []messages.Fact{
		messages.RuntimeConfigured{Sessions: []messages.SessionConfig{{Name: "default"}}, Lanes: []messages.LaneConfig{{Actor: "agent", Size: 4}}},
		messages.JobDefined{Kept: messages.Keep(messages.Definition{
			Job: "briefing", Actor: "agent", Gated: true, Session: "default", Timetable: messages.Timetable{Schedule: "@daily"},
		})},
		messages.SessionExpired{Session: "default", Generation: 1, Source: "my-proxy", Reason: "401"},
		messages.RunRequested{Job: "briefing", Request: "r1", By: "ada"},
		messages.SessionRestored{Session: "default", By: "ada"},
	} {
		fmt.Println(fact.Name())
		for _, d := range m.Decide(at, uint64(i+1), fact).All() {
			fmt.Println("  →", d.Name())
		}
	}
	// Output:
	// runtime.configured.v1
	//   → gate.opened.v1
	// job.defined.v1
	// session.expired.v1
	//   → gate.closed.v1
	//   → notification.requested.v1
	// run.requested.v1
	//   → run.queued.v1
	//   → run.held.v1
	// session.restored.v1
	//   → gate.probing.v1
	//   → attempt.started.v1
	//   → wake.scheduled.v1
}
