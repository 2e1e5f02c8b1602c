package supervisor

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
)

// NewSystem is an actor system that logs into the logger, warnings and worse only: it would otherwise
// write a line for every failure, and those are ours to report.
func NewSystem(logger *zap.Logger) *actor.ActorSystem {
	core := logger.WithOptions(zap.IncreaseLevel(zapcore.WarnLevel)).Core()
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(zapslog.NewHandler(core, zapslog.WithName("proto.actor")))
	}))
}
