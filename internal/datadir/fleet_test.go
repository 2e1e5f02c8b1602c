package datadir

import (
	"os"
	"path/filepath"
	"strings"
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

// A mark is written whole or not at all: what it had before stays until then. One that a crash or a person has damaged is an
// error that says what to do, and nobody takes the folder for one that no node has used.
func TestFleetIsDamaged(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	path := filepath.Join(data, Realm)
	for _, text := range []string{"", "\n", "pro", "prod test\n", "prod\ntest\n", " prod\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, of := range []func(string) (string, error){Fleet, Elsewhere} {
			name, err := of(data)
			if err == nil || name != "" || !strings.Contains(err.Error(), "echo NAME > "+path) {
				t.Errorf("with %q in it, it is a node of %q: %v", text, name, err)
			}
		}
	}
	before, err := os.Stat(path)
	if err == nil {
		err = SetFleet(data, "prod")
	}
	if err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || os.SameFile(before, after) || after.Mode().Perm() != 0o600 {
		t.Errorf("the file was written in its place: %v", err)
	}
	if name, err := Fleet(data); err != nil || name != "prod" {
		t.Errorf("it is %q, %v", name, err)
	}
}
