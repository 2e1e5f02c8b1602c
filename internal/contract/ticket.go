package contract

import "curfew/messages"

// TicketFor is the body of POST /v1/tickets.
type TicketFor struct {
	ReadOnly bool `json:"read_only"` // the browser may look, and change nothing
}

// Ticket is a link that signs a browser in to the dashboard. It works once.
type Ticket struct {
	URL       string           `json:"url"`  // for a browser of the daemon's machine
	Path      string           `json:"path"` // of the URL, with its query, where the daemon has another name
	ReadOnly  bool             `json:"read_only"`
	ExpiresAt messages.Instant `json:"expires_at"`
}
