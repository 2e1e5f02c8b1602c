package sqlite

import (
	"fmt"

	"go.uber.org/zap"
)

// maxAside is how many damaged histories are kept beside the one in use. A later damaged one is dropped.
const maxAside = 3

// dropIndexes drops the indexes of run, of this schema and of older ones, so that another table can have their names.
const dropIndexes = "DROP INDEX IF EXISTS run_key; DROP INDEX IF EXISTS run_job; DROP INDEX IF EXISTS run_outcome; " +
	"DROP INDEX IF EXISTS run_open; DROP INDEX IF EXISTS run_status; "

// Reset makes the tables anew. The old tables stay in the file under other names: some runs may be known only there.
func (s *Store) Reset() error {
	s.swept, s.held = "", nil
	aside := ""
	err := s.transact(func(tx *transaction) (err error) {
		if aside, err = setAside(tx); err != nil {
			return err
		}
		_, err = tx.Exec(tables)
		return err
	})
	if err == nil && aside != "" {
		s.log.Warn("cron: the tables of the run history that cannot be read stay in the journal's file under other names",
			zap.String("they begin with", aside))
	}
	return err
}

// setAside renames the old tables, and returns the prefix of their new names; empty if there were none, or too many are
// kept already, and these were dropped.
func setAside(tx *transaction) (prefix string, err error) {
	there, err := present(tx, quoted(""))
	if err != nil || len(there) == 0 {
		return "", err
	}
	for n := 1; n <= maxAside && prefix == ""; n++ {
		old, err := present(tx, quoted(fmt.Sprintf("damaged_%d_", n)))
		if err != nil {
			return "", err
		}
		if len(old) == 0 {
			prefix = fmt.Sprintf("damaged_%d_", n)
		}
	}
	if _, err := tx.Exec(dropIndexes + "DROP INDEX IF EXISTS history_failing; DROP INDEX IF EXISTS history_gate_session"); err != nil {
		return "", err
	}
	for _, table := range there {
		do := "DROP TABLE " + table
		if prefix != "" {
			do = fmt.Sprintf("ALTER TABLE %s RENAME TO %s%s", table, prefix, table)
		}
		if _, err := tx.Exec(do); err != nil {
			return "", err
		}
	}
	return prefix, nil
}

// present returns those of the named tables that exist.
func present(tx *transaction, names string) (there []string, err error) {
	rows, err := tx.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (" + names + ")")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		there = append(there, name)
	}
	return there, rows.Err()
}
