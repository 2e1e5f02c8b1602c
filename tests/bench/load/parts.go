package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/messages"
)

const readers = 5 // of the bus, each of which gets everything

// five publishes facts to five readers on a durable journal.
func five() measured {
	l := openLog()
	done := make(chan struct{}, readers)
	for range readers {
		l.read(*n, func() { done <- struct{}{} })
	}
	end := profiled()
	began, before := time.Now(), cpu()
	for range *n {
		l.publish(messages.JobPaused{Job: "a", By: "load"})
	}
	for range readers {
		<-done
	}
	took, spent := time.Since(began), cpu()-before
	end()
	l.close()
	return measured{"facts_a_second": float64(*n) / took.Seconds(), "cpu_us_a_fact": us(spent) / float64(*n)}
}

// fiveWatermill does the same through watermill's interfaces, on a topic of its own, a thousand messages a call.
func fiveWatermill() measured {
	const topic, batch = "load", 1000
	l := openLog()
	pub, sub := l.watermill()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan struct{}, readers)
	for range readers {
		from, err := sub.Subscribe(ctx, topic)
		must(err)
		go func() {
			for range *n {
				(<-from).Ack()
			}
			done <- struct{}{}
		}()
	}
	end := profiled()
	began, before := time.Now(), cpu()
	for i := 0; i < *n; i += batch {
		all := make([]*message.Message, min(batch, *n-i))
		for k := range all {
			all[k] = message.NewMessage(fmt.Sprintf("m-%d", i+k), []byte(`{"job":"a","by":"load"}`))
		}
		must(pub.Publish(topic, all...))
	}
	for range readers {
		<-done
	}
	took, spent := time.Since(began), cpu()-before
	end()
	return measured{"facts_a_second": float64(*n) / took.Seconds(), "cpu_us_a_fact": us(spent) / float64(*n)}
}

// begin is when the facts of the pure loads are said to happen.
var begin = messages.At(time.Date(2026, 11, 28, 7, 0, 0, 0, time.UTC))

// ofMachine is how many jobs the pure loads have.
const ofMachine = 1000

// atOnce is how many rounds of facts are made before the machine that is measured steps through them.
const atOnce = 50

// steps has the machine decide about slots and successes, alone: another one has made the facts.
func steps() measured {
	m, maker, now := newMachine(ofMachine), newMachine(ofMachine), begin
	done, made := 0, facts{}
	var took, spent time.Duration
	end := profiled()
	for done < *n {
		made = made[:0]
		for range atOnce {
			now = now.Add(time.Minute)
			maker.cycle(now, &made)
		}
		began, before := time.Now(), cpu()
		for _, f := range made {
			decide(m.m, f.now, f.seq, f.fact)
		}
		took, spent = took+time.Since(began), spent+cpu()-before
		done += len(made)
	}
	end()
	return measured{"facts_a_second": float64(done) / took.Seconds(), "cpu_us_a_fact": us(spent) / float64(done)}
}

// replayed replays an export of such facts with their decisions.
func replayed() measured {
	var text bytes.Buffer
	w := newExport(&text)
	m, now := newMachine(ofMachine), begin
	m.defined(now, w)
	for w.records < *n {
		now = now.Add(time.Minute)
		m.cycle(now, w)
	}
	w.flush()
	end := profiled()
	began, before := time.Now(), cpu()
	replay(&text)
	took, spent := time.Since(began), cpu()-before
	end()
	return measured{"records_a_second": float64(w.records) / took.Seconds(), "cpu_us_a_record": us(spent) / float64(w.records)}
}
