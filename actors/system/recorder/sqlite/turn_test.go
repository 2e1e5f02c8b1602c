package sqlite_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"curfew/bus/sqlite/conn"
)

// TestWhoWaitsIsLetIn: another writer of the file waits for a portion, however much the history has to write.
func TestWhoWaitsIsLetIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		s.Bound(10, 1_000)
		records := many(0, 100)
		must(t, s.Take(records, records[len(records)-1].Seq))
		journal, err := conn.NewWriter(path)
		must(t, err)
		first, err := journal.Begin()
		must(t, err)
		step := func(more bool, upto uint64) {
			got, err := s.Settle()
			if reached, _ := s.Reached(); got != more || reached != upto || err != nil {
				t.Errorf("more %v, up to %d, %v; want %v, %d", got, reached, err, more, upto)
			}
		}
		settled, let := make(chan bool), make(chan bool)
		go func() {
			step(true, 20) // two records a run
			close(settled)
		}()
		synctest.Wait()
		go func() {
			second, err := conn.NewWriter(path)
			must(t, err)
			tx, err := second.Begin()
			must(t, err)
			must(t, tx.Commit())
			must(t, second.Close())
			close(let)
		}()
		synctest.Wait()
		must(t, first.Rollback())
		<-settled
		<-let
		step(false, 200)
		must(t, journal.Close())
		must(t, s.Close())
	})
}
