// Package systemd tells a service manager how the daemon is (sd_notify): ready, stopping, alive, and a line
// for `systemctl status`. Without one, that is without NOTIFY_SOCKET, everything here does nothing.
package systemd

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"go.uber.org/zap"

	"curfew/messages/text"
)

const (
	// statusEvery is the time between two looks for the status line, unless the watchdog wants more of them.
	statusEvery = 10 * time.Second
	// maxStatus bounds the status line, in bytes.
	maxStatus = 200
)

// Manager is the service manager that has started the daemon, if one has.
type Manager struct {
	log      *zap.Logger
	here     bool
	watchdog time.Duration // how long the manager waits for a sign of life; 0: it does not
}

// New finds the manager in the environment. A watchdog that is set up in a way that cannot be read is
// logged, and taken as none.
func New(log *zap.Logger) *Manager {
	m := &Manager{log: log, here: os.Getenv("NOTIFY_SOCKET") != ""}
	var err error
	if m.watchdog, err = daemon.SdWatchdogEnabled(false); err != nil {
		log.Warn("systemd: the watchdog cannot be fed", zap.Error(err))
	}
	return m
}

// Ready says that the daemon does its work.
func (m *Manager) Ready() { m.send(daemon.SdNotifyReady) }

// Stopping says that the daemon has begun to stop.
func (m *Manager) Stopping() { m.send(daemon.SdNotifyStopping) }

// Watch asks look for a line about the daemon every few seconds until ctx ends, and passes it on. The
// watchdog is fed only when look answers: within half of its time, and without an error.
func (m *Manager) Watch(ctx context.Context, look func(context.Context) (string, error)) {
	if !m.here {
		return
	}
	every := statusEvery
	if m.watchdog > 0 {
		every = min(every, m.watchdog/2)
	}
	turn := time.NewTicker(every)
	defer turn.Stop()
	said := ""
	for {
		said = m.look(ctx, every, look, said)
		select {
		case <-turn.C:
		case <-ctx.Done():
			return
		}
	}
}

// look asks once, and says what has changed.
func (m *Manager) look(ctx context.Context, patience time.Duration, look func(context.Context) (string, error), said string) string {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	line, err := look(within)
	if ctx.Err() != nil {
		return said
	}
	if err != nil {
		m.log.Warn("systemd: the daemon gives no sign of life", zap.Error(err))
		return said
	}
	var news []string
	if m.watchdog > 0 {
		news = append(news, daemon.SdNotifyWatchdog)
	}
	line = text.Head(strings.ReplaceAll(line, "\n", " "), maxStatus)
	if line != said {
		news = append(news, "STATUS="+line)
	}
	if len(news) > 0 {
		m.send(strings.Join(news, "\n"))
	}
	return line
}

func (m *Manager) send(state string) {
	if !m.here {
		return
	}
	if _, err := daemon.SdNotify(false, state); err != nil {
		m.log.Warn("systemd: the service manager cannot be told", zap.String("what", state), zap.Error(err))
	}
}
