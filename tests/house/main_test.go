// Package house holds the rules of the source tree and of the pages: what may import what, what stays pure, and what the
// pages state. It needs no clock.
package house

import (
	"fmt"
	"os"
	"testing"
)

// TestMain runs the tests in the folder of the module, where the paths that they name begin.
func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
