package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
)

func TestASnapshotIsChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	if err := j.SaveSnapshot(bus.Snapshot{Seq: 9}, bustest.Lines(3, 8)); err != nil {
		t.Fatal(err)
	}
	exec(t, path, "UPDATE snapshot_part SET lines = CAST(lines || 'x' AS BLOB)")
	if _, err := bustest.ReadLines(j, 9); err == nil || !strings.Contains(err.Error(), "snapshot 9: part 0: the checksum is") {
		t.Errorf("a changed byte: %v", err)
	}
	exec(t, path, "DELETE FROM snapshot_part")
	if _, err := bustest.ReadLines(j, 9); err == nil {
		t.Error("a part that is missing was not missed")
	}
}
