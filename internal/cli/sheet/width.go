package sheet

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Width is how many terminal columns a text takes.
func Width(text string) (n int) {
	for _, r := range text {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is 2 for characters that East Asian terminals show wide, including emoji, and 0 for marks that combine with
// the character before them.
func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// Cut is the text, or as much of it as fits together with an ellipsis.
func Cut(text string, columns int) string {
	if Width(text) <= columns {
		return text
	}
	n := 0
	for i, r := range text {
		if n+runeWidth(r) > columns-1 {
			return text[:i] + strings.Repeat("…", min(columns, 1))
		}
		n += runeWidth(r)
	}
	return text
}

func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Width(text)))
}
