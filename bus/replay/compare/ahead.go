package compare

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"

	"curfew/bus/jsonl"
	"curfew/messages"
)

// Bounds of what is read ahead.
const (
	pageRecords = 512       // records of a page
	pieceBytes  = 128 << 10 // of an export, for one decoder; a longer line is a piece of its own
	piecesAhead = 8         // that wait or are being decoded
	maxDecoders = 4
)

// page is a part of an export: some lines of a snapshot, then some records, then perhaps an error.
type page struct {
	snapshot [][]byte
	records  []messages.Record
	err      error // of the line after the records; io.EOF at the end
}

// piece is some lines of an export. Pieces are decoded side by side, without knowing how many lines and which record
// come before them. So one with a line that cannot be read is read once more, in its turn: then that is known.
type piece struct {
	text  []byte
	rest  io.Reader // behind text, if the piece is the last
	pages []page
	lines int
	whole bool          // the pages are all there is in the text
	ready chan struct{} // closed when it is decoded
}

// readAhead hands an export to take, page by page, in its order. Decoding a record takes longer than deciding it again,
// so other goroutines do it meanwhile; they have ended when readAhead returns. take's first error ends the reading.
// Lines of snapshots are left out unless they are wanted.
func readAhead(r io.Reader, snapshots bool, take func(page) error) error {
	pieces, work := make(chan *piece, piecesAhead), make(chan *piece, piecesAhead)
	stop, free := make(chan struct{}), make(chan []byte, piecesAhead)
	var all sync.WaitGroup
	all.Go(func() {
		defer close(pieces)
		defer close(work)
		cut(r, free, func(p *piece) bool {
			select {
			case pieces <- p:
				work <- p // it has as much room
				return true
			case <-stop:
				return false
			}
		})
	})
	for range min(runtime.GOMAXPROCS(0), maxDecoders) {
		all.Go(func() {
			lines := jsonl.NewReader(nil)
			for p := range work {
				p.decode(lines, snapshots)
			}
		})
	}
	defer all.Wait()
	defer close(stop)
	at, again := jsonl.Place{}, jsonl.NewReader(nil)
	for p := range pieces {
		<-p.ready
		if err := p.hand(&at, again, snapshots, take); err != nil {
			return err
		}
		select {
		case free <- p.text[:0]:
		default:
		}
	}
	return nil
}

// cut cuts an export into pieces, until the end, a failure to read, or until give returns false. The last piece has what
// is left, be it a failure, the end, or a line that is too long.
func cut(r io.Reader, free <-chan []byte, give func(*piece) bool) {
	var left []byte
	for {
		text := room(free, len(left)+pieceBytes)
		text = append(text, left...)
		n, err := io.ReadFull(r, text[len(left):len(left)+pieceBytes])
		text = text[:len(left)+n]
		end := bytes.LastIndexByte(text, '\n') + 1
		if err != nil || end == 0 && len(text) > jsonl.MaxLine {
			if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
				r = bytes.NewReader(nil)
			} else if err != nil {
				r = failing{err}
			}
			give(&piece{text: text, rest: r, ready: make(chan struct{})})
			return
		}
		left = append([]byte(nil), text[end:]...)
		if end > 0 && !give(&piece{text: text[:end], ready: make(chan struct{})}) {
			return
		}
	}
}

// room is an empty buffer with room for n bytes, used before or new.
func room(free <-chan []byte, n int) []byte {
	select {
	case b := <-free:
		return slices.Grow(b, n)
	default:
		return make([]byte, 0, n)
	}
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// decode decodes a piece by itself. The last one, of which nobody knows how long it is, is left to hand.
func (p *piece) decode(lines *jsonl.Reader, snapshots bool) {
	defer close(p.ready)
	if p.rest != nil {
		return
	}
	lines.Reset(bytes.NewReader(p.text), jsonl.Place{})
	readPages(lines, snapshots, func(g page) bool {
		p.whole = errors.Is(g.err, io.EOF)
		p.pages = append(p.pages, g)
		return g.err == nil
	})
	p.lines = lines.Place().Line
}

// hand hands the pages to take. at is where the piece begins in the export, and becomes where it ends.
func (p *piece) hand(at *jsonl.Place, again *jsonl.Reader, snapshots bool, take func(page) error) error {
	if p.whole {
		for _, g := range p.pages {
			g.err = nil // it is the end of the piece, not of the export
			if err := take(g); err != nil {
				return err
			}
			if n := len(g.records); n > 0 {
				at.Seq = g.records[n-1].Seq
			}
		}
		at.Line += p.lines
		return nil
	}
	text := io.Reader(bytes.NewReader(p.text))
	if p.rest != nil {
		text = io.MultiReader(text, p.rest)
	}
	again.Reset(text, *at)
	var err error
	readPages(again, snapshots, func(g page) bool {
		if p.rest == nil && errors.Is(g.err, io.EOF) {
			g.err = nil
		}
		err = take(g)
		return err == nil
	})
	*at = again.Place()
	return err
}

// readPages reads until the end, a failure to read, or until give returns false.
func readPages(lines *jsonl.Reader, snapshots bool, give func(page) bool) {
	var snapshot [][]byte // lines before the next record
	lines.Snapshot = nil
	if snapshots {
		lines.Snapshot = func(_ jsonl.State, line []byte) { snapshot = append(snapshot, slices.Clone(line)) }
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
