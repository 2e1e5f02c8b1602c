package messages_test

import (
	"testing"

	"curfew/messages"
)

// BenchmarkRecord writes and reads the records of a run, one after the other.
func BenchmarkRecord(b *testing.B) {
	var lines [][]byte
	var records []messages.Record
	for i, h := range hot {
		r := messages.Record{Seq: uint64(i + 7), At: 1_800_000_000_000, ID: "ch2mjpgc5loqpim5", Cause: 6, PolicyVersion: 5, Body: h.body}
		line, err := r.MarshalJSON()
		if err != nil {
			b.Fatal(err)
		}
		records, lines = append(records, r), append(lines, line)
	}
	per := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)), "ns/record")
	}
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, r := range records {
				if _, err := r.MarshalJSON(); err != nil {
					b.Fatal(err)
				}
			}
		}
		per(b)
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, line := range lines {
				var r messages.Record
				if err := r.UnmarshalJSON(line); err != nil {
					b.Fatal(err)
				}
			}
		}
		per(b)
	})
}
