package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/messages"
)

// Bounds of redelivery.
const (
	defaultPause      = 100 * time.Millisecond
	maxPause          = 10 * time.Second
	defaultDeliveries = 10
	minDeliveries     = 3
)

// SubscriberOptions are how a subscriber reads.
type SubscriberOptions struct {
	// Name gives the subscriber a durable cursor for each topic. Empty: each Subscribe begins at the oldest record, and
	// its cursor ends with it.
	Name string
	// Pause is how long a message waits for its second delivery after a nack. It doubles with each further delivery.
	// 0: 100 ms.
	Pause time.Duration
	// MaxPause is the longest pause. 0, or more than 10 s: 10 s.
	MaxPause time.Duration
	// Deliveries is how often a message is delivered before it is parked. 0: 10; fewer than 3: 3.
	Deliveries int
}

func (o SubscriberOptions) withDefaults() SubscriberOptions {
	if o.MaxPause <= 0 || o.MaxPause > maxPause {
		o.MaxPause = maxPause
	}
	if o.Pause <= 0 {
		o.Pause = defaultPause
	}
	o.Pause = min(o.Pause, o.MaxPause)
	if o.Deliveries == 0 {
		o.Deliveries = defaultDeliveries
	}
	o.Deliveries = max(o.Deliveries, minDeliveries)
	return o
}

// subscriber is a handle on the log.
type subscriber struct {
	l *Log
	o SubscriberOptions

	ctx    context.Context // ends when the subscriber is closed
	cancel context.CancelFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // subscriptions
}

var _ message.Subscriber = (*subscriber)(nil)

// Subscriber is watermill's way out of the log. Closing the handle, even twice, closes only this handle.
//
// Each Subscribe delivers the records of one topic, facts and decisions, in the log's order and one at a time: the next
// message follows after the acknowledgement of the last, whose context ends then. A message that is nacked is delivered
// again after a growing pause, and parked after the last delivery ([Log.Parked]). The cursor of a named subscriber is
// saved from time to time and when a subscription ends, so some messages come twice after a crash. Of several
// subscriptions with one name on one topic, one receives; another takes over when that one ends.
func (l *Log) Subscriber(o SubscriberOptions) message.Subscriber {
	s := &subscriber{l: l, o: o.withDefaults()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if !l.subscribers.add(s) {
		s.closed = true
		s.cancel()
	}
	return s
}

// Subscribe delivers the topic on a channel until ctx ends, or the subscriber or the log is closed; then the channel is
// closed.
func (s *subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	if topic == "" || len(topic) > maxTopic {
		return nil, fmt.Errorf("bus: subscribe: %w", errTopic(topic))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("bus: subscribe: the subscriber is closed")
	}
	c, err := s.l.cursors.attach(s.l, s.o.Name, messages.Topic(topic))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.ctx, cancel)
	sub := &subscription{l: s.l, o: s.o, c: c, out: make(chan *message.Message)}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		defer stop()
		defer cancel()
		sub.run(ctx)
	}()
	return sub.out, nil
}

// Close ends the subscriptions of this handle and waits until their channels are closed.
func (s *subscriber) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.running.Wait()
	s.l.subscribers.remove(s)
	return nil
}

// registry is the open subscribers, so that the log can close them.
type registry struct {
	mu     sync.Mutex
	open   map[*subscriber]struct{}
	closed bool
}

// add reports whether the log is still open.
func (r *registry) add(s *subscriber) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	if r.open == nil {
		r.open = make(map[*subscriber]struct{})
	}
	r.open[s] = struct{}{}
	return true
}

func (r *registry) remove(s *subscriber) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, s)
}

// close closes every subscriber, and refuses new ones.
func (r *registry) close() {
	r.mu.Lock()
	r.closed = true
	open := make([]*subscriber, 0, len(r.open))
	for s := range r.open {
		open = append(open, s)
	}
	r.mu.Unlock()
	for _, s := range open {
		_ = s.Close() // it never fails
	}
}
