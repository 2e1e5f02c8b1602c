package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/bus"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// world is a whole runtime, with journal and history in files.
type world struct{ rt *running }

// jobs are n definitions.
func jobs(kind string, schedule func(int) string) []messages.Definition {
	all := make([]messages.Definition, *n)
	for i := range all {
		d := definition(jobName(i), kind, schedule(i))
		if kind == "gated" {
			d.Gated, d.Session = true, messages.DefaultSession
		}
		all[i] = d
	}
	return all
}

// open starts the runtime with these jobs.
func open(jobs []messages.Definition) world { return world{start(roomy(jobs))} }

// roomy is a configuration whose lanes have room for all jobs, and whose release has no bounded pace.
func roomy(jobs []messages.Definition) config.Config {
	room := max(len(jobs), 1)
	return config.Config{Jobs: jobs, Runtime: messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: messages.DefaultSession}},
		Lanes:    []messages.LaneConfig{{Actor: "free", Size: room}, {Actor: "gated", Size: room}},
		Release:  messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 1e9},
	}}
}

func (w world) stop() {
	if err := w.rt.Stop(context.Background()); err != nil { // what was measured counts all the same
		fmt.Fprintln(os.Stderr, "load: the stop:", err)
	}
}

// quiet is [quiet] once the history has all that was recorded: it takes its time to write it.
func (w world) quiet() time.Time {
	w.remember()
	return quiet()
}

func (w world) commit(f messages.Fact) {
	_, err := w.rt.Log().Commit(context.Background(), bus.Draft{Fact: f})
	must(err)
}

// count counts the messages of a name from now on.
func (w world) count(name string) (so func() int) {
	var seen atomic.Int64
	follow(w.rt.Log(), func(rs []messages.Record) bool {
		for _, r := range rs {
			if r.Body.Name() == name {
				seen.Add(1)
			}
		}
		return true
	}, messages.TopicRun)
	return func() int { return int(seen.Load()) }
}

// beside does something, and says how long at most somebody else waited meanwhile until the log's writer took them.
func (w world) beside(do func()) time.Duration {
	stop, got := make(chan struct{}), make(chan time.Duration)
	go func() {
		var worst time.Duration
		for {
			select {
			case <-stop:
				got <- worst
				return
			default:
			}
			began := time.Now()
			must(w.rt.View(context.Background(), func(*policy.Machine) {}))
			worst = max(worst, time.Since(began))
			time.Sleep(200 * time.Microsecond)
		}
	}()
	time.Sleep(5 * time.Millisecond)
	do()
	close(stop)
	return <-got
}

// follow reads the log from now on, until take says that it has enough.
func follow(l *bus.Log, take func([]messages.Record) bool, topics ...messages.Topic) {
	woken := make(chan struct{}, 1)
	r := l.Reader(l.Last(), func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	}, topics...)
	go func() {
		defer r.Close()
		for {
			rs, err := r.Next()
			if err != nil {
				return
			}
			if len(rs) == 0 {
				<-woken
			} else if !take(rs) {
				return
			}
		}
	}()
}

// aLog is a log alone, on a durable journal.
type aLog struct{ l *bus.Log }

func openLog() aLog {
	l, err := bus.Open(bus.Options{Journal: journal()})
	must(err)
	return aLog{l}
}

func (a aLog) close()                  { must(a.l.Close()) }
func (a aLog) publish(f messages.Fact) { a.l.Publish(bus.Draft{Fact: f}) }

func (a aLog) watermill() (message.Publisher, message.Subscriber) {
	return a.l.Publisher(), a.l.Subscriber(bus.SubscriberOptions{})
}

// read has a reader of its own get that many records.
func (a aLog) read(many int, done func()) {
	follow(a.l, func(rs []messages.Record) bool {
		if many -= len(rs); many > 0 {
			return true
		}
		done()
		return false
	})
}
