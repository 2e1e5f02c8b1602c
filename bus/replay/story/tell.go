package story

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// Tell runs one directive of a story. A directive that cannot be carried out fails the test, also where texts are
// rewritten: an error is no text that a story may have.
func Tell(t *testing.T, s *Story, d *datadriven.TestData) string {
	t.Helper()
	text := s.Run(d)
	if strings.HasPrefix(text, mistake) {
		t.Errorf("%s: %s: %s", d.Pos, d.Cmd, text)
	}
	return text
}
