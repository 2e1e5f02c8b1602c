package sqlite

import (
	"encoding/json"
	"fmt"

	"curfew/bus"
	"curfew/messages"
)

// Cursors returns all cursors that were saved.
func (j *Journal) Cursors() ([]bus.Cursor, error) {
	rows, err := j.read.Query("SELECT name, topic, seq, parked FROM journal_cursor ORDER BY name, topic")
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: read cursors: %w", err)
	}
	defer rows.Close()
	var cs []bus.Cursor
	for rows.Next() {
		var c bus.Cursor
		var parked []byte
		if err := rows.Scan(&c.Name, &c.Topic, &c.Seq, &parked); err != nil {
			return nil, fmt.Errorf("bus: sqlite: read cursors: %w", err)
		}
		if err := json.Unmarshal(parked, &c.Parked); err != nil {
			return nil, fmt.Errorf("bus: sqlite: cursor %q on %q: %w", c.Name, c.Topic, err)
		}
		cs = append(cs, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("bus: sqlite: read cursors: %w", err)
	}
	return cs, nil
}

// SaveCursor keeps the cursor durably.
func (j *Journal) SaveCursor(c bus.Cursor) error {
	if j.write == nil {
		return errReadOnly
	}
	parked, err := json.Marshal(c.Parked)
	if err != nil {
		return fmt.Errorf("bus: sqlite: save cursor: %w", err)
	}
	const upsert = `INSERT INTO journal_cursor (name, topic, seq, parked) VALUES (?, ?, ?, ?)
		ON CONFLICT (name, topic) DO UPDATE SET seq = excluded.seq, parked = excluded.parked`
	if _, err := j.write.Exec(upsert, c.Name, string(c.Topic), int64(c.Seq), string(parked)); err != nil {
		return fmt.Errorf("bus: sqlite: save cursor %q on %q: %w", c.Name, c.Topic, advised(err))
	}
	return nil
}

// DropCursor removes the cursor durably.
func (j *Journal) DropCursor(name string, topic messages.Topic) error {
	if j.write == nil {
		return errReadOnly
	}
	if _, err := j.write.Exec("DELETE FROM journal_cursor WHERE name = ? AND topic = ?", name, string(topic)); err != nil {
		return fmt.Errorf("bus: sqlite: remove cursor %q on %q: %w", name, topic, advised(err))
	}
	return nil
}
