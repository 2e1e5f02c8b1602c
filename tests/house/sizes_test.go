package house

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The bounds of a file, in lines. The linter bounds functions.
const (
	longestFile = 400
	medianFile  = 120 // of the files that are not tests
)

// TestSizes holds the sizes of files: one idea each.
func TestSizes(t *testing.T) {
	inModule(t)
	var lines []int
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && path != "." && strings.HasPrefix(e.Name(), ".") {
			return filepath.SkipDir
		}
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		n := strings.Count(read(t, path), "\n")
		if n > longestFile {
			t.Errorf("%s has %d lines; at most %d", path, n, longestFile)
		}
		if !strings.HasSuffix(path, "_test.go") {
			lines = append(lines, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	if n := lines[len(lines)/2]; n > medianFile {
		t.Errorf("the median file has %d lines; at most %d", n, medianFile)
	}
}
