package supervisor

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
)

// NewSystem is an actor system that logs warnings and worse to the logger. Its lines about each failure are left out:
// the supervisors report failures themselves.
func NewSystem(logger *zap.Logger) *actor.ActorSystem {
	core := logger.WithOptions(zap.IncreaseLevel(zapcore.WarnLevel)).Core()
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(zapslog.NewHandler(core, zapslog.WithName("proto.actor")))
	}))
}
