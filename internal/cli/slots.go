package cli

import (
	"time"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
)

// nextSlots is what `next -o json` prints: the schedule and a list of its slots.
type nextSlots struct {
	Schedule     string            `json:"schedule"`
	ScheduleText string            `json:"schedule_text"`
	Timezone     string            `json:"timezone"`
	Items        []nextSlot        `json:"items"`
	Next         *messages.Instant `json:"next"` // the value of --from that lists the rest; null: there is no rest
}

// nextSlot is a slot.
type nextSlot struct {
	Slot  messages.Instant `json:"slot"`
	Local *string          `json:"local"` // RFC 3339 with the zone's offset; null: the offset has seconds, which RFC 3339 cannot write
	Note  *string          `json:"note"`  // what a change of the clock does to the slot; null: nothing
}

func slotList(s scheduler.Schedule, schedule string, slots []time.Time, more bool) nextSlots {
	out := nextSlots{Schedule: schedule, ScheduleText: s.Describe(), Timezone: s.Location().String(), Items: []nextSlot{}}
	for _, at := range slots {
		n := nextSlot{Slot: messages.At(at), Note: contract.OrNull(s.Note(at))}
		if local := at.In(s.Location()); !oddOffset(local) {
			n.Local = contract.OrNull(local.Format(time.RFC3339))
		}
		out.Items = append(out.Items, n)
	}
	if more && len(slots) > 0 {
		out.Next = &out.Items[len(slots)-1].Slot
	}
	return out
}

// oddOffset reports whether the zone's offset has seconds, as offsets had before there was standard time.
func oddOffset(at time.Time) bool {
	_, offset := at.Zone()
	return offset%60 != 0
}

// printNext prints slots for people, each with what a change of the clock does to it, if anything.
func printNext(to *sheet.Sheet, s scheduler.Schedule, slots []time.Time, wanted int) {
	to.Line("%s", s.Describe())
	for _, at := range slots {
		layout := "  Mon 2006-01-02 15:04:05 -07:00 MST"
		if oddOffset(at.In(s.Location())) {
			layout = "  Mon 2006-01-02 15:04:05 -07:00:00 MST"
		}
		line := at.In(s.Location()).Format(layout)
		if note := s.Note(at); note != "" {
			line += "  " + note
		}
		to.Line("%s", line)
	}
	switch {
	case s.Follows():
		to.Line("  no slots by the clock")
	case len(slots) < wanted:
		to.Line("  no more slots")
	}
}
