package cli

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// Where cron of this machine reads tables.
const (
	systemTable  = "/etc/crontab"
	systemTables = "/etc/cron.d"
	userTables   = "/var/spool/cron/crontabs" // each has the name of its user
)

// readHere reports whether cron of this machine reads a system table of that path, and says why it does not read the
// table, of the system or of a user; empty: it does, or the table is a copy.
func readHere(path string, info os.FileInfo) (system bool, ignored string) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return false, ""
	}
	switch folder := filepath.Dir(abs); {
	case abs == systemTable || folder == systemTables:
		return true, unreadSystem(info)
	case folder == userTables:
		return false, unreadUser(filepath.Base(abs), info)
	}
	return false, ""
}

// tableOwner is whose table a file is, if its folder is one in which crons keep the tables of users, each under the name
// of its user, or a copy of it: …/crontabs of Debian, …/spool/cron of cronie, …/spool/cron/tabs of openSUSE. Empty: it
// is in no such folder.
func tableOwner(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	folder, name := filepath.Split(abs)
	for _, end := range []string{"/crontabs/", "/spool/cron/", "/spool/cron/tabs/"} {
		if strings.HasSuffix(folder, end) {
			return name
		}
	}
	return ""
}

// unreadSystem says why cron does not read a table of the system; empty: it does.
func unreadSystem(info os.FileInfo) string {
	const others = 0o022
	switch {
	case info.Mode().Perm()&others != 0:
		return fmt.Sprintf("cron reads no table that others than its owner may write (its mode is %04o)", info.Mode().Perm())
	case !ownedBy(info, "0"):
		return "cron reads no table that root does not own"
	}
	return ""
}

// unreadUser says why cron does not read the table of a user; empty: it does.
func unreadUser(name string, info os.FileInfo) string {
	const private = 0o600
	who, err := user.Lookup(name)
	switch {
	case err != nil:
		return fmt.Sprintf("cron reads it for a user %q, and this machine knows none", name)
	case info.Mode().Perm() != private:
		return fmt.Sprintf("cron reads a table of a user only with the mode 0600 (its mode is %04o)", info.Mode().Perm())
	case !ownedBy(info, "0") && !ownedBy(info, who.Uid):
		return fmt.Sprintf("cron reads no table of %s that neither %s nor root owns", name, name)
	}
	return ""
}

// besideTimer says why systemd-cron does not read a table: its package brings a timer. Empty: it reads it, or it is a copy.
func besideTimer(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil || filepath.Dir(abs) != systemTables {
		return ""
	}
	for _, folder := range []string{"/lib/systemd/system", "/etc/systemd/system", "/run/systemd/system"} {
		timer := filepath.Join(folder, filepath.Base(abs)+".timer")
		if _, err := os.Lstat(timer); err == nil {
			return "systemd-cron reads no file beside which there is a timer of its name, " + timer
		}
	}
	return ""
}
