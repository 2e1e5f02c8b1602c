//go:build !unix

package cli

import (
	"errors"
	"time"
)

// hungUp reports whether nobody reads an open pipe any more: this platform does not say.
func hungUp(uintptr, time.Duration) (bool, error) { return false, errors.ErrUnsupported }

// takes reports whether an open file can be written to without blocking: it is tried.
func takes(uintptr, time.Duration) bool { return true }
