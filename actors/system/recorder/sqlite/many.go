package sqlite

import (
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
)

// rowsAtOnce is how many rows one statement writes. A call of the database costs about as much as a row.
const rowsAtOnce = 16

// insert writes rows of the same width: "head VALUES (?, …), … tail".
func insert(tx *transaction, head, tail string, rows [][]any) error {
	for _, part := range []int{rowsAtOnce, 1} {
		if len(rows) < part {
			continue
		}
		row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(rows[0])), ", ") + ")"
		put, err := tx.prepared(head + " VALUES " + strings.TrimSuffix(strings.Repeat(row+", ", part), ", ") + " " + tail)
		if err != nil {
			return err
		}
		for ; len(rows) >= part; rows = rows[part:] {
			if _, err = put.Exec(slices.Concat(rows[:part]...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// each asks for the rows whose key is among these: the query compares it with (SELECT value FROM json_each(?)).
func each[K ~string | ~int64](tx interface {
	Query(string, ...any) (*sql.Rows, error)
}, query string, keys []K, take func(rows *sql.Rows) error,
) error {
	if len(keys) == 0 {
		return nil
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	rows, err := tx.Query(query, string(list))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
