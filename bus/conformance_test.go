package bus_test

import (
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"

	"curfew/bus"
)

// TestConformance is watermill's own suite on topics that are not Curfew's.
func TestConformance(t *testing.T) {
	features := tests.Features{
		ConsumerGroups:                   true,
		GuaranteedOrder:                  true,
		Persistent:                       true,
		NewSubscriberReceivesOldMessages: true,
	}
	for name, open := range drivers {
		t.Run(name, func(t *testing.T) {
			logs := &logsByTest{open: open, logs: make(map[string]*bus.Log)}
			named := func(t *testing.T, group string) (message.Publisher, message.Subscriber) {
				l := logs.get(t)
				return l.Publisher(), l.Subscriber(bus.SubscriberOptions{Name: group, Pause: time.Millisecond, MaxPause: time.Millisecond})
			}
			unnamed := func(t *testing.T) (message.Publisher, message.Subscriber) { return named(t, "") }
			tests.TestPubSub(t, features, unnamed, named)
		})
	}
}

// logsByTest gives every test of the suite one log, however many handles it asks for.
type logsByTest struct {
	open func(t *testing.T) bus.Journal
	mu   sync.Mutex
	logs map[string]*bus.Log
}

func (s *logsByTest) get(t *testing.T) *bus.Log {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.logs[t.Name()]
	if !ok {
		l = openLog(t, bus.Options{Journal: s.open(t)})
		s.logs[t.Name()] = l
	}
	return l
}
