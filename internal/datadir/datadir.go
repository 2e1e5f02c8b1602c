// Package datadir is the data folder of a daemon: where it is, the names of its files, and what can be done with them
// without a daemon. It also completes the commands in texts for people, so that they reach the daemon of that folder.
package datadir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Variable is the environment variable that names the data folder of commands without --data.
const Variable = "CURFEW_DATA"

// Service is the data folder of a daemon that the service manager runs, as docs/operations.md sets it up.
const Service = "/var/lib/curfew"

// Default is the data folder when neither --data nor [Variable] names one: curfew in the user's XDG data dir.
func Default() (string, error) {
	base := os.Getenv("XDG_DATA_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("no data folder: %w; name one with --data", err)
		}
		base = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(base, "curfew"), nil
}

// In texts, commands are in backquotes.
const (
	command = "`curfew "
	named   = "`curfew --data "
	help    = "`curfew help "
)

// Hint adds the data folder to the commands in a text, unless it is [Default]. A command that names a folder already
// stays as it is, and so does help, which asks no daemon. With an empty data the text stays as it is.
func Hint(text, data string) string {
	if data == "" || !strings.Contains(text, command) {
		return text
	}
	if usual, err := Default(); err == nil && usual == data {
		return text
	}
	return strings.NewReplacer(named, named, help, help, command, named+quote(data)+" ").Replace(text)
}

// Command is a command with its data folder, in backquotes, for people to copy.
func Command(args, data string) string { return named + quote(data) + " " + args + "`" }

// quote makes a path one word for a shell.
func quote(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@%", r)
	}
	if strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
