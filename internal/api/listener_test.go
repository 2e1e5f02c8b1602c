package api_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/api"
)

// TestMend: the socket, or daemon.json, is removed under the daemon, and made anew: it is found again.
func TestMend(t *testing.T) {
	data := t.TempDir()
	l, _, err := api.Listen(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- api.Serve(t.Context(), api.Options{Socket: l, Backend: &fake{}, Log: zap.NewNop()}) }()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	reach := func() error {
		c, err := api.Dial(data)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Healthy(t.Context())
	}
	if mended, err := l.Mend(); mended || err != nil {
		t.Errorf("nothing was wrong: %v, %v", mended, err)
	}
	for _, gone := range []string{"curfew.sock", "daemon.json"} {
		if err := os.Remove(filepath.Join(data, gone)); err != nil {
			t.Fatal(err)
		}
		if reach() == nil {
			t.Errorf("without %s it is found: the test is wrong", gone)
		}
		if mended, err := l.Mend(); !mended || err != nil {
			t.Errorf("%s: %v, %v", gone, mended, err)
		}
		if err := reach(); err != nil {
			t.Errorf("%s was made anew, and: %v", gone, err)
		}
	}
	if mended, err := l.Mend(); mended || err != nil {
		t.Errorf("all is well again: %v, %v", mended, err)
	}
}

// TestAnotherFolder: in the place of the data folder there is another one, with another daemon, whose files stay.
func TestAnotherFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first, _, err := api.Listen(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(data, data+"-moved"); err != nil {
		t.Fatal(err)
	}
	second, _, err := api.Listen(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if mended, err := first.Mend(); mended || err != nil {
		t.Errorf("mend: %v, %v", mended, err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	for _, f := range []string{"curfew.sock", "daemon.json"} {
		if _, err := os.Lstat(filepath.Join(data, f)); err != nil {
			t.Errorf("the second daemon's file is gone: %v", err)
		}
	}
}
