package scheduler

import (
	"fmt"
	"math"
	"sync"
	"time"
)

// maxZones bounds the cache of zones. The zone database has some 600 names.
const maxZones = 1024

// zones keeps the zones that were read, so that a million schedules share a handful of tables.
// A zone is a constant: caching it changes no answer.
var zones struct {
	sync.Mutex
	byName map[string]*time.Location
}

// zone is the time zone of that IANA name; UTC if it is empty.
func zone(name string) (*time.Location, error) {
	const longest = 64
	switch {
	case name == "" || name == "UTC":
		return time.UTC, nil
	case name == "Local":
		return nil, fmt.Errorf("the machine's own zone is not a name (allowed: an IANA name such as Europe/Berlin, or UTC)")
	case len(name) > longest:
		return nil, fmt.Errorf("longer than %d bytes", longest)
	}
	zones.Lock()
	defer zones.Unlock()
	if loc, ok := zones.byName[name]; ok {
		return loc, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("no such zone (allowed: an IANA name such as Europe/Berlin, or UTC)")
	}
	if zones.byName == nil || len(zones.byName) >= maxZones {
		zones.byName = make(map[string]*time.Location)
	}
	zones.byName[name] = loc
	return loc, nil
}

// The ends of time, far enough from overflow.
const (
	beginning = math.MinInt64 / 4
	end       = math.MaxInt64 / 4
)

// A stretch is a span of time [start, end) in which the offset of a zone does not change. Its ends
// are seconds since the epoch; an end need not be a change.
type stretch struct {
	start, end, offset int64
}

// stretchAt is the stretch around an instant.
func (s *Schedule) stretchAt(t int64) stretch {
	if s.loc == time.UTC {
		return stretch{start: beginning, end: end}
	}
	at := time.Unix(t, 0).In(s.loc)
	_, offset := at.Zone()
	from, to := at.ZoneBounds()
	st := stretch{start: beginning, end: end, offset: int64(offset)}
	if !from.IsZero() {
		st.start = from.Unix()
	}
	if !to.IsZero() {
		st.end = to.Unix()
	}
	if st.end <= t {
		// Behind its table of changes, Go ends a year after 365 days, a leap year too: on the 366th
		// the end lies in the past. No rule changes an offset on that day.
		st.end += secondsOfDay
	}
	return st
}

// offsetBefore is the offset of the zone right before the stretch.
func (s *Schedule) offsetBefore(st stretch) int64 {
	if st.start == beginning {
		return st.offset
	}
	_, offset := time.Unix(st.start-1, 0).In(s.loc).Zone()
	return int64(offset)
}
