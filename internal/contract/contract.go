// Package contract is what all faces of a runtime share: the questions that can be asked, the bodies of the answers,
// the kinds of refusal, and the [Backend] that answers. It knows neither the engine, which internal/backend asks, nor
// HTTP, which internal/api speaks.
//
// In JSON an absent value is null and never left out. Times are RFC 3339 in UTC with milliseconds, and lists are
// {items, next}.
package contract

import "curfew/messages"

// List is a page of a list. Next is the [Page.After] of the rest; null: there is none.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// RunList is a page of runs.
type RunList struct {
	List[Run]
	// HistoryBehind is how many records the run history has yet to take in, if it is too far behind to be waited for: what
	// happened since is missing from the list. Null: nothing is missing.
	HistoryBehind *uint64 `json:"history_behind"`
}

// JobList is a page of jobs.
type JobList struct {
	List[Job]
	// HistoryBehind is how many records the run history has yet to take in, if it is too far behind to be waited for: the
	// last runs of jobs, and since when they fail, are older than that. Null: they are not.
	HistoryBehind *uint64 `json:"history_behind"`
}

// NodeList is a page of nodes.
type NodeList struct {
	List[Node]
	// AsOf is the time of the newest record that the answering node has, if it does not reach the servers of its fleet:
	// what happened since is not in the list. Null: it reaches them.
	AsOf messages.Instant `json:"as_of"`
}

// ListOf is a page of items; next is empty at the end.
func ListOf[T any](items []T, next string) List[T] {
	return List[T]{Items: OrEmpty(items), Next: OrNull(next)}
}

// Readiness is the body of /readyz.
type Readiness struct {
	Status string   `json:"status"` // "ok"
	Notes  []string `json:"notes"`  // what people should look at although the runtime works, one line each
}

// Health is the body of /healthz.
type Health struct {
	Status string `json:"status"` // "ok"
}

// OrNull is nil, which is null in JSON, for the zero value.
func OrNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// OrEmpty is the list, or one that is [] and not null in JSON.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
