package sqlite

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"syscall"

	"curfew/bus/regular"
)

// lastSuffix ends the name of the file beside a journal that holds the newest seq. The file is written after each
// append and never synced. So it may lag behind the journal; if it is ahead, the journal has lost its end.
const lastSuffix = "-last"

// A lastFile keeps the newest seq that was ever appended.
type lastFile struct {
	f     *os.File
	seq   uint64
	found uint64 // the seq in it when it was opened
	wrong error  // what was wrong with it then; nil: nothing, or there was none
	whole bool   // nothing is wrong with it now
}

func openLast(path string) (*lastFile, error) {
	if is, err := os.Lstat(path + lastSuffix); err == nil && !is.Mode().IsRegular() {
		return nil, fmt.Errorf("bus: sqlite: %s is a link or not a regular file: remove it", path+lastSuffix)
	}
	seq, wrong := readLast(path)
	f, err := os.OpenFile(path+lastSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: %w", err)
	}
	l := &lastFile{f: f, seq: seq, found: seq, wrong: wrong, whole: wrong == nil}
	if seq == 0 && wrong == nil { // take the room now, before the disk is full; what is wrong stays until something is appended
		err = l.write(0)
	}
	return l, err
}

// raise writes a seq, unless the file has a newer one.
func (l *lastFile) raise(seq uint64) error {
	if seq <= l.seq {
		return nil
	}
	l.seq = seq
	return l.write(seq)
}

func (l *lastFile) write(seq uint64) error {
	line := lastLine(seq)
	_, err := l.f.WriteAt(line, 0)
	if err == nil && !l.whole {
		err = l.f.Truncate(int64(len(line)))
		l.whole = err == nil
	}
	if errors.Is(err, syscall.ENOSPC) {
		err = fmt.Errorf("%w: make room, and start again", err)
	}
	if err != nil {
		return fmt.Errorf("bus: sqlite: note the newest record beside the journal: %w", err)
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
	return fmt.Appendf(nil, "%s %08x\n", digits, crc32.Checksum([]byte(digits), crc32.MakeTable(crc32.Castagnoli)))
}

// readLast is the seq in the file beside that journal; 0 if there is no file, or nothing in it yet. The error says that it
// cannot be read, or is not what was written.
func readLast(path string) (seq uint64, err error) {
	f, err := regular.Open(path + lastSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	line, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil || len(line) == 0 {
		return 0, err
	}
	if _, err := fmt.Sscanf(string(line), "%d", &seq); err != nil || string(line) != string(lastLine(seq)) {
		return 0, fmt.Errorf("%s is damaged", path+lastSuffix)
	}
	return seq, nil
}

// forgetLast removes the file, for a caller that puts another journal in the place of this one.
func forgetLast(path string) error {
	if err := os.Remove(path + lastSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Appended is the newest seq that the journal was known to have when it was opened; 0: unknown. With an error that is so
// because the file with it is damaged.
func (j *Journal) Appended() (uint64, error) {
	if j.mark == nil {
		return readLast(j.path)
	}
	return j.mark.found, j.mark.wrong
}
