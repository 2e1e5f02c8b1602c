// Package sqlite keeps the journal of a log in an SQLite file: a write-ahead log that is synced at every append,
// records in blocks with a checksum.
package sqlite
