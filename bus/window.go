package bus

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"curfew/messages"
)

// windowSize is how many fact ids the log remembers. A fact whose id is among them is a duplicate.
const windowSize = 64 << 10

// windowScan is how many records Open reads, at most, to find those ids.
const windowScan = 1 << 20

// window is the newest fact ids with their seqs. Only the writer uses it. It is a ring, and a table of chains through
// the ring by hash: a map that gives up an id for each new one takes four times as long.
type window struct {
	seed  maphash.Seed
	ring  []known // in the order of their facts; the oldest is at next once the ring is full
	next  int
	heads []int32 // by hash: the newest of a chain, as its index in the ring and one more; at least headsEach for an id
}

// headsEach makes most chains empty: a look at an id of the ring costs more than all else.
const headsEach = 4

// known is an id in the ring.
type known struct {
	place
	hash  uint64
	older int32 // the next of the chain, like a head
}

// place is where a fact stands.
type place struct {
	id  string
	seq uint64
}

func newWindow() *window { return &window{seed: maphash.MakeSeed(), heads: make([]int32, 64)} }

// seq is the seq of the fact with that id, if the window has it.
func (w *window) seq(id string) (uint64, bool) {
	hash := maphash.String(w.seed, id)
	for at := *w.head(hash); at > 0; {
		k := &w.ring[at-1]
		if k.hash == hash && k.id == id {
			return k.seq, true
		}
		at = k.older
	}
	return 0, false
}

// add adds the id of the next fact, which the window does not have. It replaces the oldest id if the window is full.
func (w *window) add(id string, seq uint64) {
	at := w.next
	switch {
	case len(w.ring) == windowSize:
		w.forget(at)
		w.next = (at + 1) % windowSize
	case headsEach*len(w.ring) == len(w.heads):
		w.grow()
		fallthrough
	default:
		at = len(w.ring)
		w.ring = append(w.ring, known{})
	}
	w.ring[at] = known{place: place{id, seq}, hash: maphash.String(w.seed, id)}
	w.link(at)
}

func (w *window) head(hash uint64) *int32 { return &w.heads[hash%uint64(len(w.heads))] }

// link makes an id of the ring the newest of its chain.
func (w *window) link(at int) {
	k := &w.ring[at]
	head := w.head(k.hash)
	k.older, *head = *head, int32(at+1)
}

// forget takes an id of the ring out of its chain.
func (w *window) forget(at int) {
	from := w.head(w.ring[at].hash)
	for *from != int32(at+1) {
		from = &w.ring[*from-1].older
	}
	*from = w.ring[at].older
}

// grow doubles the table.
func (w *window) grow() {
	w.heads = make([]int32, 2*len(w.heads))
	for at := range w.ring {
		w.link(at)
	}
}

// rebuildPage is how many records rebuild reads at once.
const rebuildPage = 64 << 10

// rebuild reads the newest fact ids of the journal, page by page from its end backwards.
func (w *window) rebuild(j Journal, last uint64) error {
	first, err := j.First()
	if err != nil {
		return err
	}
	var newest []place // newest first
	for end := last; end >= first && len(newest) < windowSize && last-end < windowScan; {
		start := first
		if end-first >= rebuildPage {
			start = end - rebuildPage + 1
		}
		page, ok := factLines(j, start, end)
		if !ok {
			if page, err = factRecords(j, start, end); err != nil {
				return err
			}
		}
		slices.Reverse(page)
		newest = append(newest, page...)
		end = start - 1
	}
	newest = newest[:min(len(newest), windowSize)]
	for _, p := range slices.Backward(newest) {
		w.add(p.id, p.seq)
	}
	return nil
}

// factRecords finds the facts among records.
func factRecords(j Journal, start, end uint64) (page []place, err error) {
	for seq := start; seq <= end; {
		rs, err := j.Read(seq, int(min(end-seq+1, PageSize)))
		if err != nil {
			return nil, err
		}
		if len(rs) == 0 {
			return nil, fmt.Errorf("bus: the journal has no record %d, although its last record is %d", seq, end)
		}
		for _, r := range rs {
			if _, ok := r.Body.(messages.Fact); ok {
				page = append(page, place{r.ID, r.Seq})
			}
		}
		seq = rs[len(rs)-1].Seq + 1
	}
	return page, nil
}

// errBeyond ends the search for facts.
var errBeyond = errors.New("beyond the records that are looked for")

// factLines is factRecords by the lines of a journal that keeps such, without decoding the records: a start looks at a
// million of them. ok is false if the journal keeps none, or one of them is not as it should be; then factRecords knows.
func factLines(j Journal, start, end uint64) (page []place, ok bool) {
	s, ok := j.(Searcher)
	if !ok {
		return nil, false
	}
	next := start
	err := s.Search(context.Background(), start, func(l Line) bool {
		seq, id, fact, ok := l.head()
		switch {
		case !ok || next > end || seq > next:
			return true
		case seq < next: // in the block of the first
			return false
		}
		if next++; fact {
			page = append(page, place{id, seq})
		}
		return false
	}, func(messages.Record) error { return errBeyond })
	return page, (err == nil || errors.Is(err, errBeyond)) && next == end+1
}
