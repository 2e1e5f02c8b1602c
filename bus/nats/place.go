package nats

import (
	"context"
	"errors"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
)

// places remembers where some records are in the stream. It forgets all when it is full.
type places struct {
	mu sync.Mutex
	of map[uint64]uint64 // seq of a record → place of its message; most are the first of one
}

func (p *places) add(e entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil || len(p.of) >= maxPlaces {
		p.of = make(map[uint64]uint64)
	}
	p.of[e.first] = e.place
}

func (p *places) find(seq uint64) (place uint64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	place, ok = p.of[seq]
	return place, ok
}

// errRemoved means that a message was in the stream and is not any more: old records were removed.
var errRemoved = errors.New("the records were removed")

// at is what is known of the message in that place. A server that has not got it yet is asked again by [try].
func (j *Journal) at(ctx context.Context, place uint64) (entry, error) {
	m, err := j.stream.GetMsg(ctx, place)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		err = errLags
		if info, asked := j.stream.Info(ctx); asked == nil && info.State.FirstSeq > place {
			err = errRemoved
		}
	}
	if err != nil {
		return entry{}, err
	}
	return entryOf(m)
}

// search is the first message that is not before what is looked for, by bisection; one behind the end if all are.
func (j *Journal) search(before func(entry) bool) (entry, error) {
	end := *j.end.Load()
	low, high := j.oldest.Load().place, end.place+1
	found := entry{place: high, first: end.last + 1, last: end.last}
	for low < high {
		mid := low + (high-low)/2
		e, err := try(j.ctx, func(ctx context.Context) (entry, error) { return j.at(ctx, mid) })
		if err != nil {
			return entry{}, err
		}
		if before(e) {
			low = mid + 1
		} else {
			high, found = mid, e
		}
	}
	return found, nil
}
