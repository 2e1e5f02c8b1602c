// Package systemd tells a service manager the state of the daemon (sd_notify): ready, stopping, alive, and a line for
// `systemctl status`. Without a service manager, that is without NOTIFY_SOCKET, nothing here does anything.
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
	// statusEvery is the time between two updates of the status line, unless the watchdog needs shorter ones.
	statusEvery = 10 * time.Second
	// maxStatus bounds the status line, in bytes.
	maxStatus = 200
)

// Manager is the service manager that started the daemon, if there is one.
type Manager struct {
	log      *zap.Logger
	here     bool
	watchdog time.Duration // how long the manager waits for a sign of life; 0: it does not
}

// New finds the manager in the environment. Watchdog settings that are not valid are logged, and then there is no
// watchdog.
func New(log *zap.Logger) *Manager {
	m := &Manager{log: log, here: os.Getenv("NOTIFY_SOCKET") != ""}
	var err error
	if m.watchdog, err = daemon.SdWatchdogEnabled(false); err != nil {
		log.Warn("systemd: the watchdog is off, because its settings are not valid", zap.Error(err))
	}
	return m
}

// Ready says that the daemon works.
func (m *Manager) Ready() { m.send(daemon.SdNotifyReady) }

// Stopping says that the daemon has begun to stop.
func (m *Manager) Stopping() { m.send(daemon.SdNotifyStopping) }

// Watch calls look for a line about the daemon every few seconds until ctx ends, and passes the line on. The watchdog
// gets a sign of life only if look returns without an error within half of the watchdog's time.
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

// look calls look once, and tells the manager what has changed.
func (m *Manager) look(ctx context.Context, patience time.Duration, look func(context.Context) (string, error), said string) string {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	line, err := look(within)
	if ctx.Err() != nil {
		return said
	}
	if err != nil {
		m.log.Warn("systemd: no sign of life for the watchdog: the daemon does not answer", zap.Error(err))
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
		m.log.Warn("systemd: cannot reach the service manager", zap.String("what", state), zap.Error(err))
	}
}
