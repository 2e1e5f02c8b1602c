package datadir

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// UnitName is the unit of systemd that the packages bring.
const UnitName = "curfew.service"

// unitFolders are where systemd looks for units of the machine: the first that has one counts.
var unitFolders = []string{
	"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
}

// Unit is the daemon of this machine that systemd runs, or would.
type Unit struct {
	Data   string // its data folder
	User   string // whose processes are the daemon's; empty: root
	Config string // the job file that it starts with; empty: not known
}

// FindUnit reads [UnitName] and what people have changed of it; nil: the machine has none, or it names no data folder.
func FindUnit() *Unit { return unitBelow("/") }

// unitBelow reads the unit of the machine whose files are below root. A file beside it, NAME.d/*.conf, changes it, in the
// order of the names of these files; one of a name hides those of that name in the folders after its own.
func unitBelow(root string) *Unit {
	var u Unit
	var changes []string
	found := false
	for _, folder := range unitFolders {
		path := filepath.Join(root, folder, UnitName)
		if !found {
			found = u.read(path)
		}
		more, err := filepath.Glob(path + ".d/*.conf")
		if err == nil {
			changes = append(changes, more...)
		}
	}
	slices.SortStableFunc(changes, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	changes = slices.CompactFunc(changes, func(a, b string) bool { return filepath.Base(a) == filepath.Base(b) })
	for _, path := range changes {
		u.read(path)
	}
	if !found || u.Data == "" {
		return nil
	}
	return &u
}

// read takes in what a file says, and reports whether it could be read.
func (u *Unit) read(path string) bool {
	text, err := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "User":
			u.User = value
		case "ExecStart":
			words := strings.Fields(value) // a new command without a path has another, which is not known
			u.Data, u.Config = pathIn(words, "--data"), pathIn(words, "--config")
		}
	}
	return err == nil
}

// pathIn is the path that a flag gives among the words of a command. One with a specifier of systemd (%h) or a variable
// is not known.
func pathIn(words []string, flag string) string {
	for i, w := range words {
		path, joined := strings.CutPrefix(w, flag+"=")
		if w == flag && i+1 < len(words) {
			path, joined = words[i+1], true
		}
		if joined && filepath.IsAbs(path) && !strings.ContainsAny(path, "%$") {
			return path
		}
	}
	return ""
}

// Command is a command to the unit's daemon, in backquotes, for people to copy: as the unit's user, unless the caller is
// that one, or root.
func (u Unit) Command(args string) string {
	command := Command(args, u.Data)
	if !u.foreign() {
		return command
	}
	return "`" + As(u.User) + strings.Replace(command, "`", " ", 1)
}

// foreign reports whether the caller is neither the unit's user nor root.
func (u Unit) foreign() bool {
	if u.User == "" || os.Geteuid() == 0 {
		return false
	}
	is, err := user.Lookup(u.User)
	return err != nil || is.Uid != strconv.Itoa(os.Geteuid())
}

// withoutRoot is the page and its section for those who have no rights of the daemon's user.
const withoutRoot = "`curfew help operations`: Without root"

// As is what stands before a command that the caller is to run as another user: root has runuser on every Linux, and not
// always sudo; others need sudo.
func As(name string) string {
	if os.Geteuid() == 0 {
		return "runuser -u " + name + " --"
	}
	return "sudo -u " + name
}

// Other says how to reach the daemon of another data folder, as a part of a sentence; u is the machine's, or nil.
func Other(data string, u *Unit) string {
	if u != nil && u.Data != data {
		asks := u.Command("status") + " asks it"
		if u.foreign() {
			asks += " (" + withoutRoot + ")"
		}
		return "the daemon of this machine's " + UnitName + " is another one: " + asks + ", and `systemctl enable --now curfew` starts it if it does not run"
	}
	other := "if yours has another data folder, name it with --data or " + Variable
	if info, err := os.Stat(Service); err == nil && info.IsDir() && data != Service {
		other += " (there is " + Service + ")"
	}
	return other
}

// Foreign is the error of a data folder that the caller may not enter. It says so in its own words, and is err, too.
func Foreign(data string, err error) error {
	as := "run the command as that user, such as with " + As("OWNER")
	if u := FindUnit(); u != nil && u.Data == data {
		as = "run the command as that user: " + u.Command("status")
	}
	return foreign{fmt.Sprintf("the data folder %s belongs to another user, and you may not enter it; %s. Who may not do that asks "+
		"over TCP with a copy of its %s, which may only look: --url URL --token-file FILE ("+withoutRoot+")", data, as, APIReadToken), err}
}

// foreign is an error with another text.
type foreign struct {
	text string
	err  error
}

func (f foreign) Error() string { return f.text }
func (f foreign) Unwrap() error { return f.err }
