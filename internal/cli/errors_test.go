package cli

import (
	"bytes"
	"strings"
	"testing"
)

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
