package config

import (
	"fmt"
	"slices"
	"strings"

	"curfew/messages/text"
)

// does is what people write beside `actor` that belongs in `with`: what a job of a built-in type does.
var does = []string{"command", "argv", "prompt", "url"}

// hint names the known key that is most like a wrong one, or all known keys.
func hint(wrong string, known []string) string {
	if wrong == "after" && slices.Contains(known, "schedule") {
		return "write it as schedule: {after: {job: NAME}}"
	}
	if slices.Contains(does, wrong) && slices.Contains(known, "schedule") {
		return fmt.Sprintf("write it as with: {%s: …}", wrong)
	}
	if meant := text.Nearest(wrong, known); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	return "known are " + strings.Join(known, ", ")
}

// list is words with commas between them.
func list(words []string) string { return strings.Join(words, ", ") }
