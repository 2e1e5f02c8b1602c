package nats

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/block"
)

// Open takes the journal of a realm over: from its return on no journal that was opened before can append. If there is
// no such journal it makes one. The connection must stay open as long as the journal; it should reconnect for ever.
func Open(ctx context.Context, nc *client.Conn, o Options) (*Journal, error) {
	return open(ctx, nc, o, func(ctx context.Context, j *Journal) error {
		end, err := j.claim(ctx)
		j.end.Store(&end)
		return err
	})
}

// Join is Open for a process that follows: it takes nothing over before [Relay.Claim].
func Join(ctx context.Context, nc *client.Conn, o Options) (*Relay, error) {
	j, err := open(ctx, nc, o, func(ctx context.Context, j *Journal) error {
		end, err := j.newest(ctx)
		j.end.Store(&end)
		return err
	})
	return &Relay{Journal: j}, err
}

func open(ctx context.Context, nc *client.Conn, o Options, begin func(context.Context, *Journal) error) (*Journal, error) {
	fail := func(err error) (*Journal, error) {
		return nil, fmt.Errorf("bus: nats: open realm %s: %w", o.Realm, err)
	}
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("bus: nats: open: %w", err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return fail(err)
	}
	j := &Journal{options: o, js: js, now: time.Now}
	if err := j.stores(ctx); err != nil {
		return fail(err)
	}
	j.ctx, j.cancel = context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, j.cancel) // until it is open
	err = begin(j.ctx, j)
	if err == nil {
		err = j.findOldest()
	}
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		j.cancel()
		return fail(err)
	}
	return j, nil
}

// stores finds or makes the stream and the two buckets.
func (j *Journal) stores(ctx context.Context) (err error) {
	o := j.options
	nc := j.js.Conn()
	j.stream, err = found(ctx, &o, nc, "stream "+o.stream(), jetstream.ErrStreamNotFound,
		func(ctx context.Context) (jetstream.Stream, error) { return j.js.Stream(ctx, o.stream()) },
		func(ctx context.Context) (jetstream.Stream, error) { return j.js.CreateStream(ctx, o.streamConfig()) })
	if err != nil {
		return err
	}
	if err := o.fit(j.stream.CachedInfo().Config); err != nil {
		return fmt.Errorf("stream %s cannot keep a journal: %w", o.stream(), err)
	}
	keys := jetstream.KeyValueConfig{Bucket: o.cursors(), History: 1, Storage: jetstream.FileStorage, Replicas: o.Replicas}
	j.keys, err = found(ctx, &o, nc, "bucket "+keys.Bucket, jetstream.ErrBucketNotFound,
		func(ctx context.Context) (jetstream.KeyValue, error) { return j.js.KeyValue(ctx, keys.Bucket) },
		func(ctx context.Context) (jetstream.KeyValue, error) { return j.js.CreateKeyValue(ctx, keys) })
	if err != nil {
		return err
	}
	objects := jetstream.ObjectStoreConfig{Bucket: o.snapshots(), Storage: jetstream.FileStorage, Replicas: o.Replicas}
	j.objects, err = found(ctx, &o, nc, "object store "+objects.Bucket, jetstream.ErrBucketNotFound,
		func(ctx context.Context) (jetstream.ObjectStore, error) { return j.js.ObjectStore(ctx, objects.Bucket) },
		func(ctx context.Context) (jetstream.ObjectStore, error) { return j.js.CreateObjectStore(ctx, objects) })
	return err
}

// claim appends a message without records, which fences all that were opened before.
func (j *Journal) claim(ctx context.Context) (entry, error) {
	for range maxClaims {
		end, err := j.newest(ctx)
		if err != nil {
			return entry{}, err
		}
		next, err := j.claimBehind(ctx, end)
		if err == nil {
			j.failed, j.take = nil, 0
		}
		if !errors.Is(err, bus.ErrFenced) {
			return next, err
		}
	}
	return entry{}, fmt.Errorf("others append to it at the same time: end them: %w", bus.ErrFenced)
}

// claimBehind appends a message without records behind a place of the stream.
func (j *Journal) claimBehind(ctx context.Context, end entry) (next entry, err error) {
	j.writer = rand.Text()
	claim := block.Block{First: end.last + 1, Last: end.last}
	m, next := end.message(j.options.subject(), "claim."+j.writer, claim, end.at)
	if stored, err := j.commit(ctx, []*client.Msg{m}, end.place); !stored {
		return entry{}, err
	}
	return next, nil
}

// newest is the newest message, as the stream's leader knows it.
func (j *Journal) newest(ctx context.Context) (entry, error) {
	return try(ctx, func(ctx context.Context) (entry, error) {
		info, err := j.stream.Info(ctx)
		if err != nil {
			return entry{}, err
		}
		if unfinished(info.Config) {
			return entry{}, ErrUnfinished
		}
		if info.State.LastSeq == 0 {
			return entry{}, nil
		}
		if info.State.Msgs == 0 {
			return entry{}, errors.New("somebody has removed all messages of the stream: restore it, or remove the stream")
		}
		return j.at(ctx, info.State.LastSeq)
	})
}
