package text

import "strings"

// Nearest is the known word that is most like a wrong one, or else the only one that begins with it; empty: none is
// like it.
func Nearest(wrong string, known []string) (best string) {
	least := 3 // at most two typing errors
	for _, k := range known {
		if d := distance(wrong, k); d < least && 2*d < len(k) {
			best, least = k, d
		}
	}
	if best == "" && len(wrong) >= leastBegun {
		best = begun(wrong, known)
	}
	return best
}

// leastBegun is how many bytes tell which word was begun.
const leastBegun = 3

// begun is the only known word that begins with a wrong one; empty: there is none, or there are several.
func begun(wrong string, known []string) (only string) {
	for _, k := range known {
		if !strings.HasPrefix(k, wrong) || k == only {
			continue
		}
		if only != "" {
			return ""
		}
		only = k
	}
	return only
}

// distance is how many letters must be inserted, dropped or changed to get from a to b.
func distance(a, b string) int {
	const longest = 64 // few names are longer; this keeps the table small
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
