package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"syscall"
	"time"

	"curfew/actors"
	"curfew/actors/env/procs"
)

// partingTime is how long a server may take to end after its standard input was closed.
const partingTime = 2 * time.Second

// process is a server's process. It cannot outlive the attempt: it ends with ctx.
type process struct {
	in   *ear
	out  *sieve
	stop context.CancelFunc

	done   chan struct{} // closed when it is gone
	result actors.Result // how it ended; to be read after done
	err    error
}

// start runs a server's command and returns when it can be talked to.
func start(ctx context.Context, c Config, s Server) (*process, error) {
	ctx, stop := context.WithCancel(ctx)
	p := &process{stop: stop, done: make(chan struct{})}
	talking := make(chan struct{})
	cmd := c.Process
	cmd.Path, cmd.Args = s.Command[0], s.Command[1:]
	cmd.Talk = func(stdin io.WriteCloser, stdout io.Reader) {
		from := &mouth{from: stdout, left: maxTraffic, shut: make(chan struct{})}
		p.out = newSieve(from, c.Redact, func(line string) { c.Stray(s.Name, line) })
		p.in = &ear{WriteCloser: stdin, last: func() { p.out.wait(partingTime) }}
		close(talking)
		<-from.shut
	}
	go func() {
		defer close(p.done)
		p.result, p.err = c.Exec.Run(ctx, cmd)
	}()
	select {
	case <-talking:
		return p, nil
	case <-p.done:
		stop()
		err := p.err
		if procs.Hopeless(err) {
			err = fmt.Errorf("%w: %w", ErrConfig, err)
		}
		return nil, err
	}
}

// hungUp says how a process ended that closed the conversation itself.
func (p *process) hungUp() error {
	ended, result, failed := p.ended(partingTime)
	switch {
	case !ended:
		return errors.New("it has closed its standard input or output")
	case procs.Hopeless(failed):
		return fmt.Errorf("%w: %w", ErrConfig, failed)
	case failed != nil:
		return failed
	default:
		return fmt.Errorf("its process has ended: %w", procs.Exited(result))
	}
}

// ended reports whether the process ends within that time, and how it did.
func (p *process) ended(within time.Duration) (bool, actors.Result, error) {
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	select {
	case <-p.done:
		return true, p.result, p.err
	case <-timeout.C:
		return false, actors.Result{}, nil
	}
}

// close closes the standard input, which tells the server to stop. If it does not, it is ended.
func (p *process) close() {
	_ = p.in.Close()
	_ = p.out.Close()              // no more messages are wanted
	_, _, _ = p.ended(partingTime) // it may not
	p.stop()
	<-p.done
}

// ear is the standard input of a process. It counts the bytes that were written.
type ear struct {
	io.WriteCloser
	sent atomic.Int64
	deaf atomic.Bool // the process has closed it
	last func()      // waits for the end of what the process says
}

// Write writes to the process.
func (e *ear) Write(p []byte) (int, error) {
	n, err := e.WriteCloser.Write(p)
	e.sent.Add(int64(n))
	if errors.Is(err, syscall.EPIPE) {
		e.deaf.Store(true)
		e.last() // its last output may say why
	}
	return n, err
}
