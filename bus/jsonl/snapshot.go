package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/messages"
)

// A journal without its oldest records cannot be decided again from its first record on. Its export contains a
// snapshot: after the snapshot's record follows a line for each line of the snapshot. It is like the line of a record,
// of kind "snapshot" and named "snapshot.v1", with the snapshot's line as the body.
const (
	snapshotKind = "snapshot"
	snapshotName = "snapshot.v1"
)

// State says of which state a line of a snapshot is.
type State = bus.Snapshot

// snapshotLine has the members of a record's line in the same order. Members without a meaning here are null or empty.
type snapshotLine struct {
	Seq           uint64           `json:"seq"`
	At            messages.Instant `json:"at"`
	ID            string           `json:"id"`
	Cause         *uint64          `json:"cause"`
	PolicyVersion int              `json:"policy_version"`
	Topic         string           `json:"topic"`
	Name          string           `json:"name"`
	Key           *string          `json:"key"`
	Kind          string           `json:"kind"`
	Body          json.RawMessage  `json:"body"`
}

// snapshot writes the lines of a snapshot.
func (w *Writer) snapshot(j bus.Journal, s bus.Snapshot) error {
	n := 0
	for body, err := range j.SnapshotLines(s.Seq) {
		if err != nil {
			return fmt.Errorf("jsonl: %w", err)
		}
		line, err := json.Marshal(snapshotLine{
			Seq: s.Seq, At: s.At, ID: fmt.Sprintf("snapshot-%d-%d", s.Seq, n), PolicyVersion: s.PolicyVersion,
			Name: snapshotName, Kind: snapshotKind, Body: body,
		})
		if err == nil {
			line, err = Seal(line)
		}
		if err != nil {
			return fmt.Errorf("jsonl: snapshot %d: %w", s.Seq, err)
		}
		if _, err := w.w.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("jsonl: write snapshot %d: %w", s.Seq, err)
		}
		n++
	}
	return nil
}

// snapshotOf reads a line of a snapshot. ok is false if the line is not of a snapshot.
func snapshotOf(line []byte) (of State, body []byte, ok bool, err error) {
	if !bytes.Contains(line, []byte(`"`+snapshotKind+`"`)) {
		return of, nil, false, nil
	}
	var l snapshotLine
	if json.Unmarshal(line, &l) != nil || l.Kind != snapshotKind {
		return of, nil, false, nil
	}
	of = State{Seq: l.Seq, At: l.At, PolicyVersion: l.PolicyVersion}
	if err := verify(line); err != nil {
		return of, nil, true, err
	}
	if l.Name != snapshotName {
		return of, nil, true, errors.New("it is of another kind of snapshot; a newer curfew may have written it")
	}
	return of, l.Body, true, nil
}
