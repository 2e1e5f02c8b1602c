package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadingOrder: the comment of the package names every file, so that a reader finds each rule.
func TestReadingOrder(t *testing.T) {
	order, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		named := strings.Contains(string(order), f) || strings.HasPrefix(f, "apply_")
		if !named && f != "doc.go" && !strings.HasSuffix(f, "_test.go") {
			t.Errorf("doc.go does not say what %s is for", f)
		}
	}
}
