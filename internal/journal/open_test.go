package journal

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoJournal: who names no data folder, or a wrong one, reads that there is none and how to name another, and nothing
// of files of ours.
func TestNoJournal(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	_, backup := Backup(t.Context(), data, filepath.Join(data, "copy"))
	for what, err := range map[string]error{"export": Export(t.Context(), data, io.Discard), "backup": backup} {
		if err == nil || !strings.HasPrefix(err.Error(), "there is no journal in "+data+"; ") ||
			!strings.HasSuffix(strings.TrimSuffix(err.Error(), " (there is /var/lib/curfew)"), "if yours has another data folder, name it with --data or CURFEW_DATA") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
