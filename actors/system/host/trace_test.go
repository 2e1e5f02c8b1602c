package host

import (
	"strconv"
	"strings"
	"testing"

	"curfew/messages"
)

// TestTraceIsBounded: the beginning and the newest steps of a long trace stay, a mark stands between, and
// no secret is left.
func TestTraceIsBounded(t *testing.T) {
	redact := func(s string) string { return strings.ReplaceAll(s, "hush", "[redacted]") }
	cases := map[string]struct{ n, size int }{
		"none":           {0, 0},
		"short":          {3, 10},
		"full":           {messages.MaxSteps - headSteps - 1, 10},
		"many steps":     {3000, 10},
		"long texts":     {100, 1 << 20},
		"one long text":  {1, 1 << 20},
		"three long":     {3, 1 << 20},
		"many and long":  {5000, 5000},
		"just too many":  {messages.MaxSteps + 1, 1},
		"nearly so many": {messages.MaxSteps, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			steps := make([]messages.Step, c.n)
			for i := range steps {
				steps[i] = messages.Step{Kind: messages.StepMessage, Text: strconv.Itoa(i) + " hush " + strings.Repeat("x", c.size)}
			}
			got := traced(steps, redact)
			size, cuts := 0, 0
			for _, s := range got {
				size += len(s.Text)
				if s.Kind == messages.StepCut {
					cuts++
				}
				if strings.Contains(s.Text, "hush") {
					t.Fatalf("a secret stands in %.40q", s.Text)
				}
			}
			if len(got) > messages.MaxSteps || size > messages.MaxTrace || cuts > 1 {
				t.Errorf("%d steps, %d bytes, %d marks", len(got), size, cuts)
			}
			if c.n == 0 {
				return
			}
			first, last := got[0].Text, got[len(got)-1].Text
			if !strings.HasPrefix(first, "0 ") || !strings.HasPrefix(last, strconv.Itoa(c.n-1)+" ") {
				t.Errorf("from %.20q to %.20q", first, last)
			}
			if cuts == 0 && len(got) != c.n {
				t.Errorf("%d of %d steps, and no mark", len(got), c.n)
			}
		})
	}
}
