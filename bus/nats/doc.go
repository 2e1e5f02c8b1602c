// Package nats is a driver of the log: a journal in one stream of NATS JetStream, on one server or replicated over
// several. A message of the stream is a block of records. Its promise is that of any journal, and one more: whoever
// opened the journal last is its only writer. An append of another one appends nothing and is told so
// ([bus.ErrFenced]), however long its process was asleep, and whichever answers were lost on the way.
//
// Each append names the stream's last message, and the server refuses it if there is another. An append whose answer
// was lost is not known to be stored until the message in its place was read: one server and a cluster answer a repeat
// of it differently, so no answer alone is believed.
//
// Where to find things:
//
//	options.go, open.go     names and bounds; the stream, and taking it over
//	journal.go, commit.go   append; how its outcome is found out
//	follow.go               following the writer of the moment, and taking over from it
//	message.go              the messages of the stream
//	read.go, place.go       reading records; finding the message that holds one
//	retention.go            removing old records
//	snapshot.go, parts.go   snapshots, in an object store; their parts
//	fill.go                 a new realm that is filled with an export
//	cursors.go              cursors, in a bucket of keys
//	queue.go                parcels of facts on their way to the log that decides
//	lease.go                leases: who decides, and who is there
//	try.go                  what is repeated while servers change
//	answers.go              what answers of the servers mean, and what to do
//
// Servers must be of version 2.12 or newer: an append of several blocks is an atomic batch. Who may publish to the
// realm's subject may end its journal, so accounts must keep others away from it.
package nats
