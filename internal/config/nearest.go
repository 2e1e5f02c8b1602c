package config

import (
	"fmt"
	"slices"
	"strings"

	"curfew/messages"
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

// undefined says what to do about a name that a block of the file must define and does not: the known one that was meant,
// or how to define it, by a value of the block.
func (b *builder) undefined(block, name, value string, known []string) string {
	if meant := text.Nearest(name, known); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	switch all := "known are " + list(known); {
	case !messages.IsName(name):
		return all
	case b.top.n.find(block) != nil:
		return fmt.Sprintf("%s; add %s: %s to the %s of the job file", all, name, value, block)
	default:
		return fmt.Sprintf("%s; add %s: {%s: %s} to the job file", all, block, name, value)
	}
}

// list is words with commas between them.
func list(words []string) string { return strings.Join(words, ", ") }
