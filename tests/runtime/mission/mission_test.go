// Package mission_test holds the product to the words of its mission: on SessionExpired every agent job is
// called off at once, nothing is retried, and nothing else notices; on the re-auth message they go on.
//
// The two messages come from a program that is not part of Curfew: it has watermill's Publisher and docs/messages.md, and
// nothing else. Time is virtual.
package mission_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
)

// outsider is that program.
type outsider struct{ bus message.Publisher }

// tell publishes a message as docs/messages.md describes it.
func (o outsider) tell(topic, name string, payload map[string]any) error {
	raw, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	msg := message.NewMessage(watermill.NewUUID(), raw)
	msg.Metadata.Set("name", name)
	return o.bus.Publish(topic, msg)
}

func (o outsider) expire() error {
	return o.tell("session", "session.expired.v1", map[string]any{
		"session": "default", "generation": 0, "source": "inference-proxy", "reason": "401 from the backend",
	})
}

func (o outsider) restore() error {
	return o.tell("session", "session.restored.v1", map[string]any{
		"session": "default", "by": "desktop-app", "expires_at": nil,
	})
}

var agents, shells = []string{"briefing", "inbox", "digest"}, []string{"backup", "heartbeat"}

func TestMission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		defer w.stop()
		other := outsider{bus: w.rt.Log().Publisher()}

		// Agents fail, and every retry is one restart by protoactor.
		w.pass(15 * time.Minute)
		before := w.counted()
		for _, job := range append(agents, shells...) {
			c := before[job]
			if c.retries < 2 || c.restarts != c.retries {
				t.Errorf("before the expiry %s was tried again %d times with %d restarts; want as many, and some",
					job, c.retries, c.restarts)
			}
		}

		// The session expires: every agent is called off, and shell jobs do not notice.
		if err := other.expire(); err != nil {
			t.Fatalf("publish SessionExpired: %v", err)
		}
		w.pass(0)
		w.received("session.expired.v1")
		w.pass(16 * 24 * time.Hour)
		during := w.counted()
		for _, job := range agents {
			if d := during[job].minus(before[job]); d != (count{}) {
				t.Errorf("while the gate was closed %s had %+v; want nothing at all", job, d)
			}
		}
		for _, job := range shells {
			d := during[job].minus(before[job])
			if want := 16 * 24 * 6; d.runs != want || d.retries != want || d.restarts != want {
				t.Errorf("while the gate was closed %s had %+v; want %d runs, each tried twice with one restart",
					job, d, want)
			}
		}

		// The re-auth message: they go on, each with the run that was held, once.
		w.heal()
		if err := other.restore(); err != nil {
			t.Fatalf("publish SessionRestored: %v", err)
		}
		w.pass(10 * time.Second)
		w.received("session.restored.v1")
		after := w.counted()
		for _, job := range agents {
			if d := after[job].minus(during[job]); d != (count{attempts: 1, retries: 1, restarts: 1}) {
				t.Errorf("after the re-auth %s had %+v; want one more attempt of the run that was held, with one restart",
					job, d)
			}
		}
		w.incarnationsDiffer()
	})
}

// received checks that the gate actor and the supervisors of both actor types have read a message.
func (w *world) received(name string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for who, want := range map[string]int{"gate": 1, "supervisor": 2} {
		if got := w.read[who+" "+name]; got != want {
			w.t.Errorf("%s was received by %d of kind %s; want %d", name, got, who, want)
		}
	}
}

// incarnationsDiffer checks that no two attempts of a run were made by the same incarnation of an actor,
// and that the runs which the outage held are among them.
func (w *world) incarnationsDiffer() {
	w.t.Helper()
	for _, job := range append(agents, shells...) {
		runs := w.runs(job)
		tried := 0
		for _, run := range runs {
			seen := map[string]int{}
			for _, a := range run.Attempts {
				if a.Incarnation == nil {
					continue // it is running
				}
				key := fmt.Sprint(*a.Incarnation)
				if other, ok := seen[key]; ok {
					w.t.Errorf("run %s of %s: attempts %d and %d were of incarnation %s",
						run.ID, job, other, a.Number, key)
				}
				seen[key] = a.Number
			}
			tried = max(tried, len(seen))
		}
		if tried < 2 {
			w.t.Errorf("%s has no run of several attempts to compare", job)
		}
	}
}
