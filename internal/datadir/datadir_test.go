package datadir_test

import (
	"path/filepath"
	"testing"

	"curfew/internal/datadir"
)

func TestHint(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_DATA_HOME", home)
	for _, c := range []struct{ text, data, want string }{
		{"`curfew job list` lists them", "/var/lib/curfew", "`curfew --data /var/lib/curfew job list` lists them"},
		{"`curfew job run a` is yes, `curfew job cancel a` is no", "/d", "`curfew --data /d job run a` is yes, `curfew --data /d job cancel a` is no"},
		{"`curfew --data /x job list` or `curfew next a`", "/d", "`curfew --data /x job list` or `curfew --data /d next a`"},
		{"see `curfew job list`", "/a b/it's", `see ` + "`" + `curfew --data '/a b/it'\''s' job list` + "`"},
		{"see `curfew job list`", filepath.Join(home, "curfew"), "see `curfew job list`"},
		{"see `curfew job list`", "", "see `curfew job list`"},
		{"see `curfew help stale`, then `curfew job list`", "/d", "see `curfew help stale`, then `curfew --data /d job list`"},
		{"curfew is not in backquotes", "/d", "curfew is not in backquotes"},
	} {
		if got := datadir.Hint(c.text, c.data); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.text, c.data, got, c.want)
		}
		if once := datadir.Hint(c.text, c.data); datadir.Hint(once, c.data) != once {
			t.Errorf("%s is not the same the second time", once)
		}
	}
}
