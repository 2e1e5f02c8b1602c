package api

import (
	"context"
	"net/http"
	"net/url"

	"curfew/internal/api/door"
	"curfew/internal/contract"
	"curfew/messages"
)

// OpenPath is where a ticket is taken: the dashboard has a page there.
const OpenPath = "/open"

// ticket makes a ticket. A browser gets none: whoever has stolen its cookie could go on for ever.
func (s *server) ticket(ctx context.Context, in ticketOf) (contract.Ticket, error) {
	switch {
	case s.tcp == nil:
		return contract.Ticket{}, contract.Conflict("the daemon does not listen on TCP, where a browser comes in; " +
			"start it without --listen off, on an address that is free")
	case door.IsBrowser(ctx):
		return contract.Ticket{}, NewProblem(http.StatusForbidden, "a browser gets no ticket for another one; run `curfew open`")
	}
	text, until := s.tcp.door.Ticket(in.Ticket.ReadOnly)
	path := OpenPath + "?" + url.Values{"ticket": {text}}.Encode()
	return contract.Ticket{URL: s.tcp.base + path, Path: path, ReadOnly: in.Ticket.ReadOnly, ExpiresAt: messages.At(until)}, nil
}
