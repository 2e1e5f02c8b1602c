package story

import (
	"fmt"
	"strconv"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/messages"
)

// due publishes one batch of slots: of now, or of the argument slot; with the flag twice, two times.
func (s *Story) due(d *datadriven.TestData) error {
	slot := s.w.Now()
	if v := arg(d, "slot", ""); v != "" {
		var err error
		if slot, err = until(s.w.Now(), v); err != nil {
			return err
		}
	}
	var f messages.SlotsDue
	for _, a := range d.CmdArgs {
		if len(a.Vals) == 0 && a.Key != "twice" {
			f.Slots = append(f.Slots, messages.JobSlot{Job: a.Key, Slot: slot})
		}
	}
	if hasArg(d, "twice") {
		return s.w.Publish(f, f)
	}
	return s.w.Publish(f)
}

func (s *Story) missed(name string, d *datadriven.TestData) error {
	f := messages.SlotsMissed{Job: name}
	if d.Cmd == "backfill" {
		f.Backfill, f.Each = "backfill-"+strconv.Itoa(s.asked), !hasArg(d, "fold")
	}
	for _, v := range list(d, "slots") {
		at, err := until(s.w.Now().Add(-24*time.Hour), v)
		if err != nil {
			return err
		}
		f.Slots = append(f.Slots, at)
	}
	if len(f.Slots) == 0 {
		return fmt.Errorf("missed needs slots=(…)")
	}
	f.First = f.Slots[0]
	return s.w.Publish(f)
}
