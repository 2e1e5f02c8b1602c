package live

import (
	"context"
	"errors"
	"strings"
	"testing"

	client "github.com/nats-io/nats.go"

	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/patience"
)

// TestFailedNode: a node that cannot go on says that it stops, and how what ran there has ended, before the others can
// take it for gone. They would begin the same once more while it still runs here, and pass over what comes later.
func TestFailedNode(t *testing.T) {
	url := natstest.Server(t)
	nc := natstest.Connect(t, url)
	said := make(chan *client.Msg, 1<<10)
	for _, subject := range []string{"curfew.test.>", "$KV.curfew-test-leases.node.>"} {
		if _, err := nc.ChanSubscribe(subject, said); err != nil {
			t.Fatal(err)
		}
	}
	defined, started := make(chan struct{}), make(chan struct{})
	n := begin(t, url, t.TempDir(), "a", "sleep 1000", func(_ context.Context, batch []messages.Record) error {
		for _, r := range batch {
			switch r.Body.(type) {
			case messages.JobDefined:
				close(defined)
			case messages.AttemptStarted:
				close(started)
			}
		}
		return nil
	})
	patience.Await(t, "the job to be taken in", defined)
	if _, err := n.Commit(t.Context(), "", messages.RunRequested{Job: "yearly", Request: "r1", By: "test"}); err != nil {
		t.Fatal(err)
	}
	patience.Await(t, "the attempt to be started", started)
	n.Fail(errors.New("a planted reason"))
	if err := patience.Await(t, "the node to end", n.ended); err == nil || !strings.Contains(err.Error(), "a planted reason") {
		t.Errorf("it ends with %v", err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	var order []string
	for len(said) > 0 {
		m := <-said
		for what, is := range map[string]bool{
			"stops":   strings.Contains(string(m.Data), `"stopping":true`),
			"ended":   strings.Contains(string(m.Data), messages.AttemptInterrupted{}.Name()),
			"is gone": m.Header.Get("KV-Operation") == "DEL",
		} {
			if is {
				order = append(order, what)
			}
		}
	}
	if got := strings.Join(order, ", "); got != "stops, ended, is gone" {
		t.Errorf("the others learn %q", got)
	}
}
