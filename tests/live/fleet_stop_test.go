package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus/nats/natstest"
	"curfew/internal/daemon"
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

// TestHurriedNode: a node whose servers are away waits for nothing more when it is told to stop again and again: not for
// the fleet to know of it, and not for what it was recording.
func TestHurriedNode(t *testing.T) {
	s := natstest.One(t)
	core, logs := observer.New(zap.WarnLevel)
	defined, again := make(chan struct{}), make(chan struct{})
	n := begin(t, s.ClientURL(), t.TempDir(), "a", "true", func(_ context.Context, batch []messages.Record) error {
		if slices.ContainsFunc(batch, func(r messages.Record) bool { _, is := r.Body.(messages.JobDefined); return is }) {
			close(defined)
		}
		return nil
	}, func(o *daemon.Options) { o.Log, o.Again, o.Drain = zap.New(core), again, time.Hour })
	patience.Await(t, "the job to be taken in", defined)
	natstest.Stop(s)
	n.stop()
	var err error
	for ended := false; !ended; {
		select {
		case again <- struct{}{}:
		case err = <-n.ended:
			ended = true
		}
	}
	if err == nil || !strings.Contains(err.Error(), "hurried by another signal") {
		t.Errorf("it ends with %v", err)
	}
	var why []string
	for _, e := range logs.FilterMessageSnippet("may not know yet that this node stops").All() {
		why = append(why, fmt.Sprint(e.ContextMap()["error"]))
	}
	if len(why) != 1 || !strings.Contains(why[0], "hurried") {
		t.Errorf("it has waited for the fleet until %q", why)
	}
}
