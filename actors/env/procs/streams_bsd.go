//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package procs

import (
	"os"
	"sync"
	"time"
)

// streams are our ends of a process's standard output and error: two pipes, so that it is known which of the two was
// written to. Output that is written to both at nearly the same moment may change places here.
type streams struct{ stdout, stderr *os.File }

// openStreams makes the pipes of standard output, if stdout is set, and of standard error. The far ends, in this
// order, are the process's.
func openStreams(stdout bool) (s *streams, far []*os.File, err error) {
	s = &streams{}
	ends := []**os.File{&s.stdout, &s.stderr}
	if !stdout {
		ends = ends[1:]
	}
	for _, end := range ends {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(far)
			s.close()
			return nil, nil, err
		}
		*end, far = r, append(far, w)
	}
	return s, far, nil
}

// copy takes in the output of the process until nothing can write any more, or the deadline passes.
func (s *streams) copy(to *capture) {
	var both sync.WaitGroup
	for _, r := range s.open() {
		both.Go(func() {
			buf := make([]byte, readSize)
			for {
				n, err := r.Read(buf)
				to.add(buf[:n], r == s.stderr)
				if err != nil {
					return
				}
			}
		})
	}
	both.Wait()
}

func (s *streams) open() (files []*os.File) {
	for _, f := range []*os.File{s.stdout, s.stderr} {
		if f != nil {
			files = append(files, f)
		}
	}
	return files
}

// setDeadline ends copy at that time.
func (s *streams) setDeadline(at time.Time) {
	for _, f := range s.open() {
		_ = f.SetReadDeadline(at)
	}
}

func (s *streams) close() { closeAll(s.open()) }
