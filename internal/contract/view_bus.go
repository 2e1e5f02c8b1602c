package contract

import (
	"context"
	"io"

	"curfew/messages"
)

// BusView is what the pages of the bus ask.
type BusView interface {
	// Records are the newest records that a query selects, before a place.
	Records(ctx context.Context, q RecordQuery) (Records, error)
	// Chain is a record with what it follows from, and what follows from it.
	Chain(ctx context.Context, seq uint64) (Chain, error)
	// Span finds a part of the journal that can be replayed alone.
	Span(ctx context.Context, from, to Place) (Span, error)
}

// RecordQuery selects records of the journal.
type RecordQuery struct {
	EventQuery        // but for After
	Before     uint64 // only records before this seq; 0: the newest
	After      uint64 // only records after this seq
	Limit      int
}

// Records are records, newest first.
type Records struct {
	Items       []messages.Record
	Older       uint64 // the Before of what is older; 0: nothing is
	First, Last uint64 // of all records that the journal has
}

// Chain is a record with its causes.
type Chain struct {
	Record    messages.Record
	Before    []messages.Record // what led to the fact, the oldest first
	Cut       bool              // there is more before it, or was
	Fact      messages.Record   // the fact of the record, or the record itself
	Decisions []messages.Record // that follow from the fact
	More      bool              // there are more of them
	Answers   map[uint64]messages.Record
	// Answers are the facts that answer a decision, by the seq of the decision.
}

// A Place is a place in the journal: a seq, or a time. The zero one is an end.
type Place struct {
	Seq uint64
	At  messages.Instant
}

// Span is a part of the journal that can be replayed alone.
type Span struct {
	From, To uint64 // the first record and the last
	State    uint64 // it begins with the state behind this record; 0: it begins with the first record there ever was
	// Write writes it in the form of `curfew journal export`. When it ends too early, its error says so.
	Write func(w io.Writer) error
}
