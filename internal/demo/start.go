package demo

import (
	"context"
	"path/filepath"

	"curfew/actors"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/internal/engine"
)

// start starts a runtime on an empty data folder.
func start(ctx context.Context, kinds *actors.Registry, data string, conf config.Config) (*engine.Runtime, error) {
	j, err := datadir.OpenJournal(data)
	if err != nil {
		return nil, err
	}
	return engine.Start(ctx, engine.Options{
		Kinds: kinds, Config: conf, Journal: j, Tokens: filepath.Join(data, datadir.Tokens),
	})
}
