package bus_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/sqlite"
)

// readersOfFive is how many readers and subscribers follow the log in these benchmarks.
const readersOfFive = 5

// onBoth runs a benchmark on a log in memory and on a durable one.
func onBoth(b *testing.B, f func(b *testing.B, l *bus.Log)) {
	for _, durable := range []bool{false, true} {
		b.Run(fmt.Sprintf("durable=%v", durable), func(b *testing.B) {
			var j bus.Journal = memory.New()
			if durable {
				var err error
				if j, err = sqlite.Open(filepath.Join(b.TempDir(), "journal.db")); err != nil {
					b.Fatal(err)
				}
			}
			l, err := bus.Open(bus.Options{Journal: j})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			f(b, l)
		})
	}
}

// BenchmarkFive measures facts from publishing until five readers have all of them.
func BenchmarkFive(b *testing.B) {
	const facts = 100_000
	onBoth(b, func(b *testing.B, l *bus.Log) {
		b.ReportAllocs()
		for b.Loop() {
			var all sync.WaitGroup
			for range readersOfFive {
				woken := make(chan struct{}, 1)
				r := l.Reader(l.Last(), func() {
					select {
					case woken <- struct{}{}:
					default:
					}
				})
				all.Go(func() {
					defer r.Close()
					for got := 0; got < facts; {
						page, err := r.Next()
						if err != nil {
							b.Error(err)
							return
						}
						if got += len(page); len(page) == 0 {
							<-woken
						}
					}
				})
			}
			for range facts {
				l.Publish(bus.Draft{Fact: paused("a")})
			}
			all.Wait()
		}
		b.ReportMetric(facts*float64(b.N)/b.Elapsed().Seconds(), "facts/s")
	})
}

// BenchmarkFiveWatermill measures the same through watermill's interfaces: a thousand messages in one Publish, and five
// subscribers that acknowledge each.
func BenchmarkFiveWatermill(b *testing.B) {
	for _, topic := range []string{"command", "foreign"} {
		b.Run(topic, func(b *testing.B) {
			onBoth(b, func(b *testing.B, l *bus.Log) { fiveSubscribers(b, l, topic) })
		})
	}
}

func fiveSubscribers(b *testing.B, l *bus.Log, topic string) {
	const each, together = 20_000, 1000
	got := make(chan struct{}, readersOfFive)
	s := l.Subscriber(bus.SubscriberOptions{})
	for range readersOfFive {
		c, err := s.Subscribe(b.Context(), topic)
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			n := 0
			for m := range c {
				m.Ack()
				if n++; n%each == 0 {
					got <- struct{}{}
				}
			}
		}()
	}
	id, p := 0, l.Publisher()
	b.ReportAllocs()
	for b.Loop() {
		for range each / together {
			all := make([]*message.Message, together)
			for i := range all {
				id++
				all[i] = message.NewMessage(fmt.Sprint("m-", id), []byte(`{"job":"a","by":"bench"}`))
				all[i].Metadata.Set(bus.MetadataName, "job.paused.v1")
			}
			if err := p.Publish(topic, all...); err != nil {
				b.Fatal(err)
			}
		}
		for range readersOfFive {
			<-got
		}
	}
	b.ReportMetric(each*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
