package sqlite

import "database/sql"

// A transaction writes. A statement that it runs for many rows is parsed once: that takes as long as to write ten rows.
type transaction struct {
	*sql.Tx
	parsed map[string]*sql.Stmt
}

// prepared is a statement of the transaction, which closes it at its end.
func (t *transaction) prepared(query string) (*sql.Stmt, error) {
	if s := t.parsed[query]; s != nil {
		return s, nil
	}
	s, err := t.Prepare(query)
	if err == nil {
		t.parsed[query] = s
	}
	return s, err
}

// transact runs f in a transaction that has the turn, and the lock for writing, from the beginning.
func (s *Store) transact(f func(tx *transaction) error) error {
	tx, err := s.write.Begin()
	if err != nil {
		return damaged(err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := f(&transaction{Tx: tx.Tx, parsed: map[string]*sql.Stmt{}}); err != nil {
		return damaged(err)
	}
	return damaged(tx.Commit())
}
