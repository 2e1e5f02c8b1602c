package web

import (
	"net/http"
	"net/url"
	"time"

	"curfew/internal/words"
	"curfew/messages"
)

// A zoneMode is in which zone times are shown.
type zoneMode string

// The modes.
const (
	zoneJob     zoneMode = "job"     // that of the job; UTC for what belongs to no job
	zoneBrowser zoneMode = "browser" // that of the browser, which a script has told
	zoneUTC     zoneMode = "utc"
)

// The cookies that remember it. The script sets the second one.
const (
	zoneCookie        = "curfew_zone"
	browserZoneCookie = "curfew_browser_zone"
)

// maxZone bounds the name of a zone, in bytes.
const maxZone = 64

// A clock shows times.
type clock struct {
	now     time.Time
	mode    zoneMode
	browser *time.Location // nil: not known
}

// A moment is an instant as a page shows it. The zero one is none.
type moment struct {
	ISO  string // for programs
	Text string // the time of day, with the date unless it is today
	Zone string // its abbreviation
	Full string // date, time, zone and how far away it is
	Away string // such as "in 3m"
}

// readClock reads the cookies of a request.
func readClock(r *http.Request, now time.Time) clock {
	c := clock{now: now, mode: zoneJob, browser: browserZone(r)}
	if chosen, err := r.Cookie(zoneCookie); err == nil {
		switch m := zoneMode(chosen.Value); m {
		case zoneUTC, zoneBrowser:
			c.mode = m
		}
	}
	return c
}

// browserZone is the zone of the browser; nil: it is not known.
func browserZone(r *http.Request) *time.Location {
	told, err := r.Cookie(browserZoneCookie)
	if err != nil {
		return nil
	}
	name, err := url.QueryUnescape(told.Value)
	if err != nil || name == "" || name == "Local" || len(name) > maxZone {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// zone is the zone for what belongs to a job in a zone.
func (c clock) zone(job string) *time.Location {
	switch {
	case c.mode == zoneBrowser && c.browser != nil:
		return c.browser
	case c.mode == zoneJob && job != "":
		if zone, err := time.LoadLocation(job); err == nil {
			return zone
		}
	}
	return time.UTC
}

func (c clock) moment(i messages.Instant, job string) moment {
	if i.IsZero() {
		return moment{}
	}
	zone := c.zone(job)
	at := i.Time().In(zone)
	abbreviation := at.Format("MST")
	away := words.Away(at, c.now)
	return moment{
		ISO: i.Time().UTC().Format("2006-01-02T15:04:05.000Z"), Text: words.Near(at, c.now, zone), Zone: abbreviation,
		Full: words.Exact(at, zone) + " " + abbreviation + ", " + away, Away: away,
	}
}
