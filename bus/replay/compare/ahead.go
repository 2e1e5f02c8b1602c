package compare

import (
	"errors"
	"io"
	"slices"

	"curfew/bus/jsonl"
	"curfew/messages"
)

// Bounds of what is read ahead.
const (
	pageRecords = 512 // records of a page
	pagesAhead  = 2   // pages that wait
)

// page is a piece of an export: some lines of a snapshot, then some records, then perhaps an error.
type page struct {
	snapshot [][]byte
	records  []messages.Record
	err      error // of the line after the records; io.EOF at the end
}

// readAhead hands an export to take, page by page. A goroutine decodes the next page meanwhile, since decoding a record
// takes longer than deciding it again; it has ended when readAhead returns. take's first error ends the reading. Lines
// of snapshots are left out unless they are wanted.
func readAhead(r io.Reader, snapshots bool, take func(page) error) error {
	pages, stop, ended := make(chan page, pagesAhead), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(pages)
		readPages(r, snapshots, func(p page) bool {
			select {
			case pages <- p:
				return true
			case <-stop:
				return false
			}
		})
	}()
	defer func() {
		close(stop)
		<-ended
	}()
	for p := range pages {
		if err := take(p); err != nil {
			return err
		}
	}
	return nil
}

// readPages reads until the end, a failure to read, or until give returns false.
func readPages(r io.Reader, snapshots bool, give func(page) bool) {
	lines := jsonl.NewReader(r)
	var snapshot [][]byte // lines before the next record
	if snapshots {
		lines.Snapshot = func(_ uint64, line []byte) { snapshot = append(snapshot, slices.Clone(line)) }
	}
	p := page{records: make([]messages.Record, 0, pageRecords)}
	for {
		rec, err := lines.Next()
		if len(snapshot) > 0 { // they stand before the record
			if !give(p) {
				return
			}
			p, snapshot = page{snapshot: snapshot}, nil
		}
		if err == nil {
			p.records = append(p.records, rec)
		}
		if err == nil && len(p.records) < pageRecords {
			continue
		}
		p.err = err
		var corrupt *jsonl.Corrupt
		if !give(p) || err != nil && !errors.As(err, &corrupt) {
			return
		}
		p = page{records: make([]messages.Record, 0, pageRecords)}
	}
}
