package nats

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/messages"
)

// Names in the metadata of a snapshot's object.
const (
	metaAt      = "at"
	metaVersion = "policy_version"
)

func snapshotName(seq uint64) string { return fmt.Sprintf("%020d", seq) }

// SaveSnapshot writes the lines as one object, part by part. The object exists when all of it is stored.
func (j *Journal) SaveSnapshot(of bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	fail := func(err error) error { return fmt.Errorf("bus: nats: save snapshot %d: %w", of.Seq, err) }
	ctx, cancel := context.WithTimeout(j.ctx, snapshotFor)
	defer cancel()
	if err := j.sweep(ctx); err != nil {
		return fail(fmt.Errorf("remove what is left of others: %w", err))
	}
	next, stop := iter.Pull2(lines)
	defer stop()
	meta := jetstream.ObjectMeta{Name: snapshotName(of.Seq), Metadata: map[string]string{
		metaAt: strconv.FormatInt(int64(of.At), 10), metaVersion: strconv.Itoa(of.PolicyVersion),
	}}
	if _, err := j.objects.Put(ctx, meta, &partWriter{seq: of.Seq, next: next}); err != nil {
		return fail(err)
	}
	all, err := j.Snapshots()
	if err != nil {
		return fail(err)
	}
	if seq, ok := bus.Surplus(all); ok {
		if err := j.dropSnapshot(seq); err != nil {
			return fail(err)
		}
	}
	return nil
}

// sweep removes what the store keeps and shows nowhere: the marks of objects that were removed, and the chunks of those
// that were never finished.
func (j *Journal) sweep(ctx context.Context) error {
	objects, err := j.list(ctx, jetstream.ListObjectsShowDeleted())
	if err != nil {
		return err
	}
	stream, err := j.js.Stream(ctx, "OBJ_"+j.options.snapshots())
	if err != nil {
		return err
	}
	for _, o := range objects {
		if !o.Deleted {
			continue
		}
		mark := "$O." + j.options.snapshots() + ".M." + base64.URLEncoding.EncodeToString([]byte(o.Name))
		if err := stream.Purge(ctx, jetstream.WithPurgeSubject(mark)); err != nil {
			return err
		}
	}
	return j.sweepChunks(ctx, stream, objects)
}

// sweepChunks removes chunks of no object. Those that somebody may still be writing stay: no object takes longer than
// snapshotFor.
func (j *Journal) sweepChunks(ctx context.Context, stream jetstream.Stream, objects []*jetstream.ObjectInfo) error {
	chunks := "$O." + j.options.snapshots() + ".C."
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(chunks+">"))
	if err != nil {
		return err
	}
	for subject := range info.State.Subjects {
		id := strings.TrimPrefix(subject, chunks)
		if slices.ContainsFunc(objects, func(o *jetstream.ObjectInfo) bool { return o.NUID == id && !o.Deleted }) {
			continue
		}
		last, err := stream.GetLastMsgForSubject(ctx, subject)
		if err != nil {
			return err
		}
		if j.now().Sub(last.Time) < snapshotFor {
			continue
		}
		if err := stream.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) list(ctx context.Context, which ...jetstream.ListObjectsOpt) ([]*jetstream.ObjectInfo, error) {
	all, err := j.objects.List(ctx, which...)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil, nil
	}
	return all, err
}

func (j *Journal) dropSnapshot(seq uint64) error {
	ctx, cancel := context.WithTimeout(j.ctx, tryTimeout)
	defer cancel()
	return j.objects.Delete(ctx, snapshotName(seq))
}

// Snapshots lists the snapshots, newest first.
func (j *Journal) Snapshots() (all []bus.Snapshot, err error) {
	objects, err := try(j.ctx, func(ctx context.Context) ([]*jetstream.ObjectInfo, error) { return j.list(ctx) })
	if err != nil {
		return nil, fmt.Errorf("bus: nats: list snapshots: %w", err)
	}
	for _, o := range objects {
		seq, err := strconv.ParseUint(o.Name, 10, 64)
		at, errAt := strconv.ParseInt(o.Metadata[metaAt], 10, 64)
		version, errVersion := strconv.Atoi(o.Metadata[metaVersion])
		if err := errors.Join(err, errAt, errVersion); err != nil {
			return nil, fmt.Errorf("bus: nats: list snapshots: %q is none: %w", o.Name, err)
		}
		all = append(all, bus.Snapshot{Seq: seq, At: messages.Instant(at), PolicyVersion: version})
	}
	slices.SortFunc(all, func(a, b bus.Snapshot) int { return cmp.Compare(b.Seq, a.Seq) })
	return all, nil
}

// SnapshotLines reads a snapshot part by part. It checks each part before it returns the part's lines.
func (j *Journal) SnapshotLines(seq uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		stop := func(err error) { yield(nil, fmt.Errorf("bus: nats: snapshot %d: %w", seq, err)) }
		ctx, cancel := context.WithTimeout(j.ctx, snapshotFor)
		defer cancel()
		object, err := j.objects.Get(ctx, snapshotName(seq))
		if errors.Is(err, jetstream.ErrObjectNotFound) {
			err = bus.ErrNoSnapshot
		}
		if err != nil {
			stop(err)
			return
		}
		defer object.Close()
		for n := 0; ; n++ {
			lines, err := readPart(object, seq, n)
			if errors.Is(err, io.EOF) && n > 0 {
				return
			}
			if err != nil {
				stop(fmt.Errorf("part %d: %w", n, err))
				return
			}
			for line := range bytes.Lines(lines) {
				if !yield(bytes.TrimSuffix(line, []byte("\n")), nil) {
					return
				}
			}
		}
	}
}
