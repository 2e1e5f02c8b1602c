package sqlite

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// lastSuffix is the name of the file beside a journal that says how far it has come. It is written behind each append
// and never synced, so it may know less than the journal, and never more: if it does, the journal has lost its end.
const lastSuffix = "-last"

// A lastFile knows the newest seq that was ever appended.
type lastFile struct {
	f     *os.File
	seq   uint64
	found uint64 // what it said when it was opened
}

func openLast(path string) (*lastFile, error) {
	seq := readLast(path)
	f, err := os.OpenFile(path+lastSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: %w", err)
	}
	l := &lastFile{f: f, seq: seq, found: seq}
	if seq == 0 { // it takes its room now, and not when the disk is full
		err = l.write(0)
	}
	return l, err
}

// raise writes a seq, unless it knows of a newer one.
func (l *lastFile) raise(seq uint64) error {
	if seq <= l.seq {
		return nil
	}
	l.seq = seq
	return l.write(seq)
}

func (l *lastFile) write(seq uint64) error {
	_, err := l.f.WriteAt(lastLine(seq), 0)
	if errors.Is(err, syscall.ENOSPC) {
		err = fmt.Errorf("%w: make room, and start again", err)
	}
	if err != nil {
		return fmt.Errorf("bus: sqlite: say how far the journal has come: %w", err)
	}
	return nil
}

func (l *lastFile) close() error {
	if l == nil {
		return nil
	}
	if err := l.f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

func lastLine(seq uint64) []byte {
	digits := fmt.Sprintf("%020d", seq)
	return fmt.Appendf(nil, "%s %08x\n", digits, crc32.Checksum([]byte(digits), castagnoli))
}

// readLast is what stands in the file beside that journal; 0 if that is nothing that can be relied on.
func readLast(path string) (seq uint64) {
	f, err := os.Open(path + lastSuffix)
	if err != nil {
		return 0
	}
	defer f.Close()
	line, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscanf(string(line), "%d", &seq); err != nil || string(line) != string(lastLine(seq)) {
		return 0
	}
	return seq
}

// forgetLast is for who puts another journal in the place of one.
func forgetLast(path string) error {
	if err := os.Remove(path + lastSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Appended is the newest seq that the journal is known to have had when it was opened; 0: nothing is known.
func (j *Journal) Appended() uint64 {
	if j.mark == nil {
		return readLast(j.path)
	}
	return j.mark.found
}
