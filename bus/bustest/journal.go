package bustest

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/bus"
	"curfew/messages"
)

// Chain makes n records of one job, from seq 1 on and a millisecond apart.
func Chain(n int) []messages.Record {
	rs := make([]messages.Record, n)
	for i := range rs {
		at := messages.Instant(1_800_000_000_000 + i)
		body := messages.JobPaused{Job: "a", By: "test"}
		rs[i] = messages.Record{Seq: uint64(i + 1), At: at, ID: fmt.Sprint("id-", i), PolicyVersion: 1, Body: body}
	}
	return rs
}

// Jobs makes n records of three jobs, a second apart; in the middle the clock is set back by an hour. Their ids and bodies
// contain texts that look like members of a record's line.
func Jobs(n int) []messages.Record {
	rs := make([]messages.Record, n)
	at := messages.Instant(1_800_000_000_000)
	for i := range rs {
		if at = at.Add(time.Second); i == n/2 {
			at = at.Add(-time.Hour)
		}
		body := messages.JobPaused{Job: fmt.Sprintf("job-%d", i%3), By: `"name":"x","key":"job-0"`}
		rs[i] = messages.Record{Seq: uint64(i + 1), At: at, ID: fmt.Sprintf(`"name":"%d"`, i), Body: body}
	}
	return rs
}

// Fill appends the records in batches of that size.
func Fill(t testing.TB, j bus.Journal, rs []messages.Record, batch int) {
	t.Helper()
	for part := range slices.Chunk(rs, batch) {
		if err := j.Append(part); err != nil {
			t.Fatal(err)
		}
	}
}

// Records reads all records of the journal.
func Records(t testing.TB, j bus.Journal) []messages.Record {
	t.Helper()
	var rs []messages.Record
	err := bus.Scan(j, 1, func(r messages.Record) error { rs = append(rs, r); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// Lines makes n lines of a snapshot, each of about size bytes.
func Lines(n, size int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for i := range n {
			if !yield(fmt.Appendf(nil, "%d %s", i, strings.Repeat("x", size)), nil) {
				return
			}
		}
	}
}

// ReadLines reads a snapshot of [Lines] and returns how many there are. It ends at the first error.
func ReadLines(j bus.Journal, seq uint64) (n int, err error) {
	for line, err := range j.SnapshotLines(seq) {
		if err != nil {
			return n, err
		}
		if want := fmt.Sprint(n, " "); !strings.HasPrefix(string(line), want) {
			return n, fmt.Errorf("line %d begins with %.10q", n, line)
		}
		n++
	}
	return n, nil
}
