package nats

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/block"
	"curfew/messages"
)

// A Journal is a journal in a stream that this process has taken over ([Open]), or may take over ([Join]).
type Journal struct {
	options Options
	js      jetstream.JetStream
	stream  jetstream.Stream
	keys    jetstream.KeyValue
	objects jetstream.ObjectStore
	ctx     context.Context // ends with the journal //nolint:containedctx // the methods of a journal have none
	cancel  context.CancelFunc
	now     func() time.Time

	writer string                // a name that no other opening has
	end    atomic.Pointer[entry] // the newest message
	oldest atomic.Pointer[entry] // a message before which there are no records to be read
	known  places
	left   atomic.Pointer[left] // nil: nothing is
	failed error                // why nothing more may be appended; of the goroutine that appends, like take

	take uint64 // place of the queue for the next append to note
}

var _ bus.Bounded = (*Journal)(nil)

// Last is the seq of the newest record.
func (j *Journal) Last() (uint64, error) { return j.end.Load().last, nil }

// Append stores the records as one message, or several that are stored together or not at all, and returns when the
// servers have acknowledged them. It repeats that for up to a minute while no answer comes. After [bus.ErrFenced], or
// if it remains unknown whether the records were stored, the journal must be opened again.
func (j *Journal) Append(rs []messages.Record) error {
	if len(rs) == 0 {
		return nil
	}
	fail := func(err error) error { return fmt.Errorf("bus: nats: append to realm %s: %w", j.options.Realm, err) }
	if j.failed != nil {
		return fail(j.failed)
	}
	end := *j.end.Load()
	if rs[0].Seq != end.last+1 {
		return fail(fmt.Errorf("record %d does not follow: the next is %d", rs[0].Seq, end.last+1))
	}
	blocks, lines, err := block.Encode(rs, nil)
	switch {
	case err != nil:
	case len(blocks) > maxBatch:
		blocks, _, err = block.EncodeIn(rs, lines, int(j.maxBlock()))
	case int64(len(lines)) <= min(wholeBytes, j.maxBlock()):
		blocks = []block.Block{{First: rs[0].Seq, Last: rs[len(rs)-1].Seq, Lines: lines}}
	}
	if err != nil {
		return fail(err)
	}
	if len(blocks) > maxBatch {
		return fail(fmt.Errorf("records %d to %d are %d blocks; one append has at most %d",
			rs[0].Seq, rs[len(rs)-1].Seq, len(blocks), maxBatch))
	}
	batch := make([]*client.Msg, len(blocks))
	entries := make([]entry, len(blocks))
	end.taken = max(end.taken, j.take)
	for i, b := range blocks {
		if most := j.maxBlock(); int64(len(b.Lines)) > most {
			return fail(fmt.Errorf("record %d has %d bytes, and the servers take at most %d: raise their max_payload, "+
				"or let the job write less", b.First, len(b.Lines), most))
		}
		batch[i], end = end.message(j.options.subject(), fmt.Sprintf("%d.%s", b.First, j.writer), b, rs[b.Last-rs[0].Seq].At)
		if end.more = i < len(blocks)-1; end.more {
			batch[i].Header.Set(headerMore, "1")
		}
		entries[i] = end
	}
	stored, err := j.commit(j.ctx, batch, entries[0].place-1)
	if !stored {
		if lasting(err) {
			j.failed = err
		}
		return fail(err)
	}
	for _, e := range entries {
		j.known.add(e)
	}
	j.end.Store(&end)
	j.take = 0
	return nil
}

// MaxRecord is the largest record that the servers take, as a line of JSON.
func (j *Journal) MaxRecord() int { return int(j.maxBlock()) - 1 }

// MostOf is MaxRecord of a journal that is yet to be made on the servers of a connection.
func MostOf(nc *client.Conn) int { return int(nc.MaxPayload()) - headerBytes - 1 }

// maxBlock is the largest block that the servers take.
func (j *Journal) maxBlock() int64 {
	most := j.js.Conn().MaxPayload()
	if c := j.stream.CachedInfo().Config; c.MaxMsgSize > 0 {
		most = min(most, int64(c.MaxMsgSize))
	}
	return most - headerBytes
}

// Close ends what the journal waits for. The connection stays open: it is the caller's.
func (j *Journal) Close() error {
	j.cancel()
	return nil
}
