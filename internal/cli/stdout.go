package cli

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// stdout is standard output. It keeps the first error of a write, since most texts are printed line by line and nobody
// looks at each: a command that printed into a full disk has failed. Nothing is written behind what is missing.
type stdout struct {
	to   io.Writer
	mu   sync.Mutex
	lost error
}

// Write writes p, unless an earlier write has failed.
func (o *stdout) Write(p []byte) (n int, err error) {
	if err := o.failed(); err != nil {
		return 0, err
	}
	if n, err = o.to.Write(p); err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.lost = err
	}
	return n, err
}

// failed is the error of the first write that failed; nil: none has.
func (o *stdout) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lost
}

// file is the file that it is; false: it is none.
func (o *stdout) file() (f *os.File, ok bool) {
	f, ok = o.to.(*os.File)
	return f, ok
}

// size is how many columns and rows the terminal has that it is.
func (o *stdout) size() (columns, rows int, err error) {
	f, ok := o.file()
	if !ok {
		return 0, 0, errors.ErrUnsupported
	}
	return term.GetSize(int(f.Fd()))
}
