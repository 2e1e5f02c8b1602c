// Package api is Curfew's HTTP interface over a Unix socket, and the client that the commands use. It does not run
// anything: it asks a [Backend].
//
// An absent value is null and never left out. Times are RFC 3339 in UTC with milliseconds, errors are problem+json
// (RFC 9457), and lists are {items, next}.
package api

// List is a page of a list. Next goes into ?after= for the rest; null: there is none.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
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
