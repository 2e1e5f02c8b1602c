package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"curfew/internal/importer"
)

// unitFolders are where systemd looks for units of the system, those of people first.
var unitFolders = []string{"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}

// userUnits is where a person has units, below the home folder.
const userUnits = "/.config/systemd/user"

// foldersOf are all folders where systemd looks for the units of a folder: those of the system, or of a user whose home
// is that. Nil: it is none of them.
func foldersOf(folder, home string) []string {
	if slices.Contains(unitFolders, folder) {
		return unitFolders
	}
	if own, ok := strings.CutSuffix(folder, userUnits); ok {
		home = own
	}
	all := []string{
		home + userUnits, "/etc/systemd/user", "/run/systemd/user", home + "/.local/share/systemd/user",
		"/usr/local/lib/systemd/user", "/usr/lib/systemd/user", "/lib/systemd/user",
	}
	if slices.Contains(all, folder) {
		return all
	}
	return nil
}

// unitSource completes a timer: where it is, whether it runs today, and what it starts.
func unitSource(s *importer.Source, home string) {
	abs, err := filepath.Abs(s.Name)
	if err != nil {
		return
	}
	folders := foldersOf(filepath.Dir(abs), home)
	if folders != nil {
		s.Name, s.Ignored = abs, notEnabled(abs, folders)
	}
	service := importer.ServiceOf(filepath.Base(abs), s.Data)
	for _, folder := range append([]string{filepath.Dir(abs)}, folders...) {
		path := filepath.Join(folder, service)
		if data, _, err := readSource(path); err == nil && filepath.Dir(path) == folder {
			s.Service = data
			return
		}
	}
}

// notEnabled says why a timer of this machine does not run as its file says; empty: it does.
func notEnabled(path string, folders []string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	name, wanted, first := filepath.Base(path), false, true
	for _, folder := range folders {
		if other, err := os.Stat(filepath.Join(folder, name)); first && err == nil && other.Mode().IsRegular() {
			if !os.SameFile(info, other) {
				return "systemd reads " + filepath.Join(folder, name) + " instead of it"
			}
			first = false
		}
		if to, err := filepath.EvalSymlinks(filepath.Join(folder, name)); err == nil && to == os.DevNull {
			return "the timer is masked"
		}
		if _, err := os.Stat(filepath.Join(folder, name+".d")); err == nil {
			return "its settings are changed in " + filepath.Join(folder, name+".d") + ", which is not read here"
		}
		links, err := filepath.Glob(filepath.Join(folder, "*.wants", name))
		wanted = wanted || err == nil && len(links) > 0
	}
	if !wanted {
		return "the timer is not enabled on this machine"
	}
	return ""
}
