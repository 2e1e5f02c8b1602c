// Package zone finds the IANA name of the machine's time zone in all places where the C library looks: a name, a path
// or a rule in TZ, or /etc/localtime as a link, a chain of links or a file. It never falls back to UTC for a zone that
// it does not know, since then jobs would run at other times than the machine's own clock shows.
package zone

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// Machine is the machine whose zone is looked up.
type Machine struct {
	Root string                      // folder that its paths begin in; "/" for this machine
	Env  func(string) (string, bool) // its environment, such as [os.LookupEnv]
}

// Found is a zone, and a warning if it is not certain.
type Found struct {
	Name    string // of the IANA database
	Warning string // empty: the name is certain
}

// Here is the zone of this machine.
func Here() (Found, error) { return Machine{"/", os.LookupEnv}.Find() }

const localtime = "/etc/localtime"

// Find is the zone of TZ if that is set, else that of /etc/localtime.
func (m Machine) Find() (Found, error) {
	tz, set := m.Env("TZ")
	if set {
		return m.ofTZ(tz)
	}
	found, err := m.ofFile(localtime)
	switch {
	case os.IsNotExist(err):
		return Found{"UTC", "this machine has no time zone (no TZ and no " + localtime + "), so its clock is UTC"}, nil
	case err != nil:
		return Found{}, fmt.Errorf("the machine's time zone is not known: %w", err)
	default:
		return found, nil
	}
}

func (m Machine) ofTZ(tz string) (Found, error) {
	value := strings.TrimPrefix(tz, ":")
	name := bare(value)
	switch {
	case value == "":
		return Found{Name: "UTC"}, nil // as the C library has it
	case strings.HasPrefix(value, "/"):
		found, err := m.ofFile(value)
		if err != nil {
			return Found{}, fmt.Errorf("TZ is %q: %w", tz, err)
		}
		return found, nil
	case Known(name):
		return Found{Name: name, Warning: leaps(value)}, nil
	}
	if rule, ok := ofRule(value); ok {
		found, ok := like(rule)
		if !ok {
			return Found{}, fmt.Errorf("TZ is the rule %q, and no zone of the IANA database has such a clock; give it the name of a zone", tz)
		}
		return Found{found, fmt.Sprintf("TZ is the rule %q; it is taken for %s, which has the same clock", tz, found)}, nil
	}
	if strings.Trim(value, "\"' \t\r\n") != value {
		return Found{}, fmt.Errorf("TZ is %q, with quotes or blanks that belong to the value; remove them", tz)
	}
	return Found{}, fmt.Errorf("TZ is %q, which is not a valid time zone%s", tz, Meant(value))
}

// bare is the name without the prefix that a database gives to its variants.
func bare(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "posix/"), "right/")
}

// leaps warns of a zone that counts leap seconds.
func leaps(name string) string {
	if strings.HasPrefix(name, "right/") {
		return fmt.Sprintf("the machine's time zone %s counts leap seconds; schedules do not", name)
	}
	return ""
}

//go:embed names.txt
var embedded string

// names are the names of the IANA database: UTC, the zones of countries, the zones with a fixed offset, and the rest.
var names = sync.OnceValue(func() []string { return strings.Fields(embedded) })

var listed = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	for _, name := range names() {
		out[strings.ToLower(name)] = name
	}
	return out
})

// isListed reports whether the database has exactly that name. It needs no list of them in memory.
func isListed(name string) bool {
	line := name + "\n"
	return !strings.Contains(name, "\n") && (strings.HasPrefix(embedded, line) || strings.Contains(embedded, "\n"+line))
}

// Known reports whether a text is exactly the name of a zone of the IANA database.
func Known(name string) bool {
	if isListed(name) {
		return true
	}
	if listed()[strings.ToLower(name)] != "" {
		return false // in other letters
	}
	if name == "" || name == "Local" || strings.ContainsAny(name, " :") {
		return false // Go's own names, and texts that cannot be names
	}
	_, err := time.LoadLocation(name) // a database of this machine that is newer
	return err == nil
}

// Meant asks about the zone that a wrong name may mean, such as "; did you mean Europe/Vienna?". If there is none it
// says what a name looks like.
func Meant(name string) string {
	lower := strings.ToLower(strings.ReplaceAll(strings.Trim(name, "\"' \t"), " ", "_"))
	if there, ok := listed()[lower]; ok {
		return "; did you mean " + there + "?"
	}
	for _, there := range names() {
		if strings.HasSuffix(strings.ToLower(there), "/"+lower) {
			return "; did you mean " + there + "?"
		}
	}
	return "; an IANA name such as Europe/Vienna is needed"
}
