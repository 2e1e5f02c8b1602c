package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"curfew/bus"
	"curfew/messages"
)

// left is what a page has left of a message: the next page begins with it. A message may have more records than a page.
type left struct {
	first, place uint64 // of the records, and of their message
	records      []messages.Record
}

// First is the seq of the oldest record that is kept.
func (j *Journal) First() (uint64, error) { return j.oldest.Load().first, nil }

// Read returns records from that seq on. With an error it returns the records before the damage, if any.
func (j *Journal) Read(from uint64, limit int) ([]messages.Record, error) {
	for {
		oldest := j.oldest.Load()
		rs, err := j.readFrom(max(from, oldest.first), limit)
		if err == nil {
			return rs, nil
		}
		if !passing(err) && j.oldest.Load() == oldest {
			_ = j.findOldest() // another process may have removed records
		}
		if j.oldest.Load().place == oldest.place { // else records were removed meanwhile
			return rs, fmt.Errorf("bus: nats: read realm %s from %d: %w", j.options.Realm, from, err)
		}
	}
}

func (j *Journal) readFrom(from uint64, limit int) (rs []messages.Record, err error) {
	end := *j.end.Load()
	if from > end.last {
		return nil, nil
	}
	place, ok := j.known.find(from)
	if left := j.left.Load(); left != nil && left.first == from {
		rs, place, ok = slices.Clone(left.records), left.place+1, true
	}
	if !ok {
		e, err := j.search(func(e entry) bool { return e.last < from })
		if err != nil {
			return nil, err
		}
		place = e.place
	}
	for size := 0; len(rs) < limit && size < bus.PageBytes && place <= end.place; {
		need := limit - len(rs)
		page, err := j.fetch(place, min(uint64(need), end.place-place+1), j.likely(need, end))
		if err != nil {
			return rs, err
		}
		for _, m := range page {
			if len(rs) >= limit {
				break
			}
			place = m.Sequence + 1
			e, err := entryOf(m)
			if err != nil {
				return rs, err
			}
			next := from + uint64(len(rs))
			switch {
			case e.first > next:
				return rs, &bus.Corrupt{First: next, Last: e.first - 1, Reason: "they are missing"}
			case e.claim():
				continue
			case e.last < next:
				return rs, &bus.Corrupt{First: e.first, Last: next, Reason: "blocks overlap"}
			}
			more, err := e.records(m)
			if err != nil {
				return rs, err
			}
			rs = append(rs, more[next-e.first:]...)
			size += len(m.Data)
		}
	}
	if len(rs) > limit { // the next one is in the same message
		place--
		j.left.Store(&left{first: from + uint64(limit), place: place, records: slices.Clone(rs[limit:])})
		rs = rs[:limit:limit]
	}
	j.known.add(entry{first: from + uint64(len(rs)), place: place})
	return rs, nil
}

// likely is about how many bytes so many records have in the stream, but for a quarter more, and at most a page.
func (j *Journal) likely(records int, end entry) int {
	oldest := j.oldest.Load()
	mean := (end.before + end.size - oldest.before) / int64(max(end.last+1-oldest.first, 1))
	return max(1, min(records*int(mean+mean/4), bus.PageBytes))
}

// fetch reads messages from that place on: at least one, and at most n, of about so many bytes. The place is in the stream.
func (j *Journal) fetch(place, n uint64, bytes int) ([]*jetstream.RawStreamMsg, error) {
	return try(j.ctx, func(ctx context.Context) (page []*jetstream.RawStreamMsg, err error) {
		all, err := jetstreamext.GetBatch(ctx, j.js, j.options.stream(), int(min(n, bus.PageSize)),
			jetstreamext.GetBatchSeq(place), jetstreamext.GetBatchMaxBytes(bytes))
		if err != nil {
			return nil, err
		}
		for m, err := range all {
			if errors.Is(err, jetstreamext.ErrNoMessages) {
				break
			}
			if err != nil {
				return nil, err
			}
			page = append(page, m)
		}
		// A server that is behind has fewer messages, and an answer that stops half-way ends without an error.
		if len(page) == 0 {
			return nil, errLags
		}
		return page, nil
	})
}
