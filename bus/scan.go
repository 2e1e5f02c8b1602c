package bus

import (
	"curfew/messages"
	"fmt"
)

// Scan calls f for every record of the journal from that seq on, in order, until there are no more or
// f fails. Seqs before the oldest record mean the oldest. One page is read ahead, on a goroutine that has ended
// when Scan returns: decoding takes longer than what a start does with a record.
func Scan(j Journal, from uint64, f func(messages.Record) error) error {
	pages, stop, ended := make(chan page, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(pages)
		readAhead(j, from, pages, stop)
	}()
	defer func() {
		close(stop)
		<-ended
	}()
	for p := range pages {
		for _, r := range p.records {
			if err := f(r); err != nil {
				return err
			}
		}
		if p.err != nil {
			return fmt.Errorf("bus: scan: %w", p.err)
		}
	}
	return nil
}

// page is what one read found.
type page struct {
	records []messages.Record
	err     error
}

// readAhead reads page after page until there are no more, one cannot be read, or it is told to stop.
func readAhead(j Journal, from uint64, pages chan<- page, stop <-chan struct{}) {
	for {
		rs, err := j.Read(from, PageSize)
		if len(rs) == 0 && err == nil {
			return
		}
		select {
		case pages <- page{rs, err}:
		case <-stop:
			return
		}
		if err != nil {
			return
		}
		from = rs[len(rs)-1].Seq + 1
	}
}
