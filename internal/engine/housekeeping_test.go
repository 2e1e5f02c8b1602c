package engine

import "testing"

// TestSnapshotsBySize: few jobs have a snapshot every 100,000 records, many one after 20 records a job.
func TestSnapshotsBySize(t *testing.T) {
	for _, c := range []struct{ jobs, records int }{{0, snapshotEvery}, {5_000, snapshotEvery}, {1_000_000, 20_000_000}} {
		h := newHousekeeper(&Runtime{})
		due := func() bool {
			select {
			case <-h.due:
				return true
			default:
				return false
			}
		}
		if h.count(c.records-1, c.jobs); due() {
			t.Errorf("%d jobs: due after %d records", c.jobs, c.records-1)
		}
		if h.count(1, c.jobs); !due() {
			t.Errorf("%d jobs: not due after %d records", c.jobs, c.records)
		}
	}
}
