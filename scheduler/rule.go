package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

type kind uint8

const (
	kindCron kind = iota + 1
	kindEvery
	kindAt
	kindIn
	kindReboot
	kindAfter // no slot by the clock: the end of another job's run makes them
)

// A rule is one expression of a schedule.
type rule struct {
	kind   kind
	cron   cron
	sifted *cron            // cron without the years that have no slot; nil: all have
	every  int64            // kindEvery: seconds between slots, at least 1
	phase  int64            // kindEvery: the job's own place in the interval, in seconds
	at     messages.Instant // kindAt and kindIn; none: a delay without an anchor
	mute   messages.Instant // no slot up to here, delay included; see [Schedule.After]
	zone   *zone
	dst    messages.DST // empty: vixie
	and    bool         // both day fields must match
	limits
	text   string
	varies string // what the job's name has chosen; empty: nothing
}

// The bounds of "every" and "in".
const (
	MinEvery = time.Second
	MaxEvery = 366 * 24 * time.Hour
	MaxIn    = 10 * MaxEvery
)

const forms = `allowed: five cron fields "minute hour day-of-month month day-of-week", six with seconds first, seven with the year ` +
	`last, @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, @reboot, "every 15m", "at 2027-01-15T12:00:00Z", "in 10 minutes"`

// macros are the cron expressions with a name.
var macros = map[string]string{
	"@hourly":   "0 * * * *",
	"@daily":    "0 0 * * *",
	"@midnight": "0 0 * * *",
	"@weekly":   "0 0 * * 0",
	"@monthly":  "0 0 1 * *",
	"@yearly":   "0 0 1 1 *",
	"@annually": "0 0 1 1 *",
}

const msPerSecond = 1000

// parse reads the text of the rule.
func (r *rule) parse(t messages.Timetable, job string) error {
	words := strings.Fields(r.text)
	if len(words) > 0 {
		prefix, name, ok := strings.Cut(words[0], "=")
		if ok && (prefix == "TZ" || prefix == "CRON_TZ") {
			z, err := zoneOf(name)
			if err != nil || name == "" {
				return fmt.Errorf("%s: no such zone (allowed: an IANA name such as Europe/Berlin, or UTC)", words[0])
			}
			r.zone, words = z, words[1:]
		}
	}
	if len(words) == 0 {
		return fmt.Errorf("empty (%s)", forms)
	}
	switch first := strings.ToLower(words[0]); {
	case first == "every" || first == "@every":
		return r.parseEvery(words[1:], job)
	case first == "at":
		return r.parseAt(words[1:])
	case first == "in":
		return r.parseIn(words[1:], t.Anchor)
	case first == "after":
		return errors.New(`"after" is no expression; write it as schedule: {after: {job: NAME, on: success}}`)
	case first == "@reboot" && len(words) == 1:
		r.kind = kindReboot
		return nil
	case first[0] == '@':
		expanded, ok := macros[first]
		if !ok || len(words) > 1 {
			return fmt.Errorf("unknown macro (%s)", forms)
		}
		words = strings.Fields(expanded)
	}
	switch d, err := lengthOf(words); {
	case errors.Is(err, errTooLong):
		return fmt.Errorf("a length of time alone is not a schedule, and this one is %w (%s)", err, forms)
	case err == nil && d > 0:
		return fmt.Errorf(`a length of time alone is not a schedule; did you mean "every %[1]s", or "in %[1]s"? (%[2]s)`, strings.Join(words, " "), forms)
	}
	r.kind = kindCron
	return r.parseCron(words, job)
}

func (r *rule) parseEvery(words []string, job string) error {
	const allowed = `(allowed: "every" and whole seconds from 1s to 8784h, such as 2s, 15m, 1h30m, 5 minutes, 1d, hour)`
	text := strings.Join(words, " ")
	if len(words) == 0 {
		return fmt.Errorf(`"every" takes a duration %s`, allowed)
	}
	if unitOf(words[0]) > 0 {
		words = append([]string{"1"}, words...) // "every hour"
	}
	d, err := lengthOf(words)
	switch {
	case errors.Is(err, errTooLong), err == nil && d > MaxEvery:
		err = errors.New("longer than 366 days")
	case err == nil && d < MinEvery:
		err = errors.New("shorter than a second")
	case err == nil && d%time.Second != 0:
		err = errors.New("not whole seconds")
	}
	if err != nil {
		return fmt.Errorf("duration %q: %w %s", text, err, allowed)
	}
	r.kind, r.every = kindEvery, int64(d/time.Second)
	r.phase = int64(pick(job, "every", int(r.every)))
	r.varies = fmt.Sprint("p", r.phase)
	return nil
}

func (r *rule) parseAt(words []string) error {
	const allowed = `(allowed: "at" and an RFC 3339 time, such as 2027-01-15T12:00:00Z, or a time of the schedule's zone, such as 2027-01-15 09:00)`
	text := strings.Join(words, " ")
	if text == "" {
		return fmt.Errorf(`"at" takes one time %s`, allowed)
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t, err = r.clock(text)
	}
	if err != nil {
		return fmt.Errorf("time %q: %w %s", text, err, allowed)
	}
	if t.UnixMilli() == 0 {
		return errors.New("the epoch itself cannot be a slot; choose another instant")
	}
	r.kind, r.at = kindAt, messages.At(t)
	return nil
}

// clock reads a time of the schedule's own zone. A time that the zone's clock leaves out, or shows twice, is ambiguous
// and refused.
func (r *rule) clock(text string) (time.Time, error) {
	const form = "2006-01-02 15:04:05.999999999"
	if at := strings.IndexByte(text, 'T'); at == len(time.DateOnly) {
		text = text[:at] + " " + text[at+1:]
	}
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	shown, err := time.Parse(form, text)
	if err != nil {
		return shown, errors.New("not a time")
	}
	text = shown.Format(form)
	t, _ := time.ParseInLocation(form, text, r.zone.loc)
	if t.Format(form) != text {
		return t, fmt.Errorf("the clock in %s skips this time that day; write it with an offset", r.zone.loc)
	}
	for by := 15 * time.Minute; by <= 3*time.Hour; by += 15 * time.Minute {
		if t.Add(by).Format(form) == text || t.Add(-by).Format(form) == text {
			return t, fmt.Errorf("the clock in %s shows this time twice that day; write it with an offset", r.zone.loc)
		}
	}
	return t, nil
}

// pick is a stable choice of 0 … n-1 for a job; 0 without a job.
func pick(job, what string, n int) int {
	if job == "" {
		return 0
	}
	return int(messages.Spread("schedule", job, what) * float64(n))
}
