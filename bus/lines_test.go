package bus_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// many is how many decisions follow from the slots of this test: more than share an append.
const many = 9 << 10

// TestAnExpiryOvertakesSlots: of what waits, an expiry, and what attempts have said before it, is decided before the slots
// that were published before it, also if they were taken already and had to wait for the next append; all else keeps its
// order, and an expiry behind an order, a definition or what others say of slots waits for it.
func TestAnExpiryOvertakesSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		j := &slowJournal{Journal: memory.New(), allow: make(chan struct{})}
		l := openLog(t, bus.Options{Journal: j, Step: func(_ messages.Instant, _ uint64, f messages.Fact) []messages.Decision {
			got = append(got, f.Key())
			if f.Topic() == messages.TopicDue {
				return slices.Repeat([]messages.Decision{messages.RunHeld{Run: "r"}}, many)
			}
			return nil
		}})
		publish := func(fs ...messages.Fact) {
			for _, f := range fs {
				l.Publish(bus.Draft{Fact: f})
			}
		}
		slot := func(job string) messages.Fact { return messages.SlotsMissed{Job: job} }
		over := func(session string) messages.Fact { return messages.SessionExpired{Session: session} }
		publish(slot("now")) // the writer is in its append
		synctest.Wait()
		said := func(job string) messages.Fact {
			return messages.SideEffectBegan{AttemptRef: messages.AttemptRef{Job: job}}
		}
		publish(slot("1"), said("a"), slot("2"), slot("3"), slot("4"), slot("5"), over("x"), slot("6"), said("b"), over("y"), said("c"), slot("7"))
		synctest.Wait()
		for range 3 {
			j.allow <- struct{}{}
			synctest.Wait()
		}
		publish(said("d"), over("z"), slot("8"), paused("p"), slot("9"), said("e"), over("v"))
		close(j.allow)
		synctest.Wait()
		if got, want := strings.Join(got, " "), "now a x b y 1 2 3 4 c d z 5 6 7 8 p e v 9"; got != want {
			t.Errorf("decided in the order %s, want %s", got, want)
		}
	})
}
