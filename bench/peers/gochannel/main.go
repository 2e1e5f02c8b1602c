// Command gochannel puts the load of the bus on watermill's gochannel: five subscribers get every message. Its messages
// are in memory, and their order is not kept; a publisher waits for the acknowledgements, so that none is lost.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
)

const (
	topic   = "load"
	readers = 5
	batch   = 1000
)

var (
	n = flag.Int("n", 10_000, "how many messages")
	_ = flag.String("data", "", "not used: it keeps nothing")
	_ = flag.String("work", "watermill", "not used: it has one load")
)

func main() {
	flag.Parse()
	bus := gochannel.NewGoChannel(gochannel.Config{OutputChannelBuffer: 1024, BlockPublishUntilSubscriberAck: true}, watermill.NopLogger{})
	done := make(chan struct{}, readers)
	for range readers {
		from, err := bus.Subscribe(context.Background(), topic)
		must(err)
		go func() {
			for range *n {
				(<-from).Ack()
			}
			done <- struct{}{}
		}()
	}
	began, before := time.Now(), cpu()
	for i := 0; i < *n; i += batch {
		all := make([]*message.Message, min(batch, *n-i))
		for k := range all {
			all[k] = message.NewMessage(fmt.Sprintf("m-%d", i+k), []byte(`{"job":"a","by":"load"}`))
		}
		must(bus.Publish(topic, all...))
	}
	for range readers {
		<-done
	}
	took, spent := time.Since(began), cpu()-before
	must(json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"facts_a_second": float64(*n) / took.Seconds(), "cpu_us_a_fact": float64(spent.Nanoseconds()) / 1e3 / float64(*n),
	}))
}

func cpu() time.Duration {
	var u syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gochannel:", err)
		os.Exit(1)
	}
}
