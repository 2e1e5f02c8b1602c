package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	client "github.com/nats-io/nats.go"

	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/lock"
	"curfew/bus/nats"
	"curfew/bus/sqlite"
	"curfew/internal/datadir"
	"curfew/internal/realm"
	"curfew/messages"
)

// Imported says what was brought into a data folder or a realm.
type Imported struct {
	Into    string           `json:"into"`  // the journal's file, or the name of the realm
	First   uint64           `json:"first"` // records
	Last    uint64           `json:"last"`
	At      messages.Instant `json:"at"`      // of the newest record
	Records uint64           `json:"records"` // that the export had
}

// importing is the folder in a data folder in which a journal is made; it goes when the journal is in its place.
const importing = "importing"

// Import makes the journal of a data folder without a daemon of an export. It is an error if the folder has a journal.
func Import(ctx context.Context, export io.ReadSeeker, data string) (out Imported, err error) {
	path := filepath.Join(data, datadir.Journal)
	c, err := jsonl.Inspect(export, 0)
	if err != nil {
		return out, err
	}
	if err := lock.Prepare(data); err != nil {
		return out, err
	}
	held, err := lock.Acquire(ctx, data)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	if _, err := os.Lstat(path); err == nil {
		return out, fmt.Errorf("%s: %w; choose another data folder, or move it away", path, fs.ErrExist)
	}
	room := filepath.Join(data, importing)
	if err := os.RemoveAll(room); err != nil { // an earlier one was cut off
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(room)) }()
	if err := lock.Prepare(room); err != nil {
		return out, err
	}
	made := filepath.Join(room, datadir.Journal)
	j, err := sqlite.Open(made)
	if err != nil {
		return out, err
	}
	if err := errors.Join(jsonl.Import(export, c, j, goesOn(ctx)), j.Close()); err != nil {
		return out, err
	}
	if _, err := sqlite.Restore(ctx, made, path); err != nil {
		return out, err
	}
	return imported(path, c), nil
}

// ImportRealm makes the journal of a realm of an export. It is an error if the realm has a record, or a node is there. Until
// all is brought, no node can use the realm; an import that was cut off is begun anew.
func ImportRealm(ctx context.Context, export io.ReadSeeker, nc *client.Conn, o nats.Options) (out Imported, err error) {
	c, err := jsonl.Inspect(export, nats.MostOf(nc))
	if err != nil {
		return out, err
	}
	err = realm.Alone(ctx, nc, o, func(ctx context.Context) error {
		j, err := nats.Fill(ctx, nc, o)
		if err != nil {
			return err
		}
		defer j.Close()
		stop := context.AfterFunc(ctx, func() { _ = j.Close() })
		defer stop()
		if err := jsonl.Import(export, c, j, goesOn(ctx)); err != nil {
			return err
		}
		return j.Finish()
	})
	if err != nil {
		return out, err
	}
	return imported(o.Realm, c), nil
}

// ExportRealm writes the journal of a realm as JSON lines. Its nodes may be running.
func ExportRealm(ctx context.Context, nc *client.Conn, o nats.Options, w io.Writer) (err error) {
	var j bus.Journal
	if j, err = nats.Look(ctx, nc, o); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	_, err = jsonl.Export(w, j)
	return err
}

func goesOn(ctx context.Context) func(uint64) error {
	return func(uint64) error { return context.Cause(ctx) }
}

func imported(into string, c jsonl.Contents) Imported {
	return Imported{Into: into, First: c.First, Last: c.Last, At: c.At, Records: c.Records}
}
