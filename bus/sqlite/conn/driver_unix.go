//go:build unix

package conn

import (
	"database/sql"
	"errors"

	"modernc.org/sqlite" // the driver "sqlite", too
)

// connect makes a pool of connections to the file of a URI.
func connect(uri string) (*sql.DB, error) { return sql.Open("sqlite", uri) }

// Code is the result code in an error of SQLite; 0: the error is not SQLite's.
func Code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & primary
}
