package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"curfew/bus/durable"
	"curfew/internal/contract"
)

// maxSocketPath is the longest path of a socket, in bytes. The system's own bound is 107 on Linux and 103 on macOS.
const maxSocketPath = 100

// Daemon is the body of <data>/daemon.json: how to reach the daemon of a data folder.
type Daemon struct {
	PID    int     `json:"pid"`
	Socket string  `json:"socket"` // path of the Unix socket
	TCP    *string `json:"tcp"`    // null: the daemon does not listen on TCP
}

// Listen opens the Unix socket of a data folder, for this user only, and names it in <data>/daemon.json, with the address
// of tcp if that is not nil. It replaces an old socket, so the caller must hold the folder's lock. Closing the listener
// removes both files.
func Listen(data string, tcp *TCP) (*Listener, string, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return nil, "", fmt.Errorf("api: data folder: %w", err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, "", fmt.Errorf("api: make the data folder: %w", err)
	}
	path, err := socketPath(data)
	if err != nil {
		return nil, "", err
	}
	folder, err := os.Stat(data)
	if err != nil {
		return nil, "", fmt.Errorf("api: look at the data folder: %w", err)
	}
	l, err := listenPrivately(path)
	if err != nil {
		return nil, "", err
	}
	out := &Listener{data: data, folder: folder, path: path, unix: l}
	if tcp != nil {
		out.tcp = contract.OrNull(tcp.Addr().String())
	}
	if err := out.note(); err != nil {
		return nil, "", errors.Join(err, out.Close())
	}
	return out, path, nil
}

// listenPrivately makes the socket in a folder that only this user can enter, and moves it into place once its mode is
// right. So at no time can another user connect.
func listenPrivately(path string) (*net.UnixListener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("api: %s exists and is not a socket; move it away", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "s")
	if err != nil {
		return nil, fmt.Errorf("api: make the socket: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is empty by then, and nobody else can enter it
	own := filepath.Join(dir, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: own, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("api: listen on the socket: %w", err)
	}
	l.SetUnlinkOnClose(false) // it is moved
	if err := errors.Join(os.Chmod(own, 0o600), os.Rename(own, path)); err != nil {
		return nil, fmt.Errorf("api: put the socket in place: %w", errors.Join(err, l.Close()))
	}
	return l, nil
}

// socketPath is <data>/curfew.sock, or a path in the run-time folder if that is too long.
func socketPath(data string) (string, error) {
	path := filepath.Join(data, "curfew.sock")
	if len(path) <= maxSocketPath {
		return path, nil
	}
	base := os.Getenv("XDG_RUNTIME_DIR")
	if base == "" {
		base = os.TempDir()
	}
	sum := sha256.Sum256([]byte(data))
	dir := filepath.Join(base, fmt.Sprintf("curfew-%d-%s", os.Getuid(), hex.EncodeToString(sum[:8])))
	path = filepath.Join(dir, "curfew.sock")
	if len(path) > maxSocketPath {
		return "", fmt.Errorf("api: the paths of both the data folder and the run-time folder %s are too long for a socket; choose a shorter --data", base)
	}
	return path, privateDir(dir)
}

// privateDir makes a folder for this user only, and refuses one that another user made.
func privateDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("api: make the socket's folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("api: look at the socket's folder: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !ours(info) {
		return fmt.Errorf("api: %s must be a folder that only this user can enter (mode 0700); remove it", dir)
	}
	return nil
}

func daemonFile(data string) string { return filepath.Join(data, "daemon.json") }

// writeDaemon replaces daemon.json as a whole: a reader never sees half of it.
func writeDaemon(data string, d Daemon) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("api: encode daemon.json: %w", err)
	}
	if err := durable.Replace(daemonFile(data), append(raw, '\n')); err != nil {
		return fmt.Errorf("api: write daemon.json: %w", err)
	}
	return nil
}
