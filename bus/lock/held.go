package lock

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Held says that another process has locked the data folder.
type Held struct {
	Data string
	PID  int // of the holder; 0: not known
}

var _ error = (*Held)(nil)

// Error names the holder, and says what can be done instead.
func (e *Held) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = "the process with pid " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("lock: %s uses the data folder %s, and only one process may; "+
		"use the commands or the HTTP API to talk to it, stop it, or choose another data folder (--data)", who, e.Data)
}

// InUse reports whether a process has locked the data folder. It changes nothing in the folder.
func InUse(data string) bool {
	for _, path := range []string{data, filepath.Join(data, file)} {
		if busy(path) {
			return true
		}
	}
	return false
}

func busy(path string) bool {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow|noWait, 0)
	if isLink(err) { // a data folder may be a link to one
		f, err = os.Open(path)
	}
	if err != nil {
		return false
	}
	defer f.Close()
	// A shared lock, so that two processes that look do not see each other. Close releases it.
	return isBusy(tryLock(f, false))
}

// maxNote is how many bytes are read of a file that names the holder.
const maxNote = 4096

// holder is the pid in the lock file, or else in daemon.json; 0: neither has one.
func holder(data string) int {
	if pid, err := strconv.Atoi(strings.TrimSpace(string(note(filepath.Join(data, file))))); err == nil && pid > 0 {
		return pid
	}
	var daemon struct {
		PID int `json:"pid"`
	}
	if json.Unmarshal(note(filepath.Join(data, "daemon.json")), &daemon) != nil {
		return 0
	}
	return daemon.PID
}

func note(path string) []byte {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow|noWait, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxNote))
	if err != nil {
		return nil
	}
	return raw
}
