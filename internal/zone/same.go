package zone

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"
)

// The times at which two clocks are compared. Schedules look ahead, so zones that agree recently and later count as the
// same.
var (
	always = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	recent = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	ahead  = time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC)
)

// like is a zone of the database with the same clock. One that agrees in all of its past and in its abbreviations is
// preferred. Then it is enough to agree recently and later: with abbreviations, with a fixed offset, or at all.
func like(loc *time.Location) (string, bool) {
	for _, pass := range []struct {
		from  time.Time
		words bool
		first string // beginning of the names
	}{{always, true, ""}, {recent, true, ""}, {recent, false, "Etc/"}, {recent, false, ""}} {
		for _, name := range names() {
			if !strings.HasPrefix(name, pass.first) {
				continue
			}
			if there, err := time.LoadLocation(name); err == nil && same(loc, there, pass.from, pass.words) {
				return name, true
			}
		}
	}
	return "", false
}

// same reports whether two clocks show the same times from an instant on; with words, also the same abbreviations.
func same(a, b *time.Location, from time.Time, words bool) bool {
	for at := from; at.Before(ahead); {
		x, y := at.In(a), at.In(b)
		nameX, offsetX := x.Zone()
		nameY, offsetY := y.Zone()
		if offsetX != offsetY || words && nameX != nameY {
			return false
		}
		_, endX := x.ZoneBounds()
		_, endY := y.ZoneBounds()
		if endX.IsZero() && endY.IsZero() {
			return true
		}
		at = later(at, endX, endY)
	}
	return true
}

// later is the first of the ends that is after the instant, else a day later, so that a comparison ends with every
// file.
func later(at time.Time, ends ...time.Time) time.Time {
	next := at.Add(24 * time.Hour)
	found := false
	for _, end := range ends {
		if end.After(at) && (!found || end.Before(next)) {
			next, found = end, true
		}
	}
	return next
}

// nowhere is the abbreviation of a rule that cannot be read.
const nowhere = "???"

// ofRule is the clock of a POSIX rule, such as "JST-9" or "CET-1CEST,M3.5.0,M10.5.0/3". The standard library reads such
// a rule at the end of a zone's file, so it gets a file with little else in it.
func ofRule(rule string) (*time.Location, bool) {
	if len(rule) > 255 || bytes.ContainsAny([]byte(rule), "\n\x00") {
		return nil, false
	}
	var file bytes.Buffer
	for range 2 { // the first part is for readers of 32 bits
		file.WriteString("TZif2")
		file.Write(make([]byte, 15))
		for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one type, four letters
			_ = binary.Write(&file, binary.BigEndian, count)
		}
		file.Write(make([]byte, 6)) // the type: UTC, no summer time, first letter
		file.WriteString(nowhere + "\x00")
	}
	file.WriteString("\n" + rule + "\n")
	loc, err := time.LoadLocationFromTZData(rule, file.Bytes())
	if err != nil {
		return nil, false
	}
	name, _ := recent.In(loc).Zone()
	return loc, name != nowhere
}
