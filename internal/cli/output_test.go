package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestTame: what a job printed cannot drive the terminal of whoever looks at it.
func TestTame(t *testing.T) {
	var out bytes.Buffer
	const in = "a\tb\n\x1b]0;title\x07\x00\x7f ü"
	n, err := io.WriteString(tame{&out}, in)
	if want := "a\tb\n\\x1b]0;title\\x07\\x00\\x7f ü"; out.String() != want || n != len(in) || err != nil {
		t.Errorf("%q, %d, %v; want %q", out.String(), n, err, want)
	}
}

// TestWrongArgumentsInJSON: an error is problem+json wherever -o json stands.
func TestWrongArgumentsInJSON(t *testing.T) {
	for _, args := range []string{"job list --bogus -o json", "-o json job list --bogus", "session expire s --generation x --output=json"} {
		var out, errs bytes.Buffer
		code := App{}.Main(strings.Fields(args), strings.NewReader(""), &out, &errs)
		if code != ExitUsage || out.Len() > 0 || !strings.HasPrefix(errs.String(), `{"type":"about:blank"`) {
			t.Errorf("%s: exit %d, %q, %q", args, code, out.String(), errs.String())
		}
	}
}
