package bus_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/memory"
	"curfew/messages"
)

// What the one log decides is in the other: for its machine, its readers, and its views.
func TestFollowersHaveTheSameLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		first, second := f.logs[0], f.logs[1]
		r := second.Reader(0, func() {})
		fill(t, first.Log, 3000)
		synctest.Wait()
		got, want := drain(t, r), drain(t, first.Reader(0, func() {}))
		if len(want) != 6000 || !reflect.DeepEqual(got, want) {
			t.Errorf("the follower's reader got %d records, and there are %d", len(got), len(want))
		}
		if len(second.applied) != 6000 || len(second.decided) != 0 || len(first.applied) != 0 {
			t.Errorf("the follower has applied %d records and decided %d", len(second.applied), len(second.decided))
		}
		var applied int
		if err := second.View(t.Context(), func() { applied = len(second.applied) }); err != nil || applied != 6000 {
			t.Errorf("a view saw %d records: %v", applied, err)
		}
		if !first.Leads() || second.Leads() {
			t.Error("the wrong log says that it decides")
		}
	})
}

// An order to a follower returns what an order to the one that decides returns.
func TestOrdersToAFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		first, second := f.logs[0], f.logs[1]
		commit(t, first.Log, "before", paused("before"))
		synctest.Wait()
		wait := f.waits(second,
			bus.Draft{ID: "new", Fact: paused("new")}, bus.Draft{ID: "refused", Fact: paused("nobody")},
			bus.Draft{ID: "before", Fact: paused("before")})
		synctest.Wait()
		f.carry(first)
		rs, err := wait()
		if !errors.Is(err, errNoJob) {
			t.Errorf("the refusal is %v", err)
		}
		var refused *bus.Refused
		if want := "bus: refused job.paused.v1: there is none: unknown job"; !errors.As(err, &refused) || refused.Error() != want {
			t.Errorf("got %q, want %q", refused, want)
		}
		want := []bus.Receipt{
			{Seq: 3, Fact: paused("new"), Decisions: step(0, 3, paused("new"))},
			{},
			{Seq: 1, Duplicate: true, Fact: paused("before")},
		}
		if !reflect.DeepEqual(rs, want) {
			t.Errorf("got  %+v\nwant %+v", rs, want)
		}
		if second.Last() != 4 {
			t.Errorf("the answer came before the follower had record 4: it has %d", second.Last())
		}
		// One that is known here is not asked about.
		if got := commit(t, second.Log, "new", paused("new")); got.Seq != 3 || !got.Duplicate || len(f.parcels) != 1 {
			t.Errorf("got %+v after %d parcels", got, len(f.parcels))
		}
	})
}

// Watermill's publisher and foreign topics work on a follower, too.
func TestForeignTopicsOfAFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		done := make(chan error, 1)
		go func() { done <- f.logs[1].Publisher().Publish("weather", message.NewMessage("sun", []byte(`"warm"`))) }()
		synctest.Wait()
		f.carry(f.logs[0])
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		r := f.logs[1].Reader(0, func() {}, "weather")
		rs := drain(t, r)
		if len(rs) != 1 || rs[0].ID != "sun" || string(rs[0].Body.(messages.Opaque).Payload) != `"warm"` {
			t.Errorf("got %+v", rs)
		}
	})
}

// A follower takes over warm: it has applied everything, reads nothing again, and the log before it can append nothing.
func TestTakeOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		fill(t, f.logs[0].Log, 100)
		f.lead(1)
		if n := len(f.logs[1].applied); n != 200 {
			t.Errorf("the heir has applied %d records when it decides", n)
		}
		if got := commit(t, f.logs[1].Log, "heir", paused("heir")); got.Seq != 201 {
			t.Errorf("its first record has seq %d", got.Seq)
		}
		_, err := f.logs[0].Commit(t.Context(), bus.Draft{ID: "late", Fact: paused("late")})
		synctest.Wait()
		if !errors.Is(err, bus.ErrFenced) || !errors.Is(f.logs[0].stopped, bus.ErrFenced) {
			t.Errorf("the one before gets %v and stops with %v", err, f.logs[0].stopped)
		}
		if n := len(f.logs[2].applied); n != 202 {
			t.Errorf("who follows has %d records", n)
		}
	})
}

// A log that yields in order follows from then on, and can decide again.
func TestYield(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		for i := range 10 {
			now, other := f.logs[i%2], f.logs[1-i%2]
			fill(t, now.Log, 50)
			if err := now.Yield(t.Context()); err != nil {
				t.Fatal(err)
			}
			wait := f.waits(now, bus.Draft{ID: fmt.Sprint("between-", i), Fact: resumed("a")})
			synctest.Wait()
			if _, err := now.TakeIn(t.Context(), 1000, f.parcels[i].parcel.Content); !errors.Is(err, bus.ErrFollows) {
				t.Errorf("a log that has yielded takes a parcel in: %v", err)
			}
			f.lead(1 - i%2)
			f.carry(other)
			if rs, err := wait(); err != nil || rs[0].Seq != uint64(101*(i+1)) {
				t.Fatalf("got %+v, %v", rs, err)
			}
		}
	})
}

// A parcel that was taken in and not acknowledged comes again, to another log: nothing is doubled, however many facts
// are between.
func TestParcelsComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		f.keepAck = true
		third := f.join()
		third.Publish(bus.Draft{ID: "once", Fact: paused("once")}, bus.Draft{ID: "twice", Fact: paused("nobody")})
		synctest.Wait()
		f.carry(f.logs[0])
		fill(t, f.logs[0].Log, 70_000) // more than the ids that a log knows
		f.lead(1)
		f.carry(f.logs[1])
		if ids, twice := f.facts(); len(ids) != 70_001 || twice > 0 {
			t.Errorf("there are %d facts, %d of them twice", len(ids), twice)
		}
		wait := f.waits(third, bus.Draft{ID: "next", Fact: paused("next")})
		synctest.Wait()
		f.carry(f.logs[1])
		if rs, err := wait(); err != nil || rs[0].Seq == 0 {
			t.Errorf("the next parcel: %+v, %v", rs, err)
		}
	})
}

// A parcel that has arrived is sent again, since its sender does not know that: another log takes it in, much later, and
// nothing is doubled.
func TestParcelsAreSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		sender := f.logs[2]
		silent := func(is bool) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.silent = is
		}
		for i, send := range []func(){
			func() {
				sender.Publish(bus.Draft{ID: "fact", Fact: paused("a")}, bus.Draft{ID: "no", Fact: paused("nobody")})
			},
			func() { commit(t, sender.Log, "order", paused("a")) },
			func() {
				if err := sender.Publisher().Publish("weather", message.NewMessage("sun", []byte(`"warm"`))); err != nil {
					t.Error(err)
				}
			},
		} {
			silent(true)
			go send()
			synctest.Wait()
			f.carry(f.logs[i%2])
			fill(t, f.logs[i%2].Log, 70_000) // more than the ids that a log knows
			f.lead(1 - i%2)
			silent(false)
			time.Sleep(time.Second)
			if f.mu.Lock(); f.acked == len(f.parcels) {
				t.Error("nothing was sent again")
			}
			f.mu.Unlock()
			f.carry(f.logs[1-i%2])
		}
		synctest.Wait()
		count := map[string]int{}
		for _, r := range bustest.Records(t, f.realm.Open()) {
			count[r.ID]++
		}
		if count["fact"] != 1 || count["order"] != 1 || count["sun"] != 1 || count["no"] != 0 {
			t.Errorf("in the journal are %d, %d, %d and %d", count["fact"], count["order"], count["sun"], count["no"])
		}
	})
}

// The next append notes the place of a parcel of which nothing is recorded, so that another log does not judge it again.
func TestPlaceOfWhatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		f.logs[1].Publish(bus.Draft{Fact: paused("nobody")})
		synctest.Wait()
		f.carry(f.logs[0])
		commit(t, f.logs[0].Log, "next", paused("a"))
		f.lead(1)
		if got := f.logs[1].Taken(); got != 1 {
			t.Errorf("parcels are taken in up to %d, want 1", got)
		}
	})
}

// A log that is fenced hands on what nobody waits for; whoever waits is told, and asks again.
func TestFencedLogHandsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		f.lead(1)
		for i := range 10 {
			f.logs[0].Publish(bus.Draft{ID: fmt.Sprint(i), Fact: paused("a")})
		}
		wait := f.waits(f.logs[0], bus.Draft{ID: "waits", Fact: paused("a")})
		if _, err := wait(); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		f.carry(f.logs[1])
		if ids, twice := f.facts(); len(ids) != 10 || twice > 0 {
			t.Errorf("the heir has %q", ids)
		}
	})
}

// A log that cannot follow any more stops with the reason.
func TestCannotFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		f.logs[1].relay.Fail(errDisk)
		synctest.Wait()
		if err := f.logs[1].stopped; !errors.Is(err, errDisk) {
			t.Errorf("it stopped with %v", err)
		}
		if err := f.logs[1].Lead(t.Context()); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("it can be made to decide: %v", err)
		}
	})
}

// Without a way to the one that decides, what is published on a follower is refused.
func TestFollowerWithoutAWay(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.NewRealm().Open(), Step: step})
	if _, err := l.Commit(t.Context(), bus.Draft{Fact: paused("a")}); !errors.Is(err, bus.ErrFollows) {
		t.Errorf("got %v", err)
	}
	alone := openLog(t, bus.Options{Journal: memory.New()})
	if err := alone.Lead(t.Context()); err == nil || !alone.Leads() {
		t.Errorf("a log with a journal of its own: %v, decides: %v", err, alone.Leads())
	}
}

// Random histories: logs publish, take over, are fenced, join, and parcels come again. In the end every fact is in the
// journal once, whoever waited knows its seq, and all machines have taken in the same.
func TestRandomSuccessions(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { succession(t, rand.New(rand.NewPCG(seed, 17))) })
		})
	}
}

func succession(t *testing.T, random *rand.Rand) {
	f := newFleet(t, 3)
	now := f.logs[0]
	published, seqs := 0, map[string]func() ([]bus.Receipt, error){}
	alive := func() []*member {
		return slices.DeleteFunc(slices.Clone(f.logs), func(m *member) bool { return m.stopped != nil })
	}
	for range 200 {
		synctest.Wait()
		all := alive()
		m := all[random.IntN(len(all))]
		switch random.IntN(6) {
		case 0, 1:
			for range 1 + random.IntN(20) {
				m.Publish(bus.Draft{ID: fmt.Sprint("f", published), Fact: paused("a")})
				published++
			}
		case 2:
			id := fmt.Sprint("f", published)
			published++
			if m == now || !m.Leads() { // else it is fenced, and says so
				seqs[id] = f.waits(m, bus.Draft{ID: id, Fact: paused("a")})
			} else {
				m.Publish(bus.Draft{ID: id, Fact: paused("a")})
			}
		case 3:
			f.keepAck = random.IntN(2) == 0
			f.carry(now)
		case 4:
			if err := m.Lead(t.Context()); err != nil {
				t.Fatal(err)
			}
			now = m
		case 5:
			if len(all) < 4 {
				f.join()
			}
		}
	}
	f.keepAck = false
	for range 3 { // a log that is fenced now hands on what it has, which is one more parcel
		synctest.Wait()
		f.carry(now)
	}
	ids, twice := f.facts()
	if len(ids) != published || twice > 0 {
		t.Fatalf("%d facts were published, %d are in the journal, %d of them twice", published, len(ids), twice)
	}
	for id, wait := range seqs {
		rs, err := wait()
		if !errors.Is(err, bus.ErrFenced) && (err != nil || rs[0].Seq == 0) {
			t.Errorf("who published %s got %+v, %v", id, rs, err)
		}
	}
	synctest.Wait()
	for i, m := range alive() {
		if got := len(m.applied)/2 + len(m.decided); !m.Leads() && got != published {
			t.Errorf("log %d has taken in %d of %d facts", i, got, published)
		}
	}
}
