package text_test

import (
	"testing"

	"curfew/messages/text"
)

func TestNearest(t *testing.T) {
	known := []string{"pause", "resume", "run", "show", "triage"}
	for wrong, want := range map[string]string{"puase": "pause", "triag": "triage", "resumes": "resume", "runs": "run", "frob": "", "": "", "pau": "pause", "pa": "", "tri": "triage", "re": ""} {
		if got := text.Nearest(wrong, known); got != want {
			t.Errorf("%q: %q, want %q", wrong, got, want)
		}
	}
}
