// Package api is Curfew's HTTP interface over a Unix socket, and the client of it that the commands
// use. It is not the runtime: what it serves and what it asks for goes through [Backend].
//
// An absent value is null and never left out; times are RFC 3339 in UTC with milliseconds; errors are
// problem+json (RFC 9457); lists are {items, next}.
package api

// List is a page of a list. Next goes into ?after= for the rest; null: there is none.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Readiness is the body of /readyz.
type Readiness struct {
	Status string   `json:"status"` // "ok"
	Notes  []string `json:"notes"`  // what people should look at although the runtime does its work, a line each
}

// Health is the body of /healthz.
type Health struct {
	Status string `json:"status"` // "ok"
}
