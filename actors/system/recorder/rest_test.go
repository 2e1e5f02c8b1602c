package recorder_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/storetest"
)

// TestRestsForOthers: while others need the cores nothing is read, but for who asks; afterwards all of it is.
func TestRestsForOthers(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.journal.busy.Store(true)
		for i := range 10 * recorder.MaxTake {
			w.journal.add(storetest.Queued(fmt.Sprint(i), "j"))
		}
		time.Sleep(time.Minute)
		if at := w.rec.Cursor(); at != 0 {
			w.Errorf("while others need the cores, the cursor is at %d", at)
		}
		began := time.Now()
		if err := w.rec.Flush(w.Context()); err != nil || w.rec.Cursor() != w.journal.last() {
			w.Errorf("a question: %v, cursor %d of %d after %v", err, w.rec.Cursor(), w.journal.last(), time.Since(began))
		}
		w.journal.add(storetest.Queued("later", "j"))
		time.Sleep(time.Minute)
		if at := w.rec.Cursor(); at != w.journal.last()-1 {
			w.Errorf("after a question it went on: the cursor is at %d", at)
		}
		w.journal.busy.Store(false)
		time.Sleep(10 * time.Second)
		if at := w.rec.Cursor(); at != w.journal.last() {
			w.Errorf("with nothing else to do, the cursor is at %d of %d", at, w.journal.last())
		}
		w.journal.busy.Store(true)
		w.journal.add(storetest.Queued("last", "j")) // the stop reads it
	})
}
