package supervisor

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"
	cmap "github.com/orcaman/concurrent-map"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
)

// protoactor keeps its actors in 1,024 maps, each of which is split again into this many, and makes all of them at once:
// 32,768 locks and maps for ten jobs. The first split is enough for a machine's cores. The number is a variable of that
// library's, and has to be set before the first of its maps is made.
func init() { cmap.SHARD_COUNT = 1 }

// NewSystem is an actor system that logs warnings and worse to the logger. Its lines about each failure are left out:
// the supervisors report failures themselves.
func NewSystem(logger *zap.Logger) *actor.ActorSystem {
	core := logger.WithOptions(zap.IncreaseLevel(zapcore.WarnLevel)).Core()
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(zapslog.NewHandler(core, zapslog.WithName("proto.actor")))
	}))
}
