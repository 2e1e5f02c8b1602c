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

// SQLite's write-ahead log is a header and frames. A frame is a page as a transaction left it; the last frame of a
// transaction is marked. Checksums are chained from the header through all frames. After a checkpoint SQLite writes the
// log from its beginning again, with other salts, over the old frames.
const (
	walHeader      = 32
	walFrameHeader = 24
	walMagic       = 0x377f0682 // the last bit is the byte order of the checksums
	walMaxPage     = 64 << 10
)

// salts distinguish the frames of one round of the log from those of another.
type salts [8]byte

// chain is a checksum over the log up to some frame.
type chain struct{ s1, s2 uint32 }

func (c chain) add(order binary.ByteOrder, b []byte) chain {
	for ; len(b) >= 8; b = b[8:] {
		c.s1 += order.Uint32(b) + c.s2
		c.s2 += order.Uint32(b[4:]) + c.s1
	}
	return c
}

// sumAt reads a checksum of the log.
func sumAt(b []byte) chain {
	return chain{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// checkWAL looks for damage in the write-ahead log of that file before SQLite opens it. SQLite takes the first frame
// with a wrong checksum for the end of the log, and forgets the frames after it. That is right only in the last
// transaction, which a crash can tear. The transactions before it were synced: so if a wrong checksum is followed by a
// whole transaction and a frame of the next, the file was damaged later. The answer says where; empty: no damage.
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
		return "", shorter(err) // there are no frames
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

// shorter is nil if the error only means the end of the file.
func shorter(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// readHeader reads the header; ok is false if SQLite would ignore the log because of it.
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

// anything reports whether a frame, or a part of one, follows a header that SQLite ignores. Zeros are no frame: a file
// may have grown by them before anything was written.
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
	sum   chain  // the checksum in the frame before, or in the header
	frame []byte // the current one

	count  int  // frames so far
	bad    int  // number of the first wrong frame; 0: none so far
	commit bool // the frame before ended a transaction, after the wrong frame
	behind int  // number of the frame that proves damage: the first one after such a transaction; 0: none so far
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
	return fmt.Sprintf("frame %d of %d of the write-ahead log is damaged, and the frames after it were whole", w.bad, w.count)
}
