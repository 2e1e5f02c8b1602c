package targets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"curfew/actors/system/notifier"
)

// MaxFile is how large a file of messages grows, in bytes. Then it is renamed to its name with ".1" at the end, in the
// place of an earlier one: at most twice this is kept.
const MaxFile = 10 << 20

type file struct {
	path string
	most int64
}

// File appends messages to a file, a line of JSON each. It makes the file, if need be, for this user only.
func File(path string) notifier.Target { return &file{path: path, most: MaxFile} }

// Send appends the message; it is on the disk when Send returns.
func (t *file) Send(_ context.Context, m notifier.Message) error {
	line, err := json.Marshal(bodyOf(m))
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	if err := t.append(append(line, '\n')); err != nil {
		return &notifier.Retry{Err: fmt.Errorf("file: %w", err)}
	}
	return nil
}

func (t *file) append(line []byte) (err error) {
	info, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", t.path)
	case info.Size() > 0 && info.Size()+int64(len(line)) > t.most:
		if err := os.Rename(t.path, t.path+".1"); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(t.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(line); err != nil {
		return err
	}
	return f.Sync()
}
