// Package replay replays the journals and stories of a folder as tests: a bug report is a journal, and a regression
// test is that file in a folder ([Dir]).
package replay

import (
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/compare"
	"curfew/bus/replay/story"
	"curfew/supervisor/policy"
)

// runners replay a file, by the end of its name. Another kind of file is one more line.
var runners = map[string]func(t *testing.T, path string){
	".jsonl": journal,
	".txt":   tell,
}

// Dir replays every journal (*.jsonl) and every story (*.txt) under dir as a subtest of its own. A journal must be
// whole, and its decisions must follow from its facts by the policy of this build. A story is told to the pure machine
// and must give the text in its file (-rewrite writes the file). Authors of actor types keep the journals of their bug
// reports beside their package and call
//
//	func TestReplay(t *testing.T) { replay.Dir(t, "testdata") }
//
// A folder without such a file fails the test.
func Dir(t *testing.T, dir string) {
	t.Helper()
	found := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		run, ok := runners[filepath.Ext(path)]
		if !ok || e.IsDir() {
			return nil
		}
		found++
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) { run(t, path) })
		return nil
	})
	switch {
	case err != nil:
		t.Fatalf("replay: %v", err)
	case found == 0:
		t.Fatalf("replay: there is nothing to replay in %s", dir)
	}
}

// restore makes the machine of the state that a journal begins with, if that is not the first record there ever was.
func restore(lines iter.Seq2[[]byte, error]) (compare.Decider, error) {
	return policy.RestoreLines(lines)
}

// tell tells a story to the pure machine.
func tell(t *testing.T, path string) {
	t.Helper()
	s := story.New(story.NewSim())
	datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return story.Tell(t, s, d) })
}

// journal replays an exported journal.
func journal(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	defer f.Close()
	report, err := compare.JournalFrom(f, policy.New(), policy.Version, restore)
	switch {
	case err != nil:
		t.Fatal(err)
	case report.Total > 0:
		t.Errorf("%s", report)
	case report.Facts == 0:
		t.Error("replay: the journal has no facts")
	}
}
