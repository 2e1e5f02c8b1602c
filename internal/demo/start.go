package demo

import (
	"context"
	"errors"
	"path/filepath"

	"go.uber.org/zap"

	"curfew/actors"
	history "curfew/actors/system/recorder/sqlite"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/internal/engine"
	"curfew/internal/journal"
)

// start starts a runtime on an empty data folder.
func start(ctx context.Context, kinds *actors.Registry, data string, conf config.Config) (*engine.Runtime, error) {
	j, err := journal.Open(data)
	if err != nil {
		return nil, err
	}
	past, err := history.Open(filepath.Join(data, datadir.Journal), zap.NewNop())
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return engine.Start(ctx, engine.Options{
		Kinds: kinds, Config: conf, Journal: j, History: past, Tokens: filepath.Join(data, datadir.Tokens),
	})
}
