// Package sqlite is the driver of a journal in a data folder: an SQLite file, with a write-ahead log that is synced at
// every append and records in blocks with a checksum. Its promise: after a crash every record is
// there that was appended, and damage is an error that names the records, never a silent gap.
//
// Where to find things:
//
//	open.go, schema.go              opening for writing; the tables and their versions
//	readonly.go, file_state.go      opening for reading, beside a daemon or without a trace; what the files look like
//	journal.go, cursors.go          append; cursors
//	read.go, search.go              reading blocks of records in order; finding some of them
//	snapshot.go                     snapshots, in parts
//	retention.go                    removing old records
//	backup.go, verify.go            copies, and checking one
//	missing.go, wal.go, last_file.go   noticing a lost end before SQLite hides it
//	errors.go                       what a person can do about an error of SQLite
//	conn/                           the one opening of an SQLite file
package sqlite
