package datadir

import (
	"os"
	"path/filepath"
	"testing"
)

// A folder is marked once a node has used it, and its journal is elsewhere until that is brought there.
func TestFleet(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	is := func(fleet, elsewhere string) {
		t.Helper()
		f, err := Fleet(data)
		e, err2 := Elsewhere(data)
		if f != fleet || e != elsewhere || err != nil || err2 != nil {
			t.Errorf("it is %q, with the journal of %q (%v, %v); want %q and %q", f, e, err, err2, fleet, elsewhere)
		}
	}
	is("", "")
	for range 2 {
		if err := SetFleet(data, "prod"); err != nil {
			t.Fatal(err)
		}
	}
	is("prod", "prod")
	if err := os.WriteFile(filepath.Join(data, Journal), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	is("prod", "")
	broken := t.TempDir()
	if err := os.Mkdir(filepath.Join(broken, Realm), 0o700); err != nil {
		t.Fatal(err)
	}
	if name, err := Fleet(broken); err == nil {
		t.Errorf("what cannot be read is said to be %q", name)
	}
}
