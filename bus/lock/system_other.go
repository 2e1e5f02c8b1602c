//go:build !unix

package lock

import (
	"errors"
	"os"
)

const (
	noFollow = 0
	noWait   = 0
)

// errNone refuses a data folder: nothing here has shown that it could be locked and kept durable on this platform.
var errNone = errors.New("curfew has no data folder on this platform")

func isLink(error) bool { return false }

func linked(os.FileInfo) bool { return false }

func ownerOf(os.FileInfo) (uid int, ok bool) { return 0, false }

func tryLock(*os.File, bool) error { return errNone }

func isBusy(error) bool { return false }

func isNoLock(error) bool { return false }
