package engine

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/startstop"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/supervisor/policy"
)

// stagedRush is a rush over numbers that a test sets.
type stagedRush struct {
	*rush
	starts, unread, newest atomic.Int64
	held                   atomic.Int64 // how many hold the log
	bytes                  atomic.Int64 // of the records that are held
	mu                     sync.Mutex
	told                   []bool
}

func newStagedRush(t *testing.T) *stagedRush {
	s := &stagedRush{}
	s.rush = &rush{
		left:   func() int { return int(s.starts.Load()) },
		behind: func() uint64 { return uint64(s.unread.Load()) },
		last:   func() uint64 { return uint64(s.newest.Load()) },
		bytes:  func() int { return int(s.bytes.Load()) },
		hold: func() func() {
			s.held.Add(1)
			var once atomic.Bool
			return func() {
				if once.CompareAndSwap(false, true) {
					s.held.Add(-1)
				}
			}
		},
		tell: func(on bool) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.told = append(s.told, on)
		}, group: startstop.New(0),
	}
	s.ready.Store(true)
	t.Cleanup(s.stop)
	return s
}

// is checks what a rush does at the moment.
func (s *stagedRush) is(t *testing.T, when string, waits bool, held int64, told ...bool) {
	t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits() != waits || s.held.Load() != held || !slices.Equal(s.told, told) {
		t.Errorf("%s: starts wait: %v, the log is held %d times, told %v; want %v, %d, %v",
			when, s.waits(), s.held.Load(), s.told, waits, held, told)
	}
}

// TestRush: from the first of many starts on others wait, until few are left; the records stay until the history has them.
func TestRush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStagedRush(t)
		defer s.stop()
		s.ready.Store(false)
		s.begin()
		s.is(t, "before the parts are there", false, 0)
		s.ready.Store(true)
		s.starts.Store(100_000)
		s.unread.Store(1_000_000)
		for range 3 { // one rush, however many facts have starts
			s.begin()
			s.is(t, "starts wait", true, 1, true)
			time.Sleep(time.Second)
		}
		s.starts.Store(rushLeft - 1)
		time.Sleep(rushLook)
		s.is(t, "few are left", false, 1, true)
		s.begin()
		s.is(t, "starts come while the history catches up", false, 1, true)
		s.unread.Store(rushBehind)
		time.Sleep(rushLook)
		s.is(t, "the history has caught up", false, 0, true, false)
		s.starts.Store(rushLeft)
		s.begin()
		s.is(t, "starts wait again", true, 1, true, false, true)
		s.stop()
		s.is(t, "after the stop", false, 0, true, false, true, false)
	})
}

// TestRushIsBounded: nobody rests for ever, and the history gets its turn after a rush that was too long; memory has a
// bound, too.
func TestRushIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStagedRush(t)
		defer s.stop()
		s.starts.Store(rushLeft)
		s.unread.Store(rushBehind + 1)
		s.begin()
		s.newest.Store(rushRecords)
		time.Sleep(rushTime - rushLook)
		s.is(t, "at the end of the time", true, 1, true)
		s.newest.Store(rushRecords + 1)
		time.Sleep(rushLook)
		s.is(t, "after the time and the records", false, 0, true)
		time.Sleep(rushTime)
		s.is(t, "the history has not caught up", false, 0, true, false)
		s.next = s.next.Add(time.Second)
		s.begin()
		s.is(t, "too soon", false, 0, true, false)
		time.Sleep(time.Second)
		s.newest.Store(2 * rushRecords) // none of them in this one
		s.begin()
		s.bytes.Store(rushBytes)
		time.Sleep(rushLook)
		s.is(t, "the next one", true, 1, true, false, true)
		s.bytes.Store(rushBytes + 1)
		time.Sleep(rushLook)
		s.is(t, "its records are large", true, 0, true, false, true)
	})
}

// TestRushAsksTheLog: a rush is made before the log is open, and asks the one that is open when it begins.
func TestRushAsksTheLog(t *testing.T) {
	m := policy.New()
	r := &Runtime{}
	u := newRush(r)
	var err error
	if r.log, err = bus.Open(bus.Options{Journal: memory.New(), Admit: m.Admit, Step: m.Step}); err != nil {
		t.Fatal(err)
	}
	defer r.log.Close()
	release := u.hold()
	defer release()
	if kept, last, behind := u.bytes(), u.last(), u.behind(); kept != 0 || last != 0 || behind != 0 {
		t.Errorf("of an empty log: %d bytes, %d records, %d of them not read", kept, last, behind)
	}
}
