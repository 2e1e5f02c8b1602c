package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"go.uber.org/zap"

	"curfew/bus/durable"
)

// maxUsed is how many marks are remembered of a session, so that none is used twice in an outage.
const maxUsed = 64

// seen is what is remembered of a session whose gate is closed.
type seen struct {
	// Generation is that of the newest close that was looked at.
	Generation uint64 `json:"generation"`
	// Used are the marks that are no new sign-in: those at a close, and those that were used to sign in, newest last.
	Used []mark `json:"used"`
}

func (s seen) has(m mark) bool { return slices.Contains(s.Used, m) }

// with is s with more marks.
func (s seen) with(marks ...mark) seen {
	used := slices.Clone(s.Used)
	for _, m := range marks {
		if m != "" && !slices.Contains(used, m) {
			used = append(used, m)
		}
	}
	s.Used = used[max(0, len(used)-maxUsed):]
	return s
}

// without is s without a mark.
func (s seen) without(m mark) seen {
	s.Used = slices.DeleteFunc(slices.Clone(s.Used), func(one mark) bool { return one == m })
	return s
}

func (s seen) equal(o seen) bool { return s.Generation == o.Generation && slices.Equal(s.Used, o.Used) }

// memory keeps what was seen of every session, in one file. It holds hashes, and no content.
type memory struct {
	path string
	log  *zap.Logger

	mu       sync.Mutex
	sessions map[string]seen
	unkept   string // the error that was logged of a file that cannot be written
}

// memoryFile is the content of the file.
type memoryFile struct {
	Version  int             `json:"version"`
	Sessions map[string]seen `json:"sessions"`
}

const memoryVersion = 1

// openMemory reads the file. One that cannot be read is begun anew: that may cost one call.
func openMemory(path string, log *zap.Logger) *memory {
	m := &memory{path: path, log: log, sessions: make(map[string]seen)}
	if path == "" {
		return m
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m
	}
	var f memoryFile
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err == nil && f.Version != memoryVersion {
		err = fmt.Errorf("version %d is not known", f.Version)
	}
	if err != nil {
		log.Warn("gate: what was seen of sign-ins cannot be read, so it is begun anew", zap.String("file", path), zap.Error(err))
	} else if f.Sessions != nil {
		m.sessions = f.Sessions
	}
	return m
}

func (m *memory) get(session string) (seen, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[session]
	return s, ok
}

// set remembers what was seen of a session. If it cannot be written it is kept until the stop, and the log says so once.
func (m *memory) set(session string, s seen) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.sessions[session]; ok && old.equal(s) {
		return
	}
	m.sessions[session] = s
	m.save()
}

// forget drops what was seen of a session.
func (m *memory) forget(session string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.sessions[session]; ok {
		delete(m.sessions, session)
		m.save()
	}
}

func (m *memory) save() {
	if m.path == "" {
		return
	}
	raw, err := json.Marshal(memoryFile{memoryVersion, m.sessions})
	if err == nil {
		err = durable.Replace(m.path, append(raw, '\n'))
	}
	text := ""
	if err != nil {
		if text = err.Error(); text != m.unkept {
			m.log.Error("gate: what was seen of sign-ins cannot be kept; it is known until Curfew stops", zap.String("error", text))
		}
	}
	m.unkept = text
}
