// Package policy is the one decider of Curfew: a pure machine over all jobs, runs, sessions and lanes
// that is stepped once per fact, in log order, and answers with decisions. It reads no clock, starts no
// goroutine, does no I/O, draws no random number and logs nothing; it decides from facts alone, so a
// journal of facts gives the same decisions at every replay.
//
// The rules are those of docs/design.md §7 and §8. Functions named apply* change the state, for facts and
// decisions alike; nothing else does (applied_test.go). Recovery runs them without the rules. In reading
// order:
//
//	machine.go     Decide and Apply; state.go, session.go, alarm.go: what the machine knows
//	admit.go       which facts are let in; admit_config.go: which settings and jobs; admit_node.go: which nodes
//	decide.go      the one dispatch, from a fact to its rule; emit.go: how a rule decides, decisions.go: what comes of it
//	apply.go       the other one, from a fact or a decision to what it changes: apply_*.go
//
// The story of a run:
//
//	slots.go       a slot passes: pause, gate, overlap (overlap.go); missed.go: catch-up and backfill
//	chain.go       a run ends, and jobs that follow its own get a slot
//	commands.go    run now, cancel, remove
//	holds.go       what keeps a run from starting; fold.go: held runs of a job become one
//	start.go       what can start, starts; line.go: which job waits where, heap.go: in which order
//	group.go       jobs of one lane and one gate, and how many; names.go: sorted lists, so that a page costs a page
//	attempts.go    an attempt ends; failure.go: what its failure says about the session
//	retry.go       the pause before the next attempt; interrupt.go: the runtime ended under it
//	timers.go      a timer goes off
//	budget.go      what the model calls of a job may cost in a day
//	node.go        where attempts are performed; pool.go: which node a job belongs to
//
// The story of a session:
//
//	gate.go        closed, probing, open; the canary
//	ration.go      what waited is let go at the set pace
//	quota.go       a quota closes the gate until it is renewed
//	refresh.go     a session that gets new credentials by itself; forecast.go: one that will lapse
//	circuit.go     a backend that does not answer
//
// What people hear of it:
//
//	notices.go     notifications, summaries, error reports
//	deliver.go     outputs, and failures once per incident
//	outbox.go      what is not answered yet; untold.go, retell.go: what no target has taken is sent again
//
// Around it:
//
//	clock.go       a clock that is set back
//	view.go        the state for people: view_jobs.go, view_session.go, view_outbox.go, view_load.go, view_lanes.go,
//	               view_chain.go, view_node.go
//	inflight.go    what a restart finds in flight; pending.go: the timers that it arms again
//	image.go       a copy of the state; snapshot.go: a machine from its lines
//	expiry_text.go what of a text says that a session has expired
package policy
