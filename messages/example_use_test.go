package messages_test

import (
	"encoding/json"
	"fmt"

	"curfew/messages"
)

// A fact as it goes over the bus: its topic, its name, and its JSON.
func ExampleDecode() {
	fact := messages.SessionExpired{Session: "default", Source: "my-proxy", Reason: "401 from the backend"}
	payload, err := json.Marshal(fact)
	if err != nil {
		panic(err)
	}
	fmt.Println(fact.Topic(), fact.Name(), string(payload))
	body, err := messages.Decode("session.expired.v1", payload)
	if err != nil {
		panic(err)
	}
	fmt.Println(body == messages.Body(fact), messages.KindOf(body), body.Key())
	_, err = messages.Decode("session.lost.v1", payload)
	fmt.Println(err)
	// Output:
	// session session.expired.v1 {"session":"default","generation":0,"source":"my-proxy","reason":"401 from the backend"}
	// true fact default
	// messages: unknown name "session.lost.v1"; docs/messages.md lists the names
}
