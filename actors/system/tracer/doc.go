// Package tracer sends what the log says as OpenTelemetry traces: a span for each run, in it one for each attempt, in
// that one for each model call and tool call of an agent. It is a reader like any other: nothing waits for it, and what
// a collector does not take is dropped.
//
// The ids of a trace and its spans are hashes of the run's id ([TraceID]), so that they need no memory, and the trace of
// a run is found from `run show`. What agents said, and what tools were told and have answered, is not sent: it is in
// the journal.
//
// The names of attributes are those of OpenTelemetry's semantic conventions for generative AI, v1.41.0, the last version
// of the Go package that has them: v1.42.0 and v1.43.0 have none, as they moved into a repository of their own. gen_ai.system
// has been gen_ai.provider.name since v1.37.0.
package tracer
