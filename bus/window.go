package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"curfew/messages"
)

// windowSize is how many fact ids the log remembers. A fact whose id is among them is a duplicate.
const windowSize = 64 << 10

// windowScan is how many records Open reads, at most, to find those ids.
const windowScan = 1 << 20

// window is the newest fact ids with their seqs. Only the writer uses it.
type window struct {
	seqs map[string]uint64
	ring []string // ids in the order of their facts; the oldest is at next once the ring is full
	next int
}

func newWindow() *window { return &window{seqs: make(map[string]uint64)} }

// seq is the seq of the fact with that id, if the window has it.
func (w *window) seq(id string) (uint64, bool) {
	seq, ok := w.seqs[id]
	return seq, ok
}

// add adds the id of the next fact. It replaces the oldest id if the window is full.
func (w *window) add(id string, seq uint64) {
	if len(w.ring) < windowSize {
		w.ring = append(w.ring, id)
	} else {
		delete(w.seqs, w.ring[w.next])
		w.ring[w.next] = id
		w.next = (w.next + 1) % windowSize
	}
	w.seqs[id] = seq
}

// place is where a fact stands.
type place struct {
	id  string
	seq uint64
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
