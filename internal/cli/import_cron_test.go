package cli

import (
	"os"
	"path/filepath"
	"testing"

	"curfew/internal/importer"
)

// TestTableOwner: a table of a user is that user's, wherever the import is run from. A daemon of root would run it as root.
func TestTableOwner(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{"spool/cron/crontabs/ann", "spool/cron/ann", "spool/cron/tabs/ann", "crontabs/ann", "mine/ann"} {
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("0 5 * * * id\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		want := "ann"
		if file == "mine/ann" {
			want = ""
		}
		t.Chdir(filepath.Dir(path))
		for _, path := range []string{path, "ann", "../" + filepath.Base(filepath.Dir(path)) + "/ann"} {
			s, err := importSource(importer.Crontab, path, importer.Machine{User: "root"})
			if err != nil {
				t.Fatal(err)
			}
			if s.Owner != want {
				t.Errorf("%s, from %s: it is of %q, want %q", path, filepath.Dir(file), s.Owner, want)
			}
		}
	}
}
