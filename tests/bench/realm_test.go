package bench

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"

	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sqlite"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// The numbers in docs/scale.md: go test ./tests/bench -run '^$' -bench 'Realm(Append|Order)' -benchtime 300x -count 3, and
// with -bench RealmFollow -benchtime 3x.

// servers are JetStream on loopback, in this process: one server, and three of which each keeps every record.
var servers = []struct {
	name     string
	replicas int
	start    func(testing.TB) string
}{
	{"one", 1, func(b testing.TB) string { return natstest.Server(b) }},
	{"three", 3, func(b testing.TB) string { return natstest.Cluster(b, 3)[0].ClientURL() }},
}

// BenchmarkRealmAppend measures appends, one after the other, of so many records each.
func BenchmarkRealmAppend(b *testing.B) {
	appends := func(b *testing.B, open func() (bus.Journal, error), batch int) {
		j, err := open()
		if err != nil {
			b.Fatal(err)
		}
		defer j.Close()
		rs := lived(4096)[2048:][:batch]
		next := uint64(1)
		for b.Loop() {
			for i := range rs {
				rs[i].Seq = next
				next++
			}
			if err := j.Append(rs); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		b.ReportMetric(float64(next-1)/b.Elapsed().Seconds(), "records/s")
	}
	for _, batch := range []int{1, 64, 1024} {
		b.Run(fmt.Sprint("sqlite/", batch), func(b *testing.B) {
			appends(b, func() (bus.Journal, error) { return sqlite.Open(filepath.Join(b.TempDir(), "curfew.db")) }, batch)
		})
		for _, s := range servers {
			b.Run(fmt.Sprint(s.name, "/", batch), func(b *testing.B) {
				nc := natstest.Connect(b, s.start(b))
				appends(b, func() (bus.Journal, error) {
					return nats.Open(b.Context(), nc, nats.Options{Realm: "bench", Replicas: s.replicas})
				}, batch)
			})
		}
	}
}

// lived is a journal of a thousand jobs and some of their runs, with at least so many records.
func lived(n int) (recs []messages.Record) {
	at := messages.At(world.VirtualStart)
	keep := records(&recs, func() messages.Instant { return at })
	jobs := definitions(1000)
	m, seq := benchMachine(jobs, keep)
	for len(recs) < n {
		at = at.Add(time.Minute)
		seq = cycle(m, jobs, seq, at, keep)
	}
	return recs
}

// followBatch is how many records an append has, as under load.
const followBatch = 512

// BenchmarkRealmFollow measures how fast a node that follows reads what is in the stream, and takes it into its machine.
func BenchmarkRealmFollow(b *testing.B) {
	rs := lived(100_000)
	for _, s := range servers {
		b.Run(s.name, func(b *testing.B) {
			nc := natstest.Connect(b, s.start(b))
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				o := nats.Options{Realm: fmt.Sprint("bench-", n), Replicas: s.replicas}
				follower, err := nats.Join(b.Context(), nc, o)
				if err != nil {
					b.Fatal(err)
				}
				fill(b, nc, o, rs)
				b.StartTimer()
				takeIn(b, follower, len(rs))
			}
			b.ReportMetric(float64(b.N)*float64(len(rs))/b.Elapsed().Seconds(), "records/s")
		})
	}
	b.Run("sqlite", func(b *testing.B) {
		j := openBench(b, filepath.Join(b.TempDir(), "curfew.db"))
		defer j.Close()
		for part := range slices.Chunk(rs, followBatch) {
			if err := j.Append(part); err != nil {
				b.Fatal(err)
			}
		}
		for b.Loop() {
			m := policy.New()
			if err := bus.Scan(j, 1, func(r messages.Record) error { m.Apply(r); return nil }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*float64(len(rs))/b.Elapsed().Seconds(), "records/s")
	})
}

// fill appends the records to a new realm.
func fill(b *testing.B, nc *client.Conn, o nats.Options, rs []messages.Record) {
	b.Helper()
	j, err := nats.Open(b.Context(), nc, o)
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	for part := range slices.Chunk(rs, followBatch) {
		if err := j.Append(part); err != nil {
			b.Fatal(err)
		}
	}
}

// takeIn follows so many records.
func takeIn(b *testing.B, follower *nats.Relay, n int) {
	b.Helper()
	m := policy.New()
	for n > 0 {
		rs, err := follower.Follow(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range rs {
			m.Apply(r)
		}
		n -= len(rs)
	}
	if err := follower.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRealmOrder measures an order until it is durable and known where it was given: at the node that decides, and at
// one that follows.
func BenchmarkRealmOrder(b *testing.B) {
	for _, s := range servers {
		b.Run(s.name, func(b *testing.B) {
			url, o := s.start(b), nats.Options{Realm: "bench", Replicas: s.replicas}
			decider, queue := joined(b, url, o)
			follower, _ := joined(b, url, o)
			if err := decider.Lead(b.Context()); err != nil {
				b.Fatal(err)
			}
			go func() { _ = queue.Serve(b.Context(), decider.Taken(), decider.TakeIn, func() {}, func(error) {}) }()
			for at, l := range map[string]*bus.Log{"decides": decider, "follows": follower} {
				b.Run(at, func(b *testing.B) {
					for b.Loop() {
						if _, err := l.Commit(b.Context(), bus.Draft{Fact: messages.JobPaused{Job: "a"}}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// joined is the log of a node without a machine, with its queue.
func joined(b *testing.B, url string, o nats.Options) (*bus.Log, *nats.Queue) {
	b.Helper()
	nc := natstest.Connect(b, url)
	r, err := nats.Join(b.Context(), nc, o)
	if err != nil {
		b.Fatal(err)
	}
	q, err := nats.OpenQueue(b.Context(), nc, o, r.Taken())
	if err != nil {
		b.Fatal(err)
	}
	l, err := bus.Open(bus.Options{Journal: r, Send: q.Send})
	if err != nil {
		b.Fatal(err)
	}
	stop, err := q.Answers(l.Answered)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stop()
		_ = l.Close()
	})
	return l, q
}
