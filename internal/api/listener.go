package api

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
)

// A Listener is the Unix socket of a data folder. Closing it removes its files.
type Listener struct {
	data, path string
	folder     fs.FileInfo // of data, as it was at the start
	tcp        *string     // the address on TCP; nil: none

	mu     sync.Mutex
	unix   *net.UnixListener
	inode  fs.FileInfo // of the socket's file
	closed bool
}

var _ net.Listener = (*Listener)(nil)

// note names the socket in daemon.json, and remembers which file it is.
func (l *Listener) note() (err error) {
	if l.inode, err = os.Lstat(l.path); err != nil {
		return fmt.Errorf("api: look at the socket: %w", err)
	}
	return writeDaemon(l.data, Daemon{PID: os.Getpid(), Socket: l.path, TCP: l.tcp})
}

// ours reports whether the folder is still the same one. Another folder may have another daemon, whose files must be
// left alone.
func (l *Listener) ours() bool {
	now, err := os.Stat(l.data)
	return err == nil && os.SameFile(now, l.folder)
}

// Accept waits for the next connection, also across a [Listener.Mend].
func (l *Listener) Accept() (net.Conn, error) {
	for {
		l.mu.Lock()
		on := l.unix
		l.mu.Unlock()
		c, err := on.Accept()
		l.mu.Lock()
		again := err != nil && on != l.unix && !l.closed
		l.mu.Unlock()
		if !again {
			return c, err
		}
	}
}

// Addr is the address of the socket.
func (l *Listener) Addr() net.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unix.Addr()
}

// Mend makes the socket and daemon.json again if they were removed or replaced, since without them no command finds the
// daemon. Mended reports whether it had to.
func (l *Listener) Mend() (mended bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || !l.ours() {
		return false, nil
	}
	_, noted := os.Lstat(daemonFile(l.data))
	now, err := os.Lstat(l.path)
	if err == nil && os.SameFile(now, l.inode) && noted == nil {
		return false, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("api: look at the socket: %w", err)
	}
	if err != nil || !os.SameFile(now, l.inode) {
		fresh, err := listenPrivately(l.path)
		if err != nil {
			return false, err
		}
		_ = l.unix.Close() // no client can reach it any more
		l.unix = fresh
	}
	return true, l.note()
}

// Close stops listening and removes the socket and daemon.json. A second call does nothing.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	err := l.unix.Close()
	if !l.ours() {
		return err
	}
	for _, f := range []string{l.path, daemonFile(l.data)} {
		if gone := os.Remove(f); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}
