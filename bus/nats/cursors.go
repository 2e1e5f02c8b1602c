package nats

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/messages"
)

// Cursors returns all cursors that were saved.
func (j *Journal) Cursors() ([]bus.Cursor, error) {
	cs, err := try(j.ctx, j.readCursors)
	if err != nil {
		return nil, fmt.Errorf("bus: nats: read cursors of realm %s: %w", j.options.Realm, err)
	}
	return cs, nil
}

func (j *Journal) readCursors(ctx context.Context) (cs []bus.Cursor, err error) {
	w, err := j.keys.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
	defer w.Stop() //nolint:errcheck // it ends with its connection at the latest
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case e := <-w.Updates():
			if e == nil { // all are read
				return cs, nil
			}
			var c bus.Cursor
			if err := json.Unmarshal(e.Value(), &c); err != nil {
				return nil, fmt.Errorf("cursor %s: %w", e.Key(), err)
			}
			if cs = append(cs, c); len(cs) > maxCursors {
				return nil, fmt.Errorf("there are more than %d", maxCursors)
			}
		}
	}
}

// SaveCursor keeps the cursor durably.
func (j *Journal) SaveCursor(c bus.Cursor) error {
	fail := func(err error) error { return fmt.Errorf("bus: nats: save cursor %q on %q: %w", c.Name, c.Topic, err) }
	value, err := json.Marshal(c)
	if err != nil {
		return fail(err)
	}
	ctx, cancel := context.WithTimeout(j.ctx, tryTimeout)
	defer cancel()
	if _, err := j.keys.Put(ctx, cursorKey(c.Name, c.Topic), value); err != nil {
		return fail(err)
	}
	return nil
}

// DropCursor removes the cursor durably. A delete by the bucket would leave a mark in its place, for every start to read.
func (j *Journal) DropCursor(name string, topic messages.Topic) error {
	ctx, cancel := context.WithTimeout(j.ctx, tryTimeout)
	defer cancel()
	bucket, err := j.js.Stream(ctx, "KV_"+j.options.cursors())
	if err == nil {
		err = bucket.Purge(ctx, jetstream.WithPurgeSubject("$KV."+j.options.cursors()+"."+cursorKey(name, topic)))
	}
	if err != nil {
		return fmt.Errorf("bus: nats: remove cursor %q on %q: %w", name, topic, err)
	}
	return nil
}

// cursorKey is the key of a cursor. Names may have characters that keys may not.
func cursorKey(name string, topic messages.Topic) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(name)) + "." + e.EncodeToString([]byte(topic))
}
