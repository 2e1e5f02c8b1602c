package daemon

import (
	"context"
	"time"

	"go.uber.org/zap"

	"curfew/internal/api"
)

// watchEvery is how often the daemon looks whether its commands still find it.
const watchEvery = 10 * time.Second

// tend keeps the daemon where its commands find it, until ctx ends.
func tend(ctx context.Context, l *api.Listener, log *zap.Logger) {
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		switch mended, err := l.Mend(); {
		case err != nil:
			log.Error("cron: the socket or daemon.json is gone and cannot be made anew: no command finds this daemon", zap.Error(err))
		case mended:
			log.Warn("cron: the socket or daemon.json was gone; it was made anew")
		}
	}
}
