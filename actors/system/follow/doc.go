// Package follow is how everything beside the jobs reads the log: one [Reader], one wake-up that is pending at most
// once, one error text. The rule that no record is overlooked is written down, and kept, in one place: [Feed.Next].
//
// A new reader is a page of code (actors/system/metrics is a whole one). It lives beside this package, imports it,
// actors/system/startstop and messages, and gets a rule in the layering test:
//
//	// Topics are what the reader is to read.
//	var Topics = []messages.Topic{messages.TopicAttempt, messages.TopicRun}
//
//	type Config struct {
//		Reader follow.Open // makes a reader of Topics, from the seq on where counting begins
//		Fatal  func(error) // called when the log cannot be read; it must not block
//	}
//
//	type Counter struct {
//		group    *startstop.Group
//		finished map[messages.Status]int // of the goroutine that reads
//	}
//
//	func Start(c Config) *Counter {
//		m := &Counter{group: startstop.New(0), finished: make(map[messages.Status]int)}
//		feed := follow.New("counter", c.Reader)
//		m.group.Go(func(ctx context.Context) {
//			defer feed.Close()
//			if err := feed.Run(ctx.Done(), m.take); err != nil {
//				c.Fatal(err)
//			}
//		})
//		return m
//	}
//
//	func (m *Counter) Stop() { m.group.Stop() }
//
//	func (m *Counter) take(batch []messages.Record) {
//		for _, r := range batch {
//			if f, ok := r.Body.(messages.RunFinished); ok {
//				m.finished[f.Status]++
//			}
//		}
//	}
//
// The engine starts it after the log is open (internal/engine, beside the recorder), with the seq to begin at, and
// stops it with the other readers. A reader that also waits for something else selects on [Feed.Woken] and calls
// [Feed.Next]; an actor has its wake-ups sent into its mailbox ([NewMailbox]).
package follow
