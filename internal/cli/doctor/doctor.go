// Package doctor looks for what keeps jobs from running, or people from hearing of it: on the machine, in the data
// folder, in the daemon's answers and in a job file. A finding says what was seen and what to do. Nothing is changed, and
// no token is used.
package doctor

import "fmt"

// State is how bad a finding is.
type State string

// The states.
const (
	OK      State = "ok"
	Warning State = "warning" // people should look at it; jobs run
	Failure State = "failure" // jobs do not run, or will not
)

// Finding is what was seen in one place.
type Finding struct {
	Area  string  `json:"area"`
	State State   `json:"state"`
	Text  string  `json:"text"`
	Do    *string `json:"do"` // what helps; null: nothing is to be done
}

func ok(area, format string, args ...any) Finding {
	return Finding{Area: area, State: OK, Text: fmt.Sprintf(format, args...)}
}

func warn(area, do, format string, args ...any) Finding {
	return found(Warning, area, do, format, args)
}

func fail(area, do, format string, args ...any) Finding {
	return found(Failure, area, do, format, args)
}

func found(s State, area, do, format string, args []any) Finding {
	f := Finding{Area: area, State: s, Text: fmt.Sprintf(format, args...)}
	if do != "" {
		f.Do = &do
	}
	return f
}
