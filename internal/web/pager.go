package web

import "github.com/dustin/go-humanize"

// A pager leads through a list. The lists of the backend go forwards only, so it has the first page and the next one;
// the way back is the browser's.
type pager struct {
	First string // empty: this is the first page
	Next  string // empty: this is the last page
}

// pager makes the links of a list; next is the cursor behind this page, empty at its end.
func (v *visit) pager(next string) pager {
	var p pager
	if v.r.URL.Query().Get("after") != "" {
		p.First = v.with("after", "")
	}
	if next != "" {
		p.Next = v.with("after", next)
	}
	return p
}

// number is a number as people read it, such as 12,345.
func number(n int) string { return humanize.Comma(int64(n)) }

// count is a number of things, such as "1 run" or "12,345 runs".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}
