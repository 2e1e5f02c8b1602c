//go:build unix

package procs

import (
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"curfew/actors"
)

// process is a started process, the leader of its session. It is not reaped before its whole family has
// ended: until then its number cannot belong to anybody else.
type process struct {
	cmd      *exec.Cmd
	run      string     // whose process it is, as its CURFEW_RUN says
	leaving  bool       // see [offspring.leave], which guards it
	given    []uint64   // the pipes that it has for its streams, see [inodes]
	far      []*os.File // our copies of their far ends, until it has been started
	captured *capture
	streams  *streams
	talk     *os.File      // our end of standard output, if somebody talks to the process; else nil
	input    *os.File      // our end of standard input; nil: there is nothing to read
	fed      chan struct{} // closed when nothing writes to it any more
	exited   chan struct{} // closed when the leader has ended
	drained  chan struct{} // closed when the output has ended and was read
	release  chan struct{} // to be closed when the leader may be reaped
	reaped   chan struct{} // closed when it has been
}

// prepare makes the pipes and channels of a process that is not started yet.
func prepare(cmd *exec.Cmd, c actors.Command, captured *capture) (*process, error) {
	p := &process{
		cmd: cmd, run: runOf(cmd.Env), captured: captured, fed: make(chan struct{}),
		exited: make(chan struct{}), drained: make(chan struct{}),
		release: make(chan struct{}), reaped: make(chan struct{}),
	}
	if err := p.connect(c); err != nil {
		return nil, err
	}
	p.given = inodes(p.far)
	return p, nil
}

// start starts the process. One locked thread starts it and waits for it, because the kernel sends the death signal
// when the thread that forked a child ends, not the program.
func (p *process) start(c actors.Command) error {
	adopt()
	cmd := p.cmd
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := own.start(p, func() (int, error) {
			if err := cmd.Start(); err != nil {
				return 0, err
			}
			return cmd.Process.Pid, nil
		})
		started <- err
		if err != nil {
			return
		}
		awaitExit(cmd.Process.Pid)
		close(p.exited)
		<-p.release
		_ = cmd.Wait() // cmd.ProcessState has how it ended
		own.forget(cmd.Process.Pid, p)
		close(p.reaped)
	}()
	err := <-started
	closeAll(p.far)
	p.far = nil
	if err != nil {
		p.closeNear()
		return err
	}
	p.read(c.Talk)
	p.feed(c)
	return nil
}

// connect connects standard output and error, and standard input if it is wanted, to pipes.
func (p *process) connect(c actors.Command) (err error) {
	p.streams, p.far, err = openStreams(c.Talk == nil)
	if err != nil {
		return err
	}
	p.cmd.Stderr = p.far[len(p.far)-1]
	if c.Talk == nil {
		p.cmd.Stdout = p.far[0]
		if c.Stdin == "" {
			return nil
		}
	}
	open := func() (r, w *os.File) {
		if err == nil {
			r, w, err = os.Pipe()
		}
		return r, w
	}
	stdin, input := open()
	p.input, p.cmd.Stdin = input, stdin
	if c.Talk != nil {
		output, stdout := open()
		p.talk, p.cmd.Stdout = output, stdout
		p.far = append(p.far, stdout)
	}
	p.far = append(p.far, stdin)
	if err != nil {
		closeAll(p.far)
		p.closeNear()
	}
	return err
}

// closeNear closes our ends of the pipes.
func (p *process) closeNear() {
	closeAll([]*os.File{p.input, p.talk})
	p.streams.close()
}

// feed writes the text to standard input and ends it, unless the process has ended before. A Talk does that by itself.
func (p *process) feed(c actors.Command) {
	if p.input == nil || c.Talk != nil {
		close(p.fed)
		return
	}
	go func() {
		defer close(p.fed)
		_, _ = io.WriteString(p.input, c.Stdin) // a process need not read to the end
		_ = p.input.Close()
	}()
}

// read reads the output of the process, or leaves its standard output to Talk. The rest that Talk does not read is read
// here, so that the process does not block on a full pipe.
func (p *process) read(talk func(io.WriteCloser, io.Reader)) {
	var all sync.WaitGroup
	if talk != nil {
		all.Go(func() {
			talk(p.input, p.talk)
			_ = p.input.Close()
			_, _ = io.Copy(io.Discard, p.talk)
		})
	}
	all.Go(func() { p.streams.copy(p.captured) })
	go func() {
		all.Wait()
		closeAll([]*os.File{p.talk})
		p.streams.close()
		close(p.drained)
	}()
}

// wait waits until the process has ended, and reports whether ctx ended first.
func (p *process) wait(ctx context.Context) (stopped bool) {
	select {
	case <-p.exited:
		return false
	case <-ctx.Done():
		return !within(0, p.exited)
	}
}

// end waits until the output is read to its end, and reaps the process.
func (p *process) end(kill time.Duration) (ended *os.ProcessState, err error) {
	deadline := time.Now().Add(kill)
	gone := within(kill, p.exited)
	close(p.release)
	p.streams.setDeadline(deadline) // a process that is out of reach may hold it for ever
	if p.talk != nil {
		_ = p.talk.SetReadDeadline(deadline)
	}
	if p.input != nil {
		_ = p.input.SetWriteDeadline(deadline)
	}
	<-p.drained
	if p.input != nil {
		_ = p.input.Close() // ends the writing; it may have ended before
	}
	<-p.fed
	if !gone {
		return nil, ErrUnkillable
	}
	<-p.reaped
	return p.cmd.ProcessState, nil
}

// within reports whether all the channels close within that time.
func within(d time.Duration, all ...<-chan struct{}) bool {
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	for _, c := range all {
		select {
		case <-c:
			continue
		default:
		}
		select {
		case <-c:
		case <-timeout.C:
			return false
		}
	}
	return true
}

// closeAll closes files; nil ones are left out.
func closeAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close()
		}
	}
}
