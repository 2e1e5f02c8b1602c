package config

import (
	"fmt"
	"slices"
	"strings"
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
	if meant := nearest(wrong, known); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	return "known are " + strings.Join(known, ", ")
}

// list is words with commas between them.
func list(words []string) string { return strings.Join(words, ", ") }

// nearest is the known word that is most like a wrong one; empty: none is like it.
func nearest(wrong string, known []string) (best string) {
	least := 3 // at most two typing errors
	for _, k := range known {
		if d := distance(wrong, k); d < least && 2*d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters must be inserted, dropped or changed to get from a to b.
func distance(a, b string) int {
	const longest = 64 // no key is longer; this keeps the table small
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
