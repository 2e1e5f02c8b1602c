package signin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"curfew/bus/regular"
)

// maxFile is how much of a file is read, in bytes. Files with a sign-in are far smaller.
const maxFile = 1 << 20

// mark is a hash of the content of a file together with its name, or of a question that was answered with yes; empty:
// there is nothing that could be a sign-in.
type mark string

func markOf(name string, content []byte) mark {
	sum := sha256.Sum256(append([]byte(name+"\x00"), content...))
	return mark(hex.EncodeToString(sum[:]))
}

// look reads a file. A file that is not there, or holds nothing but white space, has an empty mark. The path is followed
// through symbolic links, and opened anew each time, so that a file which takes its place is noticed.
func look(path string) (m mark, changed time.Time, err error) {
	f, err := regular.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", time.Time{}, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return "", time.Time{}, err
	case len(content) > maxFile:
		return "", time.Time{}, fmt.Errorf("%s is longer than %d bytes; it is not a file with a sign-in", path, maxFile)
	case len(bytes.TrimSpace(content)) == 0:
		return "", time.Time{}, nil
	}
	return markOf(path, content), info.ModTime(), nil
}
