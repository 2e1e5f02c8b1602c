package bus_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
	"curfew/tests/patience"
)

func foreign(id string) *message.Message { return message.NewMessage(id, []byte("payload of "+id)) }

// fact is a message as a program without this project's types writes it.
func fact(id, name, payload string) *message.Message {
	m := message.NewMessage(id, []byte(payload))
	if name != "" {
		m.Metadata.Set("name", name)
	}
	return m
}

func subscribe(t *testing.T, s message.Subscriber, topic string) <-chan *message.Message {
	t.Helper()
	ch, err := s.Subscribe(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func receive(t *testing.T, ch <-chan *message.Message) *message.Message {
	t.Helper()
	select {
	case m, ok := <-ch:
		if !ok {
			t.Fatal("the channel is closed")
		}
		return m
	case <-time.After(patience.Limit):
		t.Fatal("no message came")
		return nil
	}
}

func TestPublishIsValidated(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New(), Admit: func(f messages.Fact) (messages.Fact, error) {
		if f.Key() == "unknown" {
			return nil, fmt.Errorf("unknown session %q", f.Key())
		}
		return f, nil
	}})
	const expired, good = "session.expired.v1", `{"session":"default","generation":0,"source":"x","reason":"y"}`
	for name, c := range map[string]struct {
		topic string
		msg   *message.Message
		want  string
	}{
		"no name":           {"session", fact("", "", good), "must be the name of the message"},
		"unknown name":      {"session", fact("", "session.exploded.v1", good), "unknown name"},
		"another topic":     {"run", fact("", expired, good), `belongs on the topic "session"`},
		"a decision":        {"session", fact("", "gate.opened.v1", `{"session":"default","generation":1}`), "only the machine makes decisions"},
		"no JSON":           {"session", fact("", expired, `{`), "decode"},
		"an unknown member": {"session", fact("", expired, `{"session":"default","token":"x"}`), "unknown field"},
		"refused on entry":  {"session", fact("", expired, `{"session":"unknown"}`), `unknown session "unknown"`},
		"no topic":          {"", fact("", expired, good), "name of a topic"},
		"too large":         {"elsewhere", message.NewMessage("", make([]byte, 1<<20+1)), "at most 1048576"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := l.Publisher().Publish(c.topic, c.msg); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	p := l.Publisher()
	if err := p.Publish("session", fact("", expired, good), fact("", expired, `{`)); err == nil {
		t.Error("a call with a message that cannot be read succeeded")
	}
	if l.Last() != 0 {
		t.Errorf("last is %d: something that was refused got in", l.Last())
	}
	if err := p.Publish("session", fact("once", expired, good), fact("once", expired, good)); err != nil || l.Last() != 1 {
		t.Errorf("a message twice: %v, last %d", err, l.Last())
	}
	if err := p.Publish("elsewhere", foreign("once")); err != nil || l.Last() != 2 {
		t.Errorf("its id on a foreign topic: %v, last %d", err, l.Last())
	}
	_, _ = p.Close(), p.Close()
	if err := p.Publish("session", fact("", expired, good)); err == nil {
		t.Error("a closed publisher publishes")
	}
	if err := l.Publisher().Publish("session", fact("", expired, good)); err != nil {
		t.Errorf("closing one handle closed another: %v", err)
	}
}

func TestDeliveredMessages(t *testing.T) {
	at := time.Date(2026, 5, 1, 7, 0, 0, 0, time.UTC)
	l := openLog(t, bus.Options{Journal: memory.New(), Step: step, PolicyVersion: 3, Now: func() time.Time { return at }})
	commit(t, l, "a", paused("backup"))
	f := foreign("f")
	f.Metadata.Set("name", "theirs")
	if err := l.Publisher().Publish("elsewhere", f); err != nil {
		t.Fatal(err)
	}
	f.Payload[0], f.Metadata["name"] = 'X', "changed later"
	for topic, want := range map[string]string{
		"command":   `a map[at:2026-05-01T07:00:00.000Z key:backup kind:fact name:job.paused.v1 policy_version:3 seq:1] {"job":"backup","by":"test"}`,
		"run":       messages.DerivedID(1, 0) + ` map[at:2026-05-01T07:00:00.000Z cause:1 key:backup kind:decision name:run.held.v1 policy_version:3 seq:2] {"run":"run-backup","job":"backup","holds":["paused"],"slot":null,"first_slot":null,"missed":0}`,
		"elsewhere": `f map[name:theirs] payload of f`,
	} {
		s := l.Subscriber(bus.SubscriberOptions{})
		m := receive(t, subscribe(t, s, topic))
		if got := fmt.Sprintf("%s %v %s", m.UUID, m.Metadata, m.Payload); got != want {
			t.Errorf("%s:\n got %s\nwant %s", topic, got, want)
		}
		m.Ack()
		select {
		case <-m.Context().Done():
		case <-time.After(patience.Limit):
			t.Error("the context goes on after Ack")
		}
		_, _ = s.Close(), s.Close()
	}
}

// A message that is nacked comes again after a growing pause, and is parked for that cursor only.
func TestRedeliveryAndParking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := memory.New()
		l := openLog(t, bus.Options{Journal: j})
		for _, id := range []string{"poison", "good"} {
			if err := l.Publisher().Publish("elsewhere", foreign(id)); err != nil {
				t.Fatal(err)
			}
		}
		o := bus.SubscriberOptions{Name: "desk", Pause: time.Second, MaxPause: time.Hour, Deliveries: 7}
		ch := subscribe(t, l.Subscriber(o), "elsewhere")
		last := time.Now()
		var pauses []string
		for range o.Deliveries {
			m := receive(t, ch)
			if m.UUID != "poison" {
				t.Fatalf("%s came before the message in front of it was done", m.UUID)
			}
			pauses = append(pauses, time.Since(last).String())
			last = time.Now()
			m.Nack()
		}
		if want := "0s 1s 2s 4s 8s 10s 10s"; strings.Join(pauses, " ") != want {
			t.Errorf("pauses %v, want %s", pauses, want)
		}
		if m := receive(t, ch); m.UUID != "good" || time.Since(last) != 0 {
			t.Errorf("then %s came, after %s", m.UUID, time.Since(last))
		}
		parked := l.Parked()
		if len(parked) != 1 || parked[0].Subscriber != "desk" || parked[0].Seq != 1 || parked[0].ID != "poison" || parked[0].Deliveries != 7 {
			t.Errorf("parked %+v", parked)
		}
		o.Name = "another"
		if m := receive(t, subscribe(t, l.Subscriber(o), "elsewhere")); m.UUID != "poison" {
			t.Errorf("another cursor begins with %s", m.UUID)
		}
		_ = l.Close()
		again := openLog(t, bus.Options{Journal: j})
		if now := again.Parked(); len(now) != 1 || now[0] != parked[0] {
			t.Errorf("parked after opening the log again: %+v", now)
		}
	})
}

func TestDeliveriesHaveALeast(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New()})
	if err := l.Publisher().Publish("elsewhere", foreign("a"), foreign("b")); err != nil {
		t.Fatal(err)
	}
	ch := subscribe(t, l.Subscriber(bus.SubscriberOptions{Deliveries: 1, Pause: time.Millisecond}), "elsewhere")
	var got []string
	for range 4 {
		m := receive(t, ch)
		got = append(got, m.UUID)
		m.Nack()
	}
	if want := "a a a b"; strings.Join(got, " ") != want {
		t.Errorf("delivered %v, want %s", got, want)
	}
}

// A named cursor goes on where it was, in another handle and after the file is opened again. An unnamed one begins at
// the oldest record.
func TestCursors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	l := openLog(t, bus.Options{Journal: openSQLite(t, path)})
	for i := range 6 {
		if err := l.Publisher().Publish("elsewhere", foreign(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	next := func(name, want string, ack bool) {
		t.Helper()
		s := l.Subscriber(bus.SubscriberOptions{Name: name})
		defer s.Close()
		m := receive(t, subscribe(t, s, "elsewhere"))
		if m.UUID != want {
			t.Errorf("%q receives %s, want %s", name, m.UUID, want)
		}
		if ack {
			m.Ack()
			<-m.Context().Done()
		}
	}
	next("desk", "0", true)
	next("desk", "1", true)
	next("desk", "2", false) // not acknowledged
	next("desk", "2", true)
	next("", "0", true)
	next("", "0", true)
	_ = l.Close()
	l = openLog(t, bus.Options{Journal: openSQLite(t, path)})
	next("desk", "3", true)
	next("other", "0", true)
}

// One of two subscriptions with one name receives; the other takes over.
func TestOneNameTwice(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New()})
	if err := l.Publisher().Publish("elsewhere", foreign("a"), foreign("b")); err != nil {
		t.Fatal(err)
	}
	o := bus.SubscriberOptions{Name: "desk"}
	first, second := l.Subscriber(o), l.Subscriber(o)
	m := receive(t, subscribe(t, first, "elsewhere"))
	waiting := subscribe(t, second, "elsewhere")
	select {
	case <-waiting:
		t.Fatal("both receive at once")
	default:
	}
	m.Ack()
	<-m.Context().Done()
	_ = first.Close()
	if m := receive(t, waiting); m.UUID != "b" {
		t.Errorf("the second goes on with %s", m.UUID)
	}
}

// A handler may publish to its own topic, and no publisher waits for a subscriber that does not read.
func TestNobodyWaits(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New()})
	subscribe(t, l.Subscriber(bus.SubscriberOptions{}), "elsewhere") // never read
	p := l.Publisher()
	if err := p.Publish("elsewhere", foreign("0")); err != nil {
		t.Fatal(err)
	}
	ch := subscribe(t, l.Subscriber(bus.SubscriberOptions{}), "elsewhere")
	for i := range 3000 {
		m := receive(t, ch)
		if m.UUID != fmt.Sprint(i) {
			t.Fatalf("%s came, want %d", m.UUID, i)
		}
		if err := p.Publish("elsewhere", foreign(fmt.Sprint(i+1))); err != nil {
			t.Fatal(err)
		}
		m.Ack()
	}
}

// Closing the log closes its publishers and subscribers.
func TestCloseEndsSubscriptions(t *testing.T) {
	l := openLog(t, bus.Options{Journal: memory.New()})
	s := l.Subscriber(bus.SubscriberOptions{})
	ch := subscribe(t, s, "elsewhere")
	_ = l.Close()
	if _, open := <-ch; open {
		t.Error("the channel is open after the log was closed")
	}
	if _, err := s.Subscribe(t.Context(), "elsewhere"); err == nil {
		t.Error("a subscriber of a closed log subscribes")
	}
	if _, err := l.Subscriber(bus.SubscriberOptions{}).Subscribe(t.Context(), "elsewhere"); err == nil {
		t.Error("a new subscriber of a closed log subscribes")
	}
	if err := l.Publisher().Publish("elsewhere", foreign("a")); err == nil {
		t.Error("a publisher of a closed log publishes")
	}
}

// A named cursor is saved every 256 messages, after a second without a save, and at the end, so that a crash repeats
// few messages.
func TestCursorsAreSavedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := memory.New()
		l := openLog(t, bus.Options{Journal: j})
		var ms []*message.Message
		for i := range 300 {
			ms = append(ms, foreign(fmt.Sprint(i)))
		}
		if err := l.Publisher().Publish("elsewhere", ms...); err != nil {
			t.Fatal(err)
		}
		ch := subscribe(t, l.Subscriber(bus.SubscriberOptions{Name: "desk"}), "elsewhere")
		for range ms {
			receive(t, ch).Ack()
		}
		for _, want := range []uint64{256, 300} {
			synctest.Wait()
			if cs, err := j.Cursors(); err != nil || len(cs) != 1 || cs[0].Seq != want {
				t.Errorf("saved %+v, %v; want seq %d", cs, err, want)
			}
			time.Sleep(2 * time.Second)
		}
	})
}
