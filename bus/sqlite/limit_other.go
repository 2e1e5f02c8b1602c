//go:build !unix

package sqlite

// maxFiles is how many files this process may have open: it is not known.
func maxFiles() (most uint64, known bool) { return 0, false }
