package bus_test

import (
	"context"
	"fmt"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/bus"
	"curfew/bus/memory"
)

// tellExpired uses no type of Curfew, only docs/messages.md.
func tellExpired(p message.Publisher) error {
	msg := message.NewMessage(watermill.NewUUID(), []byte(`{"session":"default","generation":0,"source":"my-proxy","reason":"401 from the backend"}`))
	msg.Metadata.Set("name", "session.expired.v1")
	return p.Publish("session", msg)
}

// A program with watermill's Publisher can tell that a session has expired, and one with its Subscriber can hear it.
func ExampleLog_Publisher() {
	log, err := bus.Open(bus.Options{Journal: memory.New()})
	if err != nil {
		panic(err)
	}
	defer log.Close()
	if err := tellExpired(log.Publisher()); err != nil {
		panic(err)
	}
	heard, err := log.Subscriber(bus.SubscriberOptions{}).Subscribe(context.Background(), "session")
	if err != nil {
		panic(err)
	}
	msg := <-heard
	fmt.Println(msg.Metadata.Get("seq"), msg.Metadata.Get("kind"), msg.Metadata.Get("name"), msg.Metadata.Get("key"))
	fmt.Println(string(msg.Payload))
	msg.Ack()
	// Output:
	// 1 fact session.expired.v1 default
	// {"session":"default","generation":0,"source":"my-proxy","reason":"401 from the backend"}
}
