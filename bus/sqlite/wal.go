package sqlite

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// SQLite's write-ahead log is a header and frames. A frame is a page as a transaction has left it; the last one of a
// transaction says so. Checksums are chained from the header through all frames. After a checkpoint the log is
// written from its beginning again, with other salts, over the frames of before.
const (
	walHeader      = 32
	walFrameHeader = 24
	walMagic       = 0x377f0682 // the last bit says in which byte order checksums are made
	walMaxPage     = 64 << 10
)

// salts tell the frames of one round of the log from those of another.
type salts [8]byte

// chain is a checksum over everything so far.
type chain struct{ s1, s2 uint32 }

func (c chain) add(order binary.ByteOrder, b []byte) chain {
	for ; len(b) >= 8; b = b[8:] {
		c.s1 += order.Uint32(b) + c.s2
		c.s2 += order.Uint32(b[4:]) + c.s1
	}
	return c
}

// sumAt is a checksum as it stands in the log.
func sumAt(b []byte) chain {
	return chain{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// checkWAL looks for damage in the write-ahead log of that SQLite file, before SQLite sees it: SQLite takes the first
// frame whose checksum is wrong as the end of the log, and forgets what is behind it. That is right for the last
// transaction only, which a crash can tear. Every one before it was synced: so if a whole transaction, and a frame of
// the next, stand behind a wrong checksum, somebody has changed the file. The answer says where; empty: no damage.
func checkWAL(path string) (damage string, err error) {
	f, err := os.Open(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("bus: sqlite: look at the write-ahead log: %w", err)
	}
	defer f.Close()
	damage, err = walkWAL(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return "", fmt.Errorf("bus: sqlite: look at the write-ahead log: %w", err)
	}
	return damage, nil
}

func walkWAL(r io.Reader) (damage string, err error) {
	var head [walHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", shorter(err) // there is no frame behind it
	}
	order, page, ok := readHeader(head)
	if !ok {
		found, err := anything(r)
		if found {
			damage = "the header of the write-ahead log is damaged"
		}
		return damage, err
	}
	w := walk{order: order, salts: salts(head[16:24]), sum: sumAt(head[24:32]), frame: make([]byte, walFrameHeader+page)}
	for {
		if _, err := io.ReadFull(r, w.frame); err != nil {
			return w.damage(), shorter(err)
		}
		w.next()
	}
}

// shorter takes the end of the file as what it is.
func shorter(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// readHeader is ok if SQLite would go by the header.
func readHeader(head [walHeader]byte) (order binary.ByteOrder, page int, ok bool) {
	magic := binary.BigEndian.Uint32(head[:])
	order = binary.LittleEndian
	if magic&1 != 0 {
		order = binary.BigEndian
	}
	size := binary.BigEndian.Uint32(head[8:])
	ok = magic&^1 == walMagic && size >= 512 && size <= walMaxPage && size&(size-1) == 0 &&
		chain{}.add(order, head[:24]) == sumAt(head[24:])
	return order, int(size), ok
}

// anything reports whether there is a frame, or a part of one, behind a header that SQLite passes over. What a file
// has grown by, and nobody has written, is zeros.
func anything(r io.Reader) (bool, error) {
	buf, zero := make([]byte, walMaxPage), make([]byte, walMaxPage)
	for {
		n, err := io.ReadFull(r, buf)
		if !bytes.Equal(buf[:n], zero[:n]) {
			return true, nil
		}
		if err != nil {
			return false, shorter(err)
		}
	}
}

// walk goes from frame to frame.
type walk struct {
	order binary.ByteOrder
	salts salts
	sum   chain  // as it stands in the frame before, or the header
	frame []byte // the one that was read

	count  int  // frames
	bad    int  // the first that is not right; 0: none so far
	commit bool // the frame before ended a transaction behind the bad one
	behind int  // the frame that proves it: the first of a transaction behind a whole one
}

func (w *walk) next() {
	w.count++
	head, page := w.frame[:walFrameHeader], w.frame[walFrameHeader:]
	ours := salts(head[8:16]) == w.salts
	right := ours && w.sum.add(w.order, head[:8]).add(w.order, page) == sumAt(head[16:])
	if !right && w.bad == 0 {
		w.bad = w.count
	}
	if right && w.commit && w.behind == 0 {
		w.behind = w.count
	}
	w.commit = w.bad != 0 && ours && binary.BigEndian.Uint32(head[4:]) != 0
	w.sum = sumAt(head[16:])
}

func (w *walk) damage() string {
	if w.behind == 0 {
		return ""
	}
	return fmt.Sprintf("frame %d of %d of the write-ahead log is damaged, and what is behind it was whole", w.bad, w.count)
}
