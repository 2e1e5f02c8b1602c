package journal

import (
	"context"
	"errors"
	"io"

	"curfew/bus/jsonl"
)

// Export writes the journal of a data folder as JSON lines, with its daemon running or stopped.
func Export(_ context.Context, data string, w io.Writer) (err error) {
	j, err := Read(data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	_, err = jsonl.Export(w, j)
	return err
}
