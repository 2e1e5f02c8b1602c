package procs

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// slot is what one buffer of a pipe holds, in bytes: the least that a pipe can be made to hold.
var slot = os.Getpagesize()

// streams are our ends of a process's standard output and error. They are two pipes, so that it is known which of the
// two was written to, and yet the output is in the order in which it was written: each pipe holds one write only, so
// that a second write to the same stream waits until the first was read, and the kernel's queue of ready pipes says
// which of the two was written to first. docs/decisions/0042 has what that does not cover.
type streams struct {
	queue *os.File // epoll, edge-triggered: its ready list is first in, first out
	all   []*stream
}

type stream struct {
	fd     int
	stderr bool
	whole  bool // it may hold more than one write, so whatever is there is read
	ended  bool
}

// openStreams makes the pipes of standard output, if stdout is set, and of standard error. The far ends, in this
// order, are the process's.
func openStreams(stdout bool) (s *streams, far []*os.File, err error) {
	queue, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, nil, os.NewSyscallError("epoll_create1", err)
	}
	_ = unix.SetNonblock(queue, true) // so that the runtime waits for it; it never fails
	s = &streams{queue: os.NewFile(uintptr(queue), "output")}
	for _, stderr := range []bool{false, true} {
		if !stderr && !stdout {
			continue
		}
		w, err := s.add(queue, stderr)
		if err != nil {
			closeAll(far)
			s.close()
			return nil, nil, err
		}
		far = append(far, w)
	}
	return s, far, nil
}

// add makes one pipe and returns its far end.
func (s *streams) add(queue int, stderr bool) (*os.File, error) {
	var ends [2]int
	err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_DIRECT) // each write stays apart
	if errors.Is(err, unix.EINVAL) {
		err = unix.Pipe2(ends[:], unix.O_CLOEXEC) // a kernel that only resembles Linux
	}
	if err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	near, far := &stream{fd: ends[0], stderr: stderr}, os.NewFile(uintptr(ends[1]), "output")
	s.all = append(s.all, near)
	_, _ = unix.FcntlInt(uintptr(near.fd), unix.F_SETPIPE_SZ, slot)
	near.measure()
	if err = unix.SetNonblock(near.fd, true); err == nil {
		err = unix.EpollCtl(queue, unix.EPOLL_CTL_ADD, near.fd, &unix.EpollEvent{
			Events: unix.EPOLLIN | unix.EPOLLET&0xffffffff, Fd: int32(len(s.all) - 1),
		})
	}
	if err != nil {
		_ = far.Close()
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	return far, nil
}

// measure finds out whether the pipe holds more than one write. A process may make its pipe larger.
func (s *stream) measure() {
	size, err := unix.FcntlInt(uintptr(s.fd), unix.F_GETPIPE_SZ, 0)
	s.whole = err != nil || size != slot
}

// copy takes in the output of the process until nothing can write any more, or the deadline passes.
func (s *streams) copy(to *capture) {
	raw, err := s.queue.SyscallConn()
	if err != nil {
		return // it is closed
	}
	buf := make([]byte, readSize)
	_ = raw.Read(func(queue uintptr) (over bool) {
		for s.open() {
			var ready [1]unix.EpollEvent
			n, err := unix.EpollWait(int(queue), ready[:], 0)
			switch {
			case errors.Is(err, unix.EINTR):
			case err != nil:
				return true // no other error is possible
			case n == 1:
				from := s.all[ready[0].Fd]
				from.take(to, buf, from.whole || ready[0].Events&unix.EPOLLHUP != 0)
			case !s.grown(to, buf):
				return false
			}
		}
		return true
	})
	for _, one := range s.all {
		one.last(to, buf)
	}
}

// open reports whether anything can still write.
func (s *streams) open() bool {
	for _, one := range s.all {
		if !one.ended {
			return true
		}
	}
	return false
}

// grown takes in what is left in a pipe that its process has made larger: no event shows that it is there.
func (s *streams) grown(to *capture, buf []byte) (found bool) {
	for _, one := range s.all {
		if one.whole || one.ended {
			continue
		}
		if one.measure(); one.whole {
			one.take(to, buf, true)
			found = true
		}
	}
	return found
}

// take takes in one write, or everything.
func (s *stream) take(to *capture, buf []byte, everything bool) {
	for !s.ended {
		n, err := unix.Read(s.fd, buf)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EAGAIN):
			return
		case err != nil || n == 0:
			s.ended = true
			return
		}
		to.add(buf[:n], s.stderr)
		if !everything {
			return
		}
	}
}

// last takes in what is in the pipe now. When the deadline passes, the output may not have been looked at since it was
// written: a busy machine can keep a program from running for seconds. It reads no more than the pipe holds, so that it
// ends if the process goes on writing.
func (s *stream) last(to *capture, buf []byte) {
	size, err := unix.FcntlInt(uintptr(s.fd), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		size = slot
	}
	for range max(size/slot, 1) {
		s.take(to, buf, false)
	}
}

// setDeadline ends copy at that time.
func (s *streams) setDeadline(at time.Time) { _ = s.queue.SetReadDeadline(at) }

func (s *streams) close() {
	_ = s.queue.Close()
	for _, one := range s.all {
		_ = unix.Close(one.fd)
	}
}
