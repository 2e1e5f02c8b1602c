package datadir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"curfew/bus/jsonl"
	"curfew/bus/sqlite"
)

// Export writes the journal of a data folder as JSON lines, with its daemon running or stopped.
func Export(_ context.Context, data string, w io.Writer) (err error) {
	j, err := sqlite.OpenReadOnly(filepath.Join(data, Journal))
	if err != nil {
		return fmt.Errorf("no journal in %s: %w", data, err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	_, err = jsonl.Export(w, j)
	return err
}
