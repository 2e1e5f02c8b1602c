package daemon

import (
	"context"
	"time"

	"go.uber.org/zap"

	"curfew/internal/api"
)

// mendEvery is how often the daemon looks whether commands still find it.
const mendEvery = 10 * time.Second

// mend makes the socket and daemon.json anew when somebody has removed them, until ctx ends.
func mend(ctx context.Context, l *api.Listener, log *zap.Logger) {
	look := time.NewTicker(mendEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		switch mended, err := l.Mend(); {
		case err != nil:
			log.Error("cron: the socket or daemon.json is gone and cannot be made anew: commands do not find this daemon", zap.Error(err))
		case mended:
			log.Warn("cron: the socket or daemon.json was gone; it was made anew")
		}
	}
}
