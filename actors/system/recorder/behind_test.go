package recorder_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/storetest"
)

// TestFlushNear: who can do without waits for one take, and not for a history that is far behind.
func TestFlushNear(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		for i := range recorder.MaxTake {
			w.journal.add(storetest.Queued(fmt.Sprint(i), "j"))
		}
		if err := w.rec.FlushNear(w.Context()); err != nil || w.rec.Cursor() != recorder.MaxTake {
			w.Errorf("near: %v, cursor %d", err, w.rec.Cursor())
		}
		synctest.Wait()
		for i := range 2 * recorder.MaxTake {
			w.journal.add(storetest.Queued(fmt.Sprint("more", i), "j"))
		}
		began := time.Now()
		var behind *recorder.Behind
		if err := w.rec.FlushNear(w.Context()); !errors.As(err, &behind) || behind.Records <= recorder.MaxTake || time.Since(began) > 0 {
			w.Errorf("far behind, after %v: %v", time.Since(began), err)
		}
	})
}

// TestQueryInTrouble: far behind or not, a history that cannot be kept is trouble, and not merely late.
func TestQueryInTrouble(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.store.fail(errors.New("disk full"))
		for i := range 2 * recorder.MaxNear {
			w.journal.add(storetest.Queued(fmt.Sprint(i), "j"))
		}
		time.Sleep(time.Second) // of virtual time: it has tried
		var behind *recorder.Behind
		if runs, _, err := w.rec.Query(w.Context(), recorder.Query{Limit: 5}); !errors.As(err, &behind) || behind.Err == nil || runs != nil {
			w.Errorf("a list of %d runs, and %v", len(runs), err)
		}
		w.store.fail(nil)
	})
}

// TestQueryFarBehind: a list of a history that is far behind has what is known, at once, and says how much is missing.
func TestQueryFarBehind(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.journal.add(storetest.Queued("known", "j"))
		if err := w.rec.Flush(w.Context()); err != nil {
			w.Fatal(err)
		}
		for i := range 2 * recorder.MaxNear {
			w.journal.add(storetest.Queued(fmt.Sprint("more", i), "j"))
		}
		began := time.Now()
		runs, _, err := w.rec.Query(w.Context(), recorder.Query{Limit: 5})
		var behind *recorder.Behind
		if !errors.As(err, &behind) || behind.Records != 2*recorder.MaxNear || behind.Err != nil {
			w.Errorf("how far behind: %v", err)
		}
		if len(runs) != 1 || runs[0].ID != "known" || time.Since(began) > 0 {
			w.Errorf("after %v: %+v", time.Since(began), runs)
		}
	})
}

// TestGetFarBehind: of a history that is far behind, a run that is known to be over is shown at once; one that may have
// ended since waits for what is behind.
func TestGetFarBehind(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.journal.add(storetest.Queued("over", "j"), storetest.Queued("open", "j"), storetest.Finished("over", "j", "succeeded", ""))
		if err := w.rec.Flush(w.Context()); err != nil {
			w.Fatal(err)
		}
		for i := range 2 * recorder.MaxNear {
			w.journal.add(storetest.Queued(fmt.Sprint("more", i), "j"))
		}
		w.journal.add(storetest.Finished("open", "j", "failed", "permanent"))
		before := w.store.settles.Load()
		if run, ok, err := w.rec.Get(w.Context(), "over", nil); run.Status != "succeeded" || !ok || err != nil || w.store.settles.Load() != before {
			w.Errorf("it gives %+v, %v, %v, after %d more times settled", run, ok, err, w.store.settles.Load()-before)
		}
		if run, ok, err := w.rec.Get(w.Context(), "open", nil); run.Status != "failed" || !ok || err != nil {
			w.Errorf("of the other it says %+v, %v, %v", run, ok, err)
		}
	})
}

// TestAgain: an answer that is asked again has what became of its unfinished runs since, and the others as they were.
func TestAgain(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.journal.add(storetest.Queued("over", "j"), storetest.Queued("open", "j"), storetest.Finished("over", "j", "succeeded", ""))
		runs, _, err := w.rec.Query(w.Context(), recorder.Query{Limit: 5})
		if err != nil || len(runs) != 2 || runs[0].ID != "open" || runs[0].Status != "queued" {
			w.Fatalf("before: %+v, %v", runs, err)
		}
		gone := recorder.Run{ID: "gone", Status: "queued"}
		w.journal.add(storetest.Started("open", 1, 1), storetest.Finished("open", "j", "failed", "permanent"))
		runs = append(runs, gone)
		if err := w.rec.Again(w.Context(), runs); err != nil {
			w.Fatal(err)
		}
		if runs[0].Status != "failed" || len(runs[0].Attempts) != 1 || runs[1].Status != "succeeded" || runs[2].ID != "gone" {
			w.Errorf("after: %+v", runs)
		}
	})
}

// TestKnown: what is known of a run is shown at once, with how far behind that is.
func TestKnown(t *testing.T) {
	play(t, &journal{first: 1}, &flaky{}, func(w *world) {
		synctest.Wait()
		w.journal.add(storetest.Queued("open", "j"))
		if run, ok, err := w.rec.Known(w.Context(), "open"); run.Status != "queued" || !ok || err != nil || w.rec.Lag() != 0 {
			w.Errorf("level with the log: %+v, %v, %v, %d behind", run, ok, err, w.rec.Lag())
		}
		for i := range 2 * recorder.MaxNear {
			w.journal.add(storetest.Queued(fmt.Sprint("more", i), "j"))
		}
		began := time.Now()
		var behind *recorder.Behind
		run, ok, err := w.rec.Known(w.Context(), "open")
		if run.Status != "queued" || !ok || !errors.As(err, &behind) || behind.Records != 2*recorder.MaxNear || w.rec.Lag() != behind.Records {
			w.Errorf("far behind: %+v, %v, %v, %d behind", run, ok, err, w.rec.Lag())
		}
		if _, ok, err := w.rec.Known(w.Context(), "none"); ok || !errors.As(err, &behind) || time.Since(began) > 0 {
			w.Errorf("of another one: %v, %v, after %v", ok, err, time.Since(began))
		}
	})
}
