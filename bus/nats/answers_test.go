package nats_test

import (
	"fmt"
	"testing"

	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/patience"
)

// An append whose answer is lost has succeeded once, whether it is one message or a batch, and whether it was stored
// before the connection was cut or not. One server answers the repeat as if the writer were fenced.
func TestAnswersAreLost(t *testing.T) {
	url := natstest.Server(t)
	direct, proxy := natstest.Connect(t, url), natstest.NewProxy(t, url)
	j := open(t, natstest.Connect(t, proxy.URL), 0)
	holds(t, direct, loseAnswers(t, j, proxy, whenStored(t, direct)))
}

// loseAnswers appends, and returns what it has appended. Of three appends one is answered, one is stored and its answer
// lost, and one is begun when the connection has just been cut.
func loseAnswers(t *testing.T, j *nats.Journal, proxy *natstest.Proxy, stored func(first uint64)) (records []messages.Record) {
	t.Helper()
	for i := range 18 {
		rs := after(uint64(len(records)), 1+i%5, fmt.Sprint(i))
		if i%4 == 1 {
			rs = large(uint64(len(records)), several, fmt.Sprint(i))
		}
		if i%3 == 1 {
			proxy.Mute()
		}
		if i%3 == 2 {
			proxy.Cut()
		}
		done := make(chan error, 1)
		go func() { done <- j.Append(rs) }()
		if i%3 == 1 {
			stored(rs[0].Seq)
			proxy.Cut()
		}
		if err := patience.Await(t, "an append to end", done); err != nil {
			t.Fatalf("append %d: %v", i, err)
		}
		records = append(records, rs...)
	}
	return records
}
