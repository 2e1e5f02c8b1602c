package contract

import "context"

// SessionsView is what every page asks, since every page says which sessions are not open.
type SessionsView interface {
	// ShutSessions are the sessions that are not open, the closed ones first and then by name, at most limit, and how many
	// there are in all.
	ShutSessions(ctx context.Context, limit int) (items []Session, all int, err error)
}
