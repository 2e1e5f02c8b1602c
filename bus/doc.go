// Package bus is the one ordered log of Curfew, with watermill's Publisher and Subscriber as a face. It takes facts,
// has each one decided at once, and makes a fact durable with its decisions, in one transaction, before any reader sees
// them. It holds no policy: the machine that decides is handed in as functions ([Options]). It knows no database: it
// keeps records in a [Journal], and a driver implements that.
//
// A program that embeds Curfew opens no log: it has that of its curfew.Runtime, and of this package it meets [Receipt],
// [Refused] and [SubscriberOptions].
//
// A fact's way through the log:
//
//	publish ─► queue ─► duplicate? ─► Admit ─► seq, at ─► Step ─► Journal.Append ─► tail ─► readers, receipts
//
// One writer goroutine does it, and all calls that are pending when it comes round share one Append (group commit).
// Under load another goroutine appends a batch and answers its calls, one batch at a time and in their order, while the
// writer decides the next. Publishing never waits for a reader: a reader pulls from its cursor on, from the newest
// records in memory or else from the journal, so a slow reader costs no memory.
//
// Where to find things:
//
//	log.go, queue.go, lines.go           the log; the calls that are pending, and which of them comes next
//	writer.go, seal.go, append.go        the writer: batch by batch; deciding a batch; making it durable
//	large.go                             which facts are too large for the journal
//	ahead.go                             the batch that goes to the disk while the next is decided
//	publish.go, view.go                  Publish, Commit, View
//	window.go                            the newest fact ids, to recognize duplicates
//	tail.go, reader.go, topics.go        the newest records; readers by cursor; what they want
//	shared.go                            pages of the journal, for readers that are behind together
//	journal.go, snapshot.go, errors.go   what a driver implements, and the errors that it returns
//	page.go, scan.go, search.go          how much one read returns; reading a journal from end to end, or by its lines
//	relay.go, follow.go                  a journal that several logs share; following the log that decides
//	outbox.go, parcel.go, answer.go      what is published on a log that follows, on its way there; what comes back
//	publisher.go, outgoing.go            watermill's face: messages in, messages out, with the form of the newest
//	subscriber.go, subscription.go, cursor.go, parked.go, signal.go   its subscriptions
//
// Beside the log: bus/sqlite is the driver of a data folder, bus/nats that of a fleet, bus/memory one for tests;
// bus/block is the form in which drivers keep records; bus/jsonl is the export form; bus/replay derives an export
// again; bus/bustest helps tests.
//
// A new driver is a package beside bus/sqlite that implements [Journal], and a line in the table of drivers of this
// package's tests, which then run on it. The log need not change.
package bus
