package follow_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"curfew/actors/system/follow"
	"curfew/bus/bustest"
	"curfew/messages"
)

func open(log *bustest.Log) follow.Open {
	return func(wake func()) follow.Reader { return log.Reader(0, wake, messages.TopicConfig) }
}

func removed(jobs ...string) (all []messages.Body) {
	for _, job := range jobs {
		all = append(all, messages.JobRemoved{Job: job})
	}
	return all
}

func names(batch []messages.Record) (jobs []string) {
	for _, r := range batch {
		jobs = append(jobs, r.Body.Key())
	}
	return jobs
}

// TestRunReadsEverythingOnce: what was there before, what comes while nothing is read, and what comes while a batch is
// taken in.
func TestRunReadsEverythingOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &bustest.Log{}
		log.Append(removed("before")...)
		feed := follow.New("test", open(log))
		stop := make(chan struct{})
		var got []string
		ended := make(chan error, 1)
		go func() {
			ended <- feed.Run(stop, func(batch []messages.Record) {
				if got = append(got, names(batch)...); got[len(got)-1] == "later" {
					log.Append(removed("meanwhile")...)
				}
			})
		}()
		synctest.Wait()
		log.Append(removed("later")...)
		synctest.Wait()
		if want := []string{"before", "later", "meanwhile"}; !slices.Equal(got, want) {
			t.Errorf("read %q, want %q", got, want)
		}
		close(stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		feed.Close()
		feed.Close()
		log.Append(removed("too late")...)
		if batch, err := feed.Next(); len(batch) > 0 || err != nil {
			t.Errorf("a closed feed reads %v, %v", batch, err)
		}
	})
}

// TestOneWakeUp: however often the log calls, one message is in the mailbox until the actor has read.
func TestOneWakeUp(t *testing.T) {
	log, sent := &bustest.Log{}, 0
	feed := follow.NewMailbox("test", open(log), func() { sent++ })
	expect := func(when string, want int) {
		t.Helper()
		if sent != want {
			t.Errorf("%s: %d wake-ups were sent, want %d", when, sent, want)
		}
	}
	expect("at the start", 0)
	log.Append(removed("a")...)
	feed.Wake()
	feed.Wake()
	expect("before the first read", 1)
	if batch, err := feed.Next(); len(batch) != 1 || err != nil {
		t.Fatal(batch, err)
	}
	expect("after a batch", 2)
	if batch, err := feed.Next(); len(batch) != 0 || err != nil {
		t.Fatal(batch, err)
	}
	expect("at the end", 2)
	log.Append(removed("b", "c")...)
	expect("after more", 3)
	var got []string
	if err := feed.Drain(func(batch []messages.Record) { got = append(got, names(batch)...) }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"b", "c"}; !slices.Equal(got, want) || feed.After() != 3 {
		t.Errorf("read %q up to %d", got, feed.After())
	}
	expect("after all was read", 3)
	feed.Close()
	feed.Wake()
	expect("after the end", 3)
}

// TestWakeUpBeforeTheReaderIsThere: the log may call before Open has returned.
func TestWakeUpBeforeTheReaderIsThere(t *testing.T) {
	log := &bustest.Log{}
	log.Append(removed("a")...)
	feed := follow.New("test", func(wake func()) follow.Reader {
		wake()
		return open(log)(wake)
	})
	<-feed.Woken()
	if batch, err := feed.Next(); len(batch) != 1 || err != nil {
		t.Errorf("%v, %v", batch, err)
	}
}

var errDisk = errors.New("disk on fire")

// broken is a reader whose log cannot be read.
type broken struct{ closed *atomic.Bool }

func (broken) Next() ([]messages.Record, error) { return nil, errDisk }
func (broken) After() uint64                    { return 0 }
func (b broken) Close()                         { b.closed.Store(true) }

// TestBrokenLog: every way to read says who reads, and ends.
func TestBrokenLog(t *testing.T) {
	var closed atomic.Bool
	feed := follow.New("test", func(func()) follow.Reader { return broken{&closed} })
	none := func([]messages.Record) { t.Error("something was read") }
	_, next := feed.Next()
	for name, err := range map[string]error{"Run": feed.Run(nil, none), "Drain": feed.Drain(none), "Next": next} {
		if !errors.Is(err, errDisk) || err.Error() != "test: read the log: disk on fire" {
			t.Errorf("%s: %v", name, err)
		}
	}
	feed.Close()
	if !closed.Load() {
		t.Error("the reader is not closed")
	}
}
