package ticker

import (
	"slices"

	"curfew/messages"
)

// boot publishes a slot for every job that runs at the start of the runtime ("@reboot"). It runs after the missed slots
// were published: a slot that is not after its job's last one would be dropped.
func (t *ticker) boot() {
	if t.failed {
		return
	}
	now := messages.At(t.cfg.Now())
	var batch []messages.JobSlot
	for id, job := range t.table.names {
		if job == "" || !t.table.schedule(int32(id)).Reboot() {
			continue
		}
		slot := max(now, t.table.last[id]+1)
		t.table.publish(int32(id), slot)
		batch = append(batch, messages.JobSlot{Job: job, Slot: slot})
	}
	for part := range slices.Chunk(batch, messages.MaxSlotsDue) {
		t.cfg.Publish(messages.SlotsDue{Slots: slices.Clone(part)})
	}
}
