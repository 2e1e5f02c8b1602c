// Package bus is the one ordered log of Curfew, behind watermill's Publisher and Subscriber: facts go
// in, each is decided at once, and the fact with its decisions is made durable in one transaction
// before anybody sees it. It is not a policy: the machine that decides is handed in as functions.
//
// A fact's way through the log, all of it on one writer goroutine:
//
//	publish ─► queue ─► duplicate? ─► Admit ─► seq, at ─► Step ─► Journal.Append ─► tail ─► readers, receipts
//
// What is pending when the writer comes round shares one Append (group commit). Publishing never waits
// for a reader: readers pull from their cursor, from the newest records in memory or else from the
// journal, so a reader that lags costs no memory.
//
// Where to find things:
//
//	log.go, queue.go, writer.go   the log; what is pending; the writer
//	publish.go, view.go           Publish, Commit, View
//	window.go                     the newest fact ids, for duplicates
//	tail.go, reader.go            the newest records; readers by cursor
//	journal.go                    what a journal is; memory.go and sqlite.go (with block.go) are two, bus/jsonl a third
//	publisher.go, subscriber.go   watermill's face; outgoing.go, subscription.go and cursor.go do its work
package bus
