package engine

import (
	"fmt"
	"slices"
	"strings"

	"curfew/messages/text"
)

// difference is how the jobs of a job file differ from those that the journal knows.
type difference struct {
	added, changed, gone []string
	same                 int
	foreign              int // jobs that the API made
}

// note takes in a job of the file: known if the journal knows it, same if it knows it as it is now.
func (d *difference) note(job string, known, same bool) {
	switch {
	case !known:
		d.added = append(d.added, job)
	case !same:
		d.changed = append(d.changed, job)
	default:
		d.same++
	}
}

// String is the difference in one line, such as "1 new (a), 2 changed (b, c), 1 gone (d), 5 as before".
func (d *difference) String() string {
	var parts []string
	for _, p := range []struct {
		names []string
		word  string
	}{{d.added, "new"}, {d.changed, "changed"}, {d.gone, "gone"}} {
		if n := len(p.names); n > 0 {
			slices.Sort(p.names)
			parts = append(parts, fmt.Sprintf("%d %s (%s)", n, p.word, text.Names(p.names, maxNamed)))
		}
	}
	if d.same > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d as before", d.same))
	}
	if d.foreign > 0 {
		parts = append(parts, fmt.Sprintf("%d made by the API", d.foreign))
	}
	return strings.Join(parts, ", ")
}
