package contract

import (
	"context"

	"curfew/messages"
)

// EventQuery selects records of the journal, as they come.
type EventQuery struct {
	Job     string `query:"job"`     // only records about this job
	Session string `query:"session"` // only records about this session
	Type    string `query:"type"`    // only these messages and topics, such as run.finished or session, with commas between
	// After is a seq: what comes after that record. Left out: what comes from now on. 0: from the oldest record that is
	// kept.
	After string `header:"Last-Event-ID"`
}

// Events is the records that a query selects, in order.
type Events interface {
	// Next waits for the next records, or until ctx ends, which is its error. It returns at least one record, or how far
	// it has looked without finding one.
	Next(ctx context.Context) (records []messages.Record, looked uint64, err error)
	// Close ends it.
	Close()
}
