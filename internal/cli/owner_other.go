//go:build !unix

package cli

import "os"

// ownedBy reports whether a file belongs to a user; here no file has such an owner, and no cron reads one.
func ownedBy(os.FileInfo, string) bool { return true }
