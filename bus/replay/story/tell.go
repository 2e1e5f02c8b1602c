package story

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// Tell runs one directive of a story. A directive that cannot be performed fails the test, also under -rewrite: the
// text of a story must not be an error.
func Tell(t *testing.T, s *Story, d *datadriven.TestData) string {
	t.Helper()
	text := s.Run(d)
	if strings.HasPrefix(text, mistake) {
		t.Errorf("%s: %s: %s", d.Pos, d.Cmd, text)
	}
	return text
}
