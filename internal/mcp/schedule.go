package mcp

import (
	"cmp"
	"context"
	"strings"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
)

// slot is one slot of a schedule.
type slot struct {
	At    string `json:"at"`
	Local string `json:"local" jsonschema:"in the zone of the schedule"`
	Note  string `json:"note,omitempty" jsonschema:"what a change of the clock does to it"`
}

type previewIn struct {
	Schedule string `json:"schedule" jsonschema:"such as 0 7 * * MON-FRI, @daily, every 15m, at 2027-01-15 09:00"`
	Timezone string `json:"timezone,omitempty" jsonschema:"IANA name, such as Europe/Berlin; by default UTC"`
	Count    int    `json:"count,omitempty" jsonschema:"how many slots, 1 to 100; 5 by default"`
}

type previewOut struct {
	Text  string `json:"text" jsonschema:"the schedule in words"`
	Slots []slot `json:"slots"`
	Ends  bool   `json:"ends" jsonschema:"there are no more slots"`
}

// defaultSlots is how many slots a preview shows.
const defaultSlots = 5

func (t tools) preview(_ context.Context, in previewIn) (out previewOut, err error) {
	n := cmp.Or(in.Count, defaultSlots)
	if n < 1 || n > maxItems {
		return out, contract.Malformed("count must be 1 to %d, not %d", maxItems, n)
	}
	now := t.now()
	s, err := parse(messages.Timetable{Schedule: in.Schedule, Timezone: cmp.Or(in.Timezone, "UTC"), Anchor: messages.At(now)}, "")
	if err != nil {
		return out, err
	}
	out = previewOut{Text: s.Describe(), Slots: next(s, now, n)}
	out.Ends = len(out.Slots) < n
	return out, nil
}

// slotsOf are the next slots of a job.
func (t tools) slotsOf(j contract.Job) ([]slot, error) {
	if !j.Enabled {
		return []slot{}, nil
	}
	s, err := parse(j.Timetable(), j.Name)
	if err != nil {
		return nil, err
	}
	return next(s, t.now(), shownSlots), nil
}

func parse(table messages.Timetable, job string) (scheduler.Schedule, error) {
	s, err := scheduler.Parse(table, job)
	if err != nil {
		return s, contract.Malformed("%s", strings.TrimPrefix(err.Error(), "scheduler: "))
	}
	return s, nil
}

func next(s scheduler.Schedule, after time.Time, n int) []slot {
	slots := []slot{}
	for at := after; len(slots) < n; {
		then, ok := s.Next(at)
		if !ok {
			break
		}
		at = then
		slots = append(slots, slot{
			At: messages.At(then).String(), Local: then.In(s.Location()).Format(time.RFC3339), Note: s.Note(then),
		})
	}
	return slots
}
