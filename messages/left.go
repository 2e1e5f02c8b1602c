package messages

import (
	"fmt"
	"strings"
)

// MaxLeft is how many of the processes that an attempt left behind are named.
const MaxLeft = 10

// Left is what an attempt left running in the background when its process had ended by itself, and what is
// still there after KILL.
type Left struct {
	Count     int       `json:"count"`           // processes, at least one
	Kept      bool      `json:"kept,omitzero"`   // they go on, as the job file wants; false: they were told to end
	Killed    int       `json:"killed,omitzero"` // processes that did not end when they were told to, and were killed
	Alive     int       `json:"alive,omitzero"`  // of those the ones that do not end, even when they are killed
	Processes []Process `json:"processes"`       // the first [MaxLeft]
}

// Process names a process of the machine.
type Process struct {
	PID  int    `json:"pid"`
	Name string `json:"name"` // of the program, as far as the system keeps it: 15 bytes on Linux
}

// Names are the processes for people, such as "sleep (pid 7), make (pid 9) and 3 more".
func (l Left) Names() string {
	var b strings.Builder
	for i, p := range l.Processes {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s (pid %d)", p.Name, p.PID)
	}
	if more := l.Count - len(l.Processes); more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// Fate says what became of them.
func (l Left) Fate() string {
	switch {
	case l.Alive > 0:
		return fmt.Sprintf("%d of them still there, even after KILL", l.Alive)
	case l.Kept:
		return "left running, as the job wants"
	case l.Killed > 0:
		return fmt.Sprintf("told to end, and %d had to be killed", l.Killed)
	default:
		return "told to end"
	}
}

// String is all of it for people.
func (l Left) String() string {
	what := "processes"
	if l.Count == 1 {
		what = "process"
	}
	return fmt.Sprintf("%d %s in the background (%s): %s", l.Count, what, l.Names(), l.Fate())
}
