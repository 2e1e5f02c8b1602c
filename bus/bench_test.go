package bus_test

import (
	"path/filepath"
	"testing"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/sqlite"
)

// BenchmarkCommit measures callers that wait for the disk, and so how many of them share an append.
func BenchmarkCommit(b *testing.B) {
	for name, open := range map[string]func() (bus.Journal, error){
		"memory": func() (bus.Journal, error) { return memory.New(), nil },
		"sqlite": func() (bus.Journal, error) {
			return sqlite.Open(filepath.Join(b.TempDir(), "journal.db"))
		},
	} {
		b.Run(name, func(b *testing.B) {
			j, err := open()
			if err != nil {
				b.Fatal(err)
			}
			l, err := bus.Open(bus.Options{Journal: j, Step: step})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			b.SetParallelism(64)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := l.Commit(b.Context(), bus.Draft{Fact: paused("a")}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
