package bus

import (
	"sync"
	"sync/atomic"

	"curfew/messages"
)

// Bounds of the pages that readers share.
const (
	sharedPages = 32
	sharedBytes = 32 << 20
)

// shared is the pages that were last read from the journal. Readers that are behind are behind together: after a start,
// or in a storm, each page would be decoded once for each of them. One page is read at a time, so that the others wait
// for it and get it from here. When no reader is behind any more, nothing is kept.
type shared struct {
	journal Journal

	mu    sync.Mutex
	pages [][]messages.Record // the oldest first
	bytes int
	kept  atomic.Bool // there is a page
}

// page is a view of records from that seq on, at least one unless there is none.
func (s *shared) page(from uint64) ([]messages.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pages {
		if first := p[0].Seq; first <= from && from-first < uint64(len(p)) {
			return p[from-first:], nil
		}
	}
	p, err := s.journal.Read(from, PageSize)
	if err == nil && len(p) > 0 {
		s.keep(p)
	}
	return p, err
}

func (s *shared) keep(p []messages.Record) {
	s.pages = append(s.pages, p)
	s.bytes += heavy(p)
	for len(s.pages) > 1 && (len(s.pages) > sharedPages || s.bytes > sharedBytes) {
		s.bytes -= heavy(s.pages[0])
		s.pages[0] = nil // the array outlives the slice
		s.pages = s.pages[1:]
	}
	s.kept.Store(true)
}

// drop forgets all pages.
func (s *shared) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages, s.bytes = nil, 0
	s.kept.Store(false)
}

// heavy is about how many bytes of memory records take.
func heavy(rs []messages.Record) (bytes int) {
	for _, r := range rs {
		bytes += Weight(r.Body)
	}
	return bytes
}
