package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
)

// Reasons why a realm cannot be filled, or used.
var (
	ErrUnfinished = errors.New("records from elsewhere were being brought into it, and not all have come: bring them once more")
	ErrNotEmpty   = errors.New("it has a journal already: choose another name")
	ErrNoRealm    = errors.New("there is no such realm on these servers")
)

// markUnfinished is the key of a stream's metadata that says that nobody may go on from its records yet.
const markUnfinished = "curfew-unfinished"

func unfinished(c jetstream.StreamConfig) bool { return c.Metadata[markUnfinished] != "" }

// A Filling is the journal of a new realm, to be filled with records from elsewhere. Until [Filling.Finish] nobody else
// can use it.
type Filling struct{ *Journal }

var _ bus.Beginner = (*Filling)(nil)

// Fill makes the journal of a realm that has no record. What an earlier Fill has left unfinished is removed. One process
// at a time may do that.
func Fill(ctx context.Context, nc *client.Conn, o Options) (*Filling, error) {
	fail := func(err error) (*Filling, error) {
		return nil, fmt.Errorf("bus: nats: fill realm %s: %w", o.Realm, err)
	}
	if err := o.Check(); err != nil {
		return fail(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fail(err)
	}
	j := &Journal{options: o, js: js, now: time.Now}
	if err := j.clear(ctx); err != nil {
		return fail(err)
	}
	c := o.streamConfig()
	c.Metadata[markUnfinished] = time.Now().UTC().Format(time.RFC3339)
	_, err = try(ctx, permitted(nc, func(ctx context.Context) (jetstream.Stream, error) { return js.CreateStream(ctx, c) }))
	if err = o.explain("stream "+c.Name, err); err == nil {
		err = j.stores(ctx)
	}
	if err != nil {
		return fail(err)
	}
	j.ctx, j.cancel = context.WithCancel(context.WithoutCancel(ctx))
	f := &Filling{j}
	if err := f.begin(entry{}); err != nil {
		return fail(errors.Join(err, j.Close()))
	}
	return f, nil
}

// clear removes the streams of a realm, if it has no record or was never finished.
func (j *Journal) clear(ctx context.Context) error {
	o := j.options
	old, err := findStream(ctx, j.js, o.stream())
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
	case err != nil:
		return o.explain("stream "+o.stream(), err)
	case !unfinished(old.CachedInfo().Config):
		j.stream = old
		if end, err := try(ctx, j.newest); err != nil || end.last > 0 {
			return errors.Join(err, ErrNotEmpty)
		}
	}
	for _, name := range []string{o.queue(), "KV_" + o.cursors(), "OBJ_" + o.snapshots(), o.stream()} { // the mark goes last
		_, err := try(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, j.js.DeleteStream(ctx, name) })
		if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return fmt.Errorf("remove stream %s: %w", name, err)
		}
	}
	return nil
}

// begin claims the journal behind an entry.
func (f *Filling) begin(behind entry) error {
	end, err := f.claimBehind(f.ctx, behind)
	if err == nil {
		f.end.Store(&end)
		f.oldest.Store(&end)
	}
	return err
}

// Begin has the journal begin with the record of that seq.
func (f *Filling) Begin(first uint64) error {
	end := *f.end.Load()
	if end.last > 0 {
		return fmt.Errorf("bus: nats: begin realm %s at record %d: it has records up to %d", f.options.Realm, first, end.last)
	}
	end.last = first - 1
	if err := f.begin(end); err != nil {
		return fmt.Errorf("bus: nats: begin realm %s at record %d: %w", f.options.Realm, first, err)
	}
	_, err := try(f.ctx, func(ctx context.Context) (struct{}, error) { // the claim before it says that it begins with record 1
		return struct{}{}, f.stream.Purge(ctx, jetstream.WithPurgeSequence(f.end.Load().place))
	})
	if err != nil {
		return fmt.Errorf("bus: nats: begin realm %s at record %d: %w", f.options.Realm, first, err)
	}
	return nil
}

// Finish lets everybody use the realm. It is an error if somebody else has appended to it.
func (f *Filling) Finish() error {
	_, err := try(f.ctx, func(ctx context.Context) (struct{}, error) {
		info, err := f.stream.Info(ctx)
		if err != nil {
			return struct{}{}, err
		}
		if info.State.LastSeq != f.end.Load().place {
			return struct{}{}, bus.ErrFenced
		}
		c := info.Config
		delete(c.Metadata, markUnfinished)
		_, err = f.js.UpdateStream(ctx, c)
		return struct{}{}, err
	})
	if err != nil {
		return fmt.Errorf("bus: nats: finish realm %s: %w", f.options.Realm, err)
	}
	return nil
}

// Look opens the journal of a realm for reading. Nothing is made if there is none.
func Look(ctx context.Context, nc *client.Conn, o Options) (*Journal, error) {
	fail := func(err error) (*Journal, error) {
		return nil, fmt.Errorf("bus: nats: look at realm %s: %w", o.Realm, err)
	}
	if err := o.Check(); err != nil {
		return fail(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fail(err)
	}
	_, err = findStream(ctx, js, o.stream())
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return fail(ErrNoRealm)
	}
	if err = o.explain("stream "+o.stream(), err); err != nil {
		return fail(err)
	}
	r, err := Join(ctx, nc, o)
	if err != nil {
		return nil, err
	}
	return r.Journal, nil
}
