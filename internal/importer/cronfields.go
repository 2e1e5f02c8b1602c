package importer

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
)

// A cronField is one of the five fields as Debian's cron reads it.
type cronField struct {
	title    string
	min, max int
	names    []string
}

const (
	cronMinute = iota
	cronHour
	cronDay
	cronMonth
	cronWeekday
	cronFields
)

var cronForm = [cronFields]cronField{
	{title: "minute", max: 59},
	{title: "hour", max: 23},
	{title: "day-of-month", min: 1, max: 31},
	{title: "month", min: 1, max: 12, names: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
	{title: "day-of-week", max: 7, names: strings.Fields("sun mon tue wed thu fri sat")},
}

// A cronSpec is a schedule as Debian's cron understands it.
type cronSpec struct {
	sets     [cronFields]uint64
	stars    [cronFields]bool   // the field starts with *
	read     [cronFields]string // what cron takes of the field
	dropped  []string           // fields of which it skips the rest without a word
	reversed []string           // ranges that end before they begin: they stand for nothing
	reboot   bool
	word     string // such as @daily
}

// cronWords are the names that cron knows, in lower case only.
var cronWords = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
	"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *", "@reboot": "",
}

// readCron reads a schedule at the beginning of a line, and returns what follows it. The error is one for which cron
// ignores the whole file.
func readCron(text string) (spec cronSpec, rest string, err error) {
	if strings.HasPrefix(text, "@") {
		word, rest := cutBlank(text)
		fields, known := cronWords[word]
		if !known {
			return spec, "", fmt.Errorf("%s is not a name of a schedule", word)
		}
		if fields != "" {
			spec, _, err = readCron(fields + " ")
		}
		spec.word, spec.reboot = word, fields == ""
		return spec, rest, err
	}
	rest = text
	for i := range cronForm {
		var word string
		word, rest = cutBlank(rest)
		if err := spec.field(i, word); err != nil {
			return spec, "", fmt.Errorf("bad %s %q: %w", cronForm[i].title, word, err)
		}
	}
	const sunday = 7
	if spec.sets[cronWeekday]&(1|1<<sunday) != 0 {
		spec.sets[cronWeekday] |= 1 | 1<<sunday
	}
	return spec, rest, nil
}

// cutBlank cuts at the first run of blanks and tabs.
func cutBlank(text string) (word, rest string) {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], strings.TrimLeft(text[i:], " \t")
	}
	return text, ""
}

// field reads a list of items. It ends at the first character that is not part of it, and cron skips the rest.
func (s *cronSpec) field(i int, word string) error {
	f := cronForm[i]
	s.stars[i] = strings.HasPrefix(word, "*")
	at := 0
	for {
		n, err := s.item(i, f, word[at:])
		if err != nil {
			return err
		}
		if at += n; at >= len(word) || word[at] != ',' {
			break
		}
		at++
	}
	s.read[i] = word[:at]
	if at < len(word) {
		s.dropped = append(s.dropped, word)
	}
	return nil
}

// item reads *, a or a-b, the first and the last with or without /n, and returns its length.
func (s *cronSpec) item(i int, f cronField, text string) (length int, err error) {
	lo, hi, by, at := f.min, f.max, 1, 1
	if !strings.HasPrefix(text, "*") {
		if lo, at, err = f.value(text, f.names); err != nil {
			return 0, err
		}
		if at == len(text) || text[at] != '-' {
			if at < len(text) && text[at] == '/' {
				return 0, fmt.Errorf("a step after a single value")
			}
			if lo < f.min || lo > f.max {
				return 0, fmt.Errorf("%d is not %d to %d", lo, f.min, f.max)
			}
			s.sets[i] |= 1 << lo
			return at, nil
		}
		n := 0
		if hi, n, err = f.value(text[at+1:], f.names); err != nil {
			return 0, err
		}
		at += 1 + n
	}
	if at < len(text) && text[at] == '/' {
		n := 0
		if by, n, err = f.value(text[at+1:], nil); err != nil || by == 0 {
			return 0, fmt.Errorf("the step is not a number from 1")
		}
		at += 1 + n
	}
	if lo > hi {
		s.reversed = append(s.reversed, text[:at])
		return at, nil
	}
	if lo < f.min || hi > f.max {
		return 0, fmt.Errorf("%d-%d is not within %d-%d", lo, hi, f.min, f.max)
	}
	for v := lo; v <= hi; v += by {
		s.sets[i] |= 1 << v
	}
	return at, nil
}

// value reads letters and digits: a name, or a number.
func (f cronField) value(text string, names []string) (v, length int, err error) {
	for length < len(text) && (isLetter(text[length]) || isDigit(text[length])) {
		length++
	}
	word := text[:length]
	for i, name := range names {
		if strings.EqualFold(word, name) {
			return f.min + i, length, nil
		}
	}
	const longest = 6
	if v, err = strconv.Atoi(word); err != nil || len(word) > longest {
		return 0, 0, fmt.Errorf("%q is not a valid value", text)
	}
	return v, length, nil
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// text is the schedule in the dialect of the job file.
func (s *cronSpec) text() string {
	if s.word != "" {
		return s.word
	}
	return strings.Join(s.read[:], " ")
}

// fixed reports whether the job is about a time of day: neither minute nor hour starts with a star.
func (s *cronSpec) fixed() bool {
	return !s.stars[cronMinute] && !s.stars[cronHour]
}

// rule is what cron does with the schedule, in that zone.
func (s *cronSpec) rule(zone *time.Location) oracle.Rule {
	both := s.stars[cronDay] || s.stars[cronWeekday]
	has := func(field, v int) bool { return s.sets[field]>>v&1 != 0 }
	return oracle.Rule{Zone: zone, Clock: oracle.Debian, Fixed: s.fixed(), Match: func(w oracle.Wall) bool {
		if !has(cronMinute, w.Minute) || !has(cronHour, w.Hour) || !has(cronMonth, w.Month) {
			return false
		}
		day, week := has(cronDay, w.Day), has(cronWeekday, int(w.Weekday))
		return both && day && week || !both && (day || week)
	}}
}

// impossible reports whether no date has the day in the month, so that cron takes the line and never runs it.
func (s *cronSpec) impossible() bool {
	if s.reboot || len(s.reversed) > 0 || !s.stars[cronWeekday] && !s.stars[cronDay] {
		return false
	}
	const short, shortest = 1<<4 | 1<<6 | 1<<9 | 1<<11, 1 << 2
	first := bits.TrailingZeros64(s.sets[cronDay])
	months := s.sets[cronMonth]
	return first > 30 && months&^(short|shortest) == 0 || first > 29 && months&^shortest == 0
}
