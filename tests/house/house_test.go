// Package house holds the rules of the source tree and of the pages: what may import what, what stays pure, and what the
// pages state. It needs no clock.
package house

import "testing"

// inModule runs a test in the folder of the module, where the paths that it names begin. The test itself goes there, and
// not TestMain: only so does go test know which files a kept result depends on.
func inModule(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}
