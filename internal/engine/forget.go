package engine

import (
	"context"
	"fmt"
	"strings"

	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// stray is a cursor of a reader of a node that the machine does not know: one that it has forgotten, or one that has just
// been started and is not recorded yet.
type stray struct {
	seq   uint64
	since messages.Instant // when it was seen first, there
}

// forgetReaders removes the cursors of readers of nodes that the machine has forgotten: nobody else does, and there is room
// for so many only. One that moves, or is not known as a stray for [pruneEvery], stays.
func (h *housekeeper) forgetReaders(ctx context.Context) error {
	if !h.r.fleet() || !h.r.log.Leads() {
		h.strays = nil
		return nil
	}
	known := map[messages.Topic]bool{h.r.readersTopic(): true}
	err := h.r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			known[readersOf(n.Node)] = true
		}
	})
	if err != nil {
		return err
	}
	all, err := h.r.o.Journal.Cursors()
	if err != nil {
		return fmt.Errorf("cursors of nodes that are gone: %w", err)
	}
	was, now := h.strays, h.r.Now()
	h.strays = map[string]stray{}
	for _, c := range all {
		if !ofReader(c) || known[c.Topic] {
			continue
		}
		key := strings.Join([]string{c.Name, string(c.Topic)}, "\n")
		s, seen := was[key]
		if !seen || s.seq != c.Seq {
			s = stray{c.Seq, now}
		}
		if now.Sub(s.since) < pruneEvery {
			h.strays[key] = s
			continue
		}
		if err := h.r.o.Journal.DropCursor(c.Name, c.Topic); err != nil {
			return fmt.Errorf("cursors of nodes that are gone: %w", err)
		}
	}
	return nil
}

// readersOf is the topic under which the cursors of added readers of a node are kept in the journal.
func readersOf(node string) messages.Topic { return messages.Topic(readersTopic + " " + node) }

// ofReader reports whether a cursor is that of an added reader. Such a reader keeps no records in the journal.
func ofReader(c bus.Cursor) bool { return strings.HasPrefix(string(c.Topic), readersTopic) }
