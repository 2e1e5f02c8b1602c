package scheduler

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"curfew/messages"
)

// Timers against a map of the armed ones: whatever is done, both must agree.
func TestTimersAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w Timers
		armed := map[int32]messages.Instant{}
		id := rapid.Int32Range(0, 120) // more than are taken out one by one
		due := rapid.Custom(func(t *rapid.T) messages.Instant { return messages.Instant(rapid.Int64Range(1, 90).Draw(t, "due")) })
		t.Repeat(map[string]func(*rapid.T){
			"arm": func(t *rapid.T) {
				i, d := id.Draw(t, "id"), due.Draw(t, "at")
				w.Arm(i, d)
				armed[i] = d
			},
			"cancel": func(t *rapid.T) {
				i := id.Draw(t, "id")
				w.Cancel(i)
				delete(armed, i)
			},
			"expire": func(t *rapid.T) {
				expire(t, &w, armed, due.Draw(t, "now"))
			},
			"": func(t *rapid.T) { agree(t, &w, armed) },
		})
	})
}

func expire(t *rapid.T, w *Timers, armed map[int32]messages.Instant, now messages.Instant) {
	want := 0
	for _, d := range armed {
		if d <= now {
			want++
		}
	}
	got := 0
	w.Expire(now, func(id int32, due messages.Instant) {
		if d, ok := armed[id]; !ok || d != due || due > now {
			t.Fatalf("timer %d at %d went off at %d, armed: %v %d", id, due, now, ok, d)
		}
		delete(armed, id)
		got++
	})
	if got != want {
		t.Fatalf("%d timers went off, want %d", got, want)
	}
}

func agree(t *rapid.T, w *Timers, armed map[int32]messages.Instant) {
	if w.Len() != len(armed) {
		t.Fatalf("%d armed, want %d", w.Len(), len(armed))
	}
	want := messages.Instant(math.MaxInt64)
	for _, d := range armed {
		want = min(want, d)
	}
	got, ok := w.NextDue()
	if ok != (len(armed) > 0) || ok && got != want {
		t.Fatalf("next due %d %v, want %d of %d", got, ok, want, len(armed))
	}
}

// A herd: a hundred thousand timers of one instant go off and are armed again for the next.
func BenchmarkTimersHerd(b *testing.B) {
	const n = 100_000
	var w Timers
	for id := range int32(n) {
		w.Arm(id, 1)
	}
	now := messages.Instant(1)
	var all []int32
	b.ResetTimer()
	for b.Loop() {
		w.Expire(now, func(id int32, _ messages.Instant) { all = append(all, id) })
		now++
		for _, id := range all {
			w.Arm(id, now)
		}
		all = all[:0]
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/timer")
}

func BenchmarkTimersSpread(b *testing.B) {
	const n = 1_000_000
	var w Timers
	r := rand.New(rand.NewPCG(1, 2))
	for id := range int32(n) {
		w.Arm(id, messages.Instant(r.Int64N(86_400_000)))
	}
	var all []int32
	b.ResetTimer()
	for b.Loop() {
		now, _ := w.NextDue()
		w.Expire(now, func(id int32, _ messages.Instant) { all = append(all, id) })
		for _, id := range all {
			w.Arm(id, now+messages.Instant(r.Int64N(86_400_000))+1)
		}
		all = all[:0]
	}
}
