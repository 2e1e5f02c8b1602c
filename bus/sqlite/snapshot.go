package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"curfew/bus"
	"curfew/bus/block"
)

// SaveSnapshot writes the lines part by part. The row in snapshot_head, which makes the snapshot exist, comes last.
func (j *Journal) SaveSnapshot(of bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	if j.write == nil {
		return errReadOnly
	}
	fail := func(err error) error { return fmt.Errorf("bus: sqlite: save snapshot %d: %w", of.Seq, err) }
	// Remove what a crash left unfinished, and an older snapshot of the same seq.
	const leftovers = `DELETE FROM snapshot_head WHERE seq = ?1;
		DELETE FROM snapshot_part WHERE seq = ?1 OR seq NOT IN (SELECT seq FROM snapshot_head)`
	if _, err := j.write.Exec(leftovers, int64(of.Seq)); err != nil {
		return fail(err)
	}
	parts := 0
	var part []byte
	flush := func() error {
		packed, err := block.Pack(part)
		if err != nil {
			return err
		}
		const insert = "INSERT INTO snapshot_part (seq, part, crc, lines) VALUES (?, ?, ?, ?)"
		_, err = j.write.Exec(insert, int64(of.Seq), parts, int64(block.PartSum(of.Seq, parts, packed)), packed)
		parts++
		part = part[:0]
		return err
	}
	for line, err := range lines {
		if err != nil {
			return fail(err)
		}
		part = append(append(part, line...), '\n')
		if len(part) < block.PartBytes {
			continue
		}
		if err := flush(); err != nil {
			return fail(err)
		}
	}
	if err := flush(); err != nil {
		return fail(err)
	}
	const head = "INSERT INTO snapshot_head (seq, at, policy_version, parts) VALUES (?, ?, ?, ?)"
	if _, err := j.write.Exec(head, int64(of.Seq), int64(of.At), of.PolicyVersion, parts); err != nil {
		return fail(err)
	}
	all, err := j.Snapshots()
	if err != nil {
		return err
	}
	if seq, ok := bus.Surplus(all); ok {
		const drop = "DELETE FROM snapshot_head WHERE seq = ?1; DELETE FROM snapshot_part WHERE seq = ?1"
		if _, err := j.write.Exec(drop, int64(seq)); err != nil {
			return fail(err)
		}
	}
	return nil
}

// Snapshots lists the snapshots, newest first.
func (j *Journal) Snapshots() (all []bus.Snapshot, err error) {
	if j.schema < 2 {
		return nil, nil // a file of an older build, open for reading only
	}
	rows, err := j.read.Query("SELECT seq, at, policy_version FROM snapshot_head ORDER BY seq DESC")
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: list snapshots: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var one bus.Snapshot
		if err := rows.Scan(&one.Seq, &one.At, &one.PolicyVersion); err != nil {
			return nil, fmt.Errorf("bus: sqlite: list snapshots: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("bus: sqlite: list snapshots: %w", err)
	}
	return all, nil
}

// SnapshotLines reads a snapshot part by part. It checks each part before it returns the part's lines.
func (j *Journal) SnapshotLines(seq uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		stop := func(err error) { yield(nil, fmt.Errorf("bus: sqlite: snapshot %d: %w", seq, err)) }
		var parts int
		err := j.read.QueryRow("SELECT parts FROM snapshot_head WHERE seq = ?", int64(seq)).Scan(&parts)
		if errors.Is(err, sql.ErrNoRows) {
			err = bus.ErrNoSnapshot
		}
		if err != nil {
			stop(err)
			return
		}
		for n := range parts {
			var crc int64
			var packed []byte
			const part = "SELECT crc, lines FROM snapshot_part WHERE seq = ? AND part = ?"
			if err := j.read.QueryRow(part, int64(seq), n).Scan(&crc, &packed); err != nil {
				stop(fmt.Errorf("part %d: %w", n, err))
				return
			}
			if got := int64(block.PartSum(seq, n, packed)); got != crc {
				stop(fmt.Errorf("part %d: the checksum is %08x and should be %08x", n, got, crc))
				return
			}
			lines, err := block.Unpack(packed)
			if err != nil {
				stop(fmt.Errorf("part %d: %w", n, err))
				return
			}
			for line := range bytes.Lines(lines) {
				if !yield(bytes.TrimSuffix(line, []byte("\n")), nil) {
					return
				}
			}
		}
	}
}
