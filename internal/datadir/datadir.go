// Package datadir says where a daemon keeps its data when nobody says so, and writes the commands that people
// are told so that they find that very daemon.
package datadir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Variable is the environment variable that names the data folder of commands without --data.
const Variable = "CURFEW_DATA"

// Service is the data folder of a daemon that the machine's service manager runs, as docs/systemd.md sets it up.
const Service = "/var/lib/curfew"

// Default is the data folder of this user when neither --data nor [Variable] names one: curfew in the XDG data dir.
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

// Commands in texts stand in backquotes.
const (
	command = "`curfew "
	named   = "`curfew --data "
)

// Hint names the data folder in the commands of a text, unless it is the one that they mean anyway. A command
// that names one already stays as it is. An empty folder is none.
func Hint(text, data string) string {
	if data == "" || !strings.Contains(text, command) {
		return text
	}
	if usual, err := Default(); err == nil && usual == data {
		return text
	}
	// What names a folder is set aside: it begins like every other command.
	parts := strings.Split(text, named)
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, command, named+quote(data)+" ")
	}
	return strings.Join(parts, named)
}

// Command is a command on a data folder, for people to copy.
func Command(args, data string) string { return named + quote(data) + " " + args + "`" }

// quote makes a path one word of a shell.
func quote(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@%", r)
	}
	if strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
