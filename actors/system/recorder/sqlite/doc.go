// Package history keeps the runs of all jobs in the SQLite file of a data folder, beside the journal, for
// the recorder that reads them out of the log. It is no second truth: rows and cursor move in one
// transaction, and what is lost is read again.
package sqlite
