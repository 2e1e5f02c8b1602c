package sqlite

import (
	"database/sql"
	"fmt"

	"curfew/bus/sqlite/conn"
)

// schemaVersion is the version of the tables, which the file keeps as its user_version. Version 1 had no snapshots and
// no retention; until version 2 no block was compressed.
const schemaVersion = 3

// schemaTables makes each version of the tables from the version before. SQLite keeps the texts in the file.
var schemaTables = [schemaVersion]string{`
CREATE TABLE journal (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, crc INTEGER NOT NULL, block BLOB NOT NULL) STRICT;
CREATE TABLE journal_cursor (name TEXT NOT NULL, topic TEXT NOT NULL, seq INTEGER NOT NULL, ` +
	`parked TEXT NOT NULL, PRIMARY KEY (name, topic)) STRICT, WITHOUT ROWID;
`, `
CREATE TABLE journal_floor (seq INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot_head (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, policy_version INTEGER NOT NULL, ` +
	`parts INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot_part (seq INTEGER NOT NULL, part INTEGER NOT NULL, crc INTEGER NOT NULL, lines BLOB NOT NULL, ` +
	`UNIQUE (seq, part)) STRICT;
`, ""}

// prepare refuses a file of another schema, checks that writes are durable, makes the tables and finds the last record.
func (j *Journal) prepare() error {
	v, err := version(j.read) // before the first use of the writing connection: its pragmas change a file
	if err == nil && (v < 0 || v > schemaVersion) {
		err = schemaError(v)
	}
	if err != nil {
		return err
	}
	if err := conn.Check(j.write); err != nil {
		return err
	}
	if err := j.create(v); err != nil {
		return fmt.Errorf("make the tables: %w", err)
	}
	j.schema = schemaVersion
	last, err := newest(j.read)
	j.last.Store(last)
	if err == nil && j.mark.whole { // else it stays as it is until the start goes on
		err = j.mark.raise(last)
	}
	return err
}

// create brings the tables from that version to the newest, all or nothing. A new file has version 0.
func (j *Journal) create(from int) error {
	if from == schemaVersion {
		return nil
	}
	tx, err := j.write.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	for _, tables := range schemaTables[from:] {
		if _, err := tx.Exec(tables); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

func version(db *sql.DB) (v int, err error) {
	if err := db.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return v, nil
}

func schemaError(v int) error {
	if v > schemaVersion {
		return fmt.Errorf("the journal has schema %d, this build knows %d: use a newer curfew", v, schemaVersion)
	}
	return fmt.Errorf("the file is not a journal of curfew (schema %d)", v)
}
