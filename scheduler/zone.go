package scheduler

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"
	"time"
)

// maxZones bounds the cache of zones. The zone database has some 600 names.
const maxZones = 1024

// zones keeps the zones that were read, so that a million schedules share a handful of tables.
// A zone is a constant: caching it changes no answer.
var zones struct {
	sync.Mutex
	byName map[string]*zone
}

// A zone is a time zone and the changes of its offset.
type zone struct {
	loc     *time.Location
	offsets []int64   // that occur in the table
	table   []stretch // without gaps from tableFrom to tableTo, each with another offset than the one before
}

var utc = &zone{loc: time.UTC, offsets: []int64{0}}

// zoneOf is the time zone of that IANA name; UTC if it is empty.
func zoneOf(name string) (*zone, error) {
	const longest = 64
	switch {
	case name == "" || name == "UTC":
		return utc, nil
	case name == "Local":
		return nil, fmt.Errorf("the machine's own zone is not a name (allowed: an IANA name such as Europe/Berlin, or UTC)")
	case len(name) > longest:
		return nil, fmt.Errorf("longer than %d bytes", longest)
	}
	zones.Lock()
	defer zones.Unlock()
	if z, ok := zones.byName[name]; ok {
		return z, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("no such zone (allowed: an IANA name such as Europe/Berlin, or UTC)")
	}
	if zones.byName == nil || len(zones.byName) >= maxZones {
		zones.byName = make(map[string]*zone)
	}
	z := &zone{loc: loc}
	z.fill()
	zones.byName[name] = z
	return z, nil
}

// The ends of time, far enough from overflow.
const (
	beginning = math.MinInt64 / 4
	end       = math.MaxInt64 / 4
)

// The span that a zone's table covers, 1970-01-01 to 2200-01-01. Outside it the zone is asked.
const (
	tableFrom = 0
	tableTo   = 7258118400
)

// A stretch is a span of time [start, end) in which the offset of a zone does not change. Its ends
// are seconds since the epoch; an end need not be a change.
type stretch struct {
	start, end     int64
	offset, before int64 // before: right before the start
}

// fill makes the table.
func (z *zone) fill() {
	for t := int64(tableFrom); t < tableTo; {
		st := z.ask(t)
		if n := len(z.table); n > 0 && z.table[n-1].offset == st.offset {
			z.table[n-1].end = st.end
		} else {
			z.table = append(z.table, st)
		}
		if !slices.Contains(z.offsets, st.offset) {
			z.offsets = append(z.offsets, st.offset)
		}
		t = st.end
	}
}

// at is the stretch around an instant.
func (z *zone) at(t int64) stretch {
	if t < tableFrom || t >= tableTo || z == utc {
		return z.ask(t)
	}
	return z.table[sort.Search(len(z.table), func(i int) bool { return z.table[i].end > t })]
}

// ask is the stretch around an instant as package time knows it.
func (z *zone) ask(t int64) stretch {
	if z == utc {
		return stretch{start: beginning, end: end}
	}
	at := time.Unix(t, 0).In(z.loc)
	_, offset := at.Zone()
	from, to := at.ZoneBounds()
	st := stretch{start: beginning, end: end, offset: int64(offset), before: int64(offset)}
	if !from.IsZero() {
		st.start = from.Unix()
		_, before := time.Unix(st.start-1, 0).In(z.loc).Zone()
		st.before = int64(before)
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

// firstOf is the first instant at which the wall clock shows that time or a later one.
func (z *zone) firstOf(local int64) time.Time {
	for st := z.at(local - secondsOfDay); ; st = z.at(st.end) {
		if at := local - st.offset; at < st.end {
			return time.Unix(max(at, st.start), 0)
		}
	}
}
