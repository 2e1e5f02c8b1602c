// Package sqlite keeps the runs of all jobs in the SQLite file of a data folder, beside the journal, for the recorder
// that reads them from the log. The journal stays the truth: rows and cursor move in one transaction, and lost rows are
// made again from the journal.
package sqlite
