package bus

import (
	"fmt"

	"curfew/messages"
)

// Scan calls f for every record of the journal from that seq on, in order, until there are no more records or f fails.
// A seq before the oldest record means the oldest. A goroutine reads one page ahead, because decoding a record takes
// longer than a start takes to apply it; the goroutine has ended when Scan returns.
func Scan(j Records, from uint64, f func(messages.Record) error) error {
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

// page is what one read returned.
type page struct {
	records []messages.Record
	err     error
}

// readAhead reads page after page until there are no more, a read fails, or stop is closed.
func readAhead(j Records, from uint64, pages chan<- page, stop <-chan struct{}) {
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
