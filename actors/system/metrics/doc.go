// Package metrics counts what the log says, for Prometheus. It is a reader like any other: nothing waits for it, and
// what it counts is what was decided, not what somebody meant to do. What is a state and not an event, such as a gate or
// a lane, is asked for when somebody scrapes ([Config.Look]).
//
// Counters begin at zero with each start of the runtime, as Prometheus expects. Labels are actor types, sessions, states
// and reasons, never jobs or runs: a million jobs are as many series as ten. The names are in docs/metrics.md, which a
// test compares with what is registered.
package metrics
