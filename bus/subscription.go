package bus

import (
	"context"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"go.uber.org/zap"

	"curfew/bus/sleep"
	"curfew/messages"
)

// maxReadFailures is how many reads in a row may fail before a subscription ends.
const maxReadFailures = 5

// subscription delivers one topic to one channel.
type subscription struct {
	l   *Log
	o   SubscriberOptions
	c   *cursor
	out chan *message.Message
}

// run waits for the cursor's turn and delivers until ctx ends.
func (s *subscription) run(ctx context.Context) {
	defer close(s.out)
	defer s.l.cursors.detach(s.c)
	select {
	case <-s.c.turn:
	case <-ctx.Done():
		return
	}
	defer func() {
		s.c.save()
		s.c.turn <- struct{}{}
	}()
	failures := 0
	for ctx.Err() == nil {
		r, ok, err := s.c.next()
		switch {
		case err != nil:
			if failures++; failures == maxReadFailures {
				s.l.log.Error("bus: a subscription ends because the journal cannot be read",
					zap.String("subscriber", s.o.Name), zap.String("topic", string(s.c.state.Topic)), zap.Error(err))
				return
			}
			_ = sleep.For(ctx, s.o.MaxPause)
		case !ok:
			s.idle(ctx)
		default:
			failures = 0
			s.deliver(ctx, r)
		}
	}
}

// idle waits for records, and saves the cursor if that takes long.
func (s *subscription) idle(ctx context.Context) {
	var save <-chan time.Time
	if s.c.unsaved > 0 {
		t := time.NewTimer(saveAfter)
		defer t.Stop()
		save = t.C
	}
	select {
	case <-s.c.wake:
	case <-save:
		s.c.save()
	case <-ctx.Done():
	}
}

// deliver delivers one record until it is acknowledged or parked, or ctx ends.
func (s *subscription) deliver(ctx context.Context, r messages.Record) {
	wait := s.o.Pause
	for n := 1; n <= s.o.Deliveries; n++ {
		if n > 1 {
			if sleep.For(ctx, wait) != nil {
				return
			}
			wait = min(2*wait, s.o.MaxPause)
		}
		acked, err := s.once(ctx, r)
		switch {
		case err != nil:
			s.l.log.Error("bus: a record cannot be delivered", zap.Uint64("seq", r.Seq), zap.Error(err))
		case acked:
			s.c.pass(nil)
			return
		case ctx.Err() != nil:
			return
		}
	}
	s.l.log.Warn("bus: parked a message that was not acknowledged", zap.String("subscriber", s.o.Name),
		zap.String("topic", string(r.Body.Topic())), zap.Uint64("seq", r.Seq), zap.Int("deliveries", s.o.Deliveries))
	s.c.pass(&Parked{
		Subscriber: s.o.Name, Topic: r.Body.Topic(), Seq: r.Seq, ID: r.ID, Name: r.Body.Name(),
		Deliveries: s.o.Deliveries, At: messages.At(s.l.o.Now()),
	})
}

// once is one delivery.
func (s *subscription) once(ctx context.Context, r messages.Record) (acked bool, err error) {
	msg, err := s.l.outgoing.message(r)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	msg.SetContext(ctx)
	select {
	case s.out <- msg:
	case <-ctx.Done():
		return false, nil
	}
	select {
	case <-msg.Acked():
		return true, nil
	case <-msg.Nacked():
		return false, nil
	case <-ctx.Done():
	}
	select {
	case <-msg.Acked(): // just before ctx ended
		return true, nil
	default:
		return false, nil
	}
}
