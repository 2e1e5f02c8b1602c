package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"curfew/bus"
	"curfew/bus/sleep"
)

// Bounds of the queue of parcels. A full one refuses parcels, which then wait where they were made.
const (
	queueParcels = 64 << 10
	queueBytes   = 256 << 20
	queueAge     = 72 * time.Hour   // a parcel that no log has taken in for so long is lost
	queueDedupe  = 10 * time.Minute // how long servers know the id of a parcel
	queuePage    = 256              // parcels of one read
	queueLook    = time.Second      // how long a parcel can be overlooked whose notice was lost
	queueSoon    = time.Millisecond // after a notice, until the queue is looked at again if there was nothing
)

// headerFrom is the subject to which the answer to a parcel goes.
const headerFrom = "Curfew-From"

// A Queue carries parcels of facts to the log that decides. It is a stream; the place of a parcel is its sequence there.
// The journal notes up to which place parcels were taken in, so they need no acknowledgement: they are removed when they
// are of no use any more, and none is taken in twice or passed over.
type Queue struct {
	options Options
	js      jetstream.JetStream
	stream  jetstream.Stream
	from    string // where the answers to this process go
}

// OpenQueue finds the queue of a realm, or makes it. Taken is the place that the journal has noted last: a queue that is
// made anew goes on behind it.
func OpenQueue(ctx context.Context, nc *client.Conn, o Options, taken uint64) (*Queue, error) {
	fail := func(err error) (*Queue, error) {
		return nil, fmt.Errorf("bus: nats: open the queue of realm %s: %w", o.Realm, err)
	}
	if err := o.Check(); err != nil {
		return fail(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fail(err)
	}
	q := &Queue{options: o, js: js, from: client.NewInbox()}
	q.stream, err = found(ctx, &o, nc, "stream "+o.queue(), jetstream.ErrStreamNotFound,
		func(ctx context.Context) (jetstream.Stream, error) { return js.Stream(ctx, o.queue()) },
		func(ctx context.Context) (jetstream.Stream, error) {
			return js.CreateStream(ctx, o.queueConfig(taken+1))
		})
	if err != nil {
		return fail(err)
	}
	if c := q.stream.CachedInfo().Config; c.Retention != jetstream.LimitsPolicy || c.Discard != jetstream.DiscardNew || !c.AllowDirect {
		return fail(fmt.Errorf("stream %s was not made by Curfew: remove it", o.queue()))
	}
	return q, nil
}

func (o *Options) queueConfig(first uint64) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        o.queue(),
		Description: "Facts on their way to the node of a realm of Curfew that decides.",
		Subjects:    []string{o.facts()},
		Storage:     jetstream.FileStorage,
		Replicas:    o.Replicas,
		Discard:     jetstream.DiscardNew,
		MaxMsgs:     queueParcels,
		MaxBytes:    queueBytes,
		MaxAge:      queueAge,
		Duplicates:  queueDedupe,
		FirstSeq:    first,
		AllowDirect: true,
	}
}

// Send puts a parcel into the queue. It returns when the servers have it. Sent again within queueDedupe it is there once,
// and later perhaps twice.
func (q *Queue) Send(ctx context.Context, p bus.Parcel) error {
	m := client.NewMsg(q.options.facts())
	m.Data = p.Content
	m.Header.Set(jetstream.MsgIDHeader, p.ID)
	m.Header.Set(headerFrom, q.from)
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	_, err := q.js.PublishMsg(ctx, m)
	var api *jetstream.APIError
	if errors.Is(err, client.ErrMaxPayload) || errors.As(err, &api) && api.ErrorCode == tooLarge {
		return fmt.Errorf("%w for the servers of realm %s: raise their max_payload: %w", bus.ErrTooLarge, q.options.Realm, err)
	}
	if err != nil {
		return fmt.Errorf("bus: nats: send to realm %s: %w", q.options.Realm, err)
	}
	return nil
}

// Answers calls f with each answer to a parcel that this process has sent, until stop is called.
func (q *Queue) Answers(f func(bus.Answer)) (stop func(), err error) {
	s, err := q.js.Conn().Subscribe(q.from, func(m *client.Msg) {
		var a bus.Answer
		if json.Unmarshal(m.Data, &a) == nil { // else it is of somebody else
			f(a)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("bus: nats: wait for answers of realm %s: %w", q.options.Realm, err)
	}
	return func() { _ = s.Unsubscribe() }, nil
}

// A Taker takes in parcels in the order of their places: [bus.Log] TakeIn.
type Taker func(ctx context.Context, place uint64, content []byte) (bus.Answer, error)

// Serve hands the parcels behind that place to the log that decides and sends the answers, until ctx ends or take fails:
// with [bus.ErrFollows] if another log decides. Caught is called once, when the log has taken in what was there at the
// beginning. What is no parcel is passed over; trouble is told about it, and about servers that cannot be reached.
func (q *Queue) Serve(ctx context.Context, taken uint64, take Taker, caught func(), trouble func(error)) error {
	there, err := q.fits(ctx, taken)
	if err != nil {
		return err
	}
	came := make(chan *client.Msg, 1)
	notices, err := q.js.Conn().Subscribe(q.options.facts(), func(m *client.Msg) {
		select {
		case came <- m:
		default:
		}
	})
	if err != nil {
		return fmt.Errorf("bus: nats: wait for parcels of realm %s: %w", q.options.Realm, err)
	}
	defer notices.Unsubscribe() //nolint:errcheck // it ends with its connection at the latest
	s := serving{q: q, take: take, trouble: trouble, taken: taken}
	s.skip(there.FirstSeq)
	caught = sync.OnceFunc(caught)
	look := queueLook
	for {
		if s.taken >= there.LastSeq {
			caught()
		}
		more, err := s.page(ctx)
		if err != nil {
			return err
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-came:
			look = queueSoon // replicas have a parcel a moment after its notice
		case <-time.After(look):
			look = min(2*look, queueLook)
		}
	}
}

// fits says whether the queue can be the one that the place is of, and what is in it.
func (q *Queue) fits(ctx context.Context, taken uint64) (there jetstream.StreamState, err error) {
	info, err := try(ctx, func(ctx context.Context) (*jetstream.StreamInfo, error) { return q.stream.Info(ctx) })
	if err != nil {
		return there, fmt.Errorf("bus: nats: look at the queue of realm %s: %w", q.options.Realm, err)
	}
	if info.State.LastSeq < taken {
		return there, fmt.Errorf("bus: nats: the queue of realm %s was made anew: it is at place %d, and parcels were taken in up to "+
			"place %d: remove stream %s, and start the nodes again", q.options.Realm, info.State.LastSeq, taken, q.options.queue())
	}
	return info.State, nil
}

// serving is one time of a log at deciding.
type serving struct {
	q       *Queue
	take    Taker
	trouble func(error)
	taken   uint64
}

// skip goes on at the next place that has a parcel, and says which ones are empty before it: servers remove what is older
// than queueAge, and somebody may have removed more. Of parcels that were refused right before the log that decided was
// lost, the journal does not know that they were taken in.
func (s *serving) skip(next uint64) {
	if next <= s.taken+1 {
		return
	}
	s.trouble(fmt.Errorf("bus: nats: places %d to %d of the queue of realm %s are empty: what was published there is lost if no "+
		"node has decided for %s, and was refused if the one that decided was lost", s.taken+1, next-1, s.q.options.Realm, queueAge))
	s.taken = next - 1
}

// page takes in the parcels that there are, and removes them. More reports that there were any.
func (s *serving) page(ctx context.Context) (more bool, err error) {
	before := s.taken
	all, err := s.read(ctx)
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if err != nil {
		s.trouble(fmt.Errorf("bus: nats: read the queue of realm %s: %w", s.q.options.Realm, err))
		return false, sleep.For(ctx, tryPause)
	}
	for _, m := range all {
		s.skip(m.Sequence)
		answer, err := s.take(ctx, m.Sequence, m.Data)
		if errors.Is(err, bus.ErrBadParcel) {
			s.trouble(fmt.Errorf("bus: nats: message %d of stream %s is removed: %w", m.Sequence, s.q.options.queue(), err))
		} else if err != nil {
			return false, err
		}
		s.answer(m.Header.Get(headerFrom), answer)
		s.taken = m.Sequence
	}
	if s.taken > before {
		ctx, cancel := context.WithTimeout(ctx, tryTimeout)
		defer cancel()
		_ = s.q.stream.Purge(ctx, jetstream.WithPurgeSequence(s.taken+1)) // else the next purge removes them
	}
	return s.taken > before, nil
}

// read reads the next parcels. A server that is behind has fewer, and never one without those before it.
func (s *serving) read(ctx context.Context) (page []*jetstream.RawStreamMsg, err error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	all, err := jetstreamext.GetBatch(ctx, s.q.js, s.q.options.queue(), queuePage,
		jetstreamext.GetBatchSeq(s.taken+1), jetstreamext.GetBatchMaxBytes(bus.PageBytes))
	if err != nil {
		return nil, err
	}
	for m, err := range all {
		if errors.Is(err, jetstreamext.ErrNoMessages) {
			break
		}
		if err != nil {
			return page, err
		}
		page = append(page, m)
	}
	return page, nil
}

// answer sends an answer, if there is anything in it. One that is lost costs its caller the waiting.
func (s *serving) answer(to string, a bus.Answer) {
	if len(a.Messages) == 0 || to == "" {
		return
	}
	text, err := json.Marshal(a)
	if err == nil {
		err = s.q.js.Conn().Publish(to, text)
	}
	if err != nil {
		s.trouble(fmt.Errorf("bus: nats: answer a node of realm %s: %w", s.q.options.Realm, err))
	}
}
