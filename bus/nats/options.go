package nats

import (
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/messages/text"
)

// Options say which journal is meant, and how it is made if it does not exist.
type Options struct {
	// Realm is the journal's name: 1 to 32 lower-case letters, digits and hyphens.
	Realm string
	// Replicas is how many servers keep each record, if the journal is made: 1, 3 or 5; 0 means 1.
	Replicas int
}

// Bounds of a journal in JetStream.
const (
	headerBytes   = 1 << 10         // what a message may have besides its block
	maxBatch      = 1000            // blocks of one append; the server's own limit
	wholeBytes    = 512 << 10       // an append up to this is one message: for several a server makes files, and removes them
	tryTimeout    = 5 * time.Second // how long one request waits for its answer
	tryPause      = 250 * time.Millisecond
	tryFor        = 30 * time.Second // how long requests other than appends are repeated
	feedSilence   = 5 * time.Second  // after which a feed that brings nothing is not believed
	appendFor     = 60 * time.Second // how long an append is repeated; an election takes up to 10 s
	dedupe        = 2 * appendFor    // how long servers know the id of an append
	snapshotFor   = 10 * time.Minute // writing or reading a snapshot
	maxClaims     = 16               // how often Open tries to take over while others append
	maxPlaces     = 1024             // messages whose place in the stream is known without a search
	maxCursors    = 8192             // cursors that are read; the log makes fewer
	maxFrameBytes = 64 << 20         // a larger part of a snapshot is not read
)

// metaFormat is the key of a stream's metadata that says in which form its messages are.
const (
	metaFormat    = "curfew-format"
	journalFormat = "1" // blocks of records, with the headers of message.go
)

var realms = text.Pattern(`^[a-z0-9-]{1,32}$`)

// Check says what is not valid, and fills in what was left out.
func (o *Options) Check() error {
	if !realms().MatchString(o.Realm) {
		return fmt.Errorf("%q is not a valid realm: 1 to 32 lower-case letters, digits and hyphens", o.Realm)
	}
	if o.Replicas == 0 {
		o.Replicas = 1
	}
	if o.Replicas != 1 && o.Replicas != 3 && o.Replicas != 5 {
		return fmt.Errorf("%d is not a valid number of replicas: 1, 3 or 5", o.Replicas)
	}
	return nil
}

func (o *Options) stream() string    { return "curfew-" + o.Realm }
func (o *Options) subject() string   { return "curfew." + o.Realm + ".journal" }
func (o *Options) cursors() string   { return o.stream() + "-cursors" }
func (o *Options) snapshots() string { return o.stream() + "-snapshots" }

// Secrets is the subject of questions between the nodes of the realm. No stream has it.
func (o *Options) Secrets() string { return "curfew." + o.Realm + ".secrets" }

func (o *Options) leases() string { return o.stream() + "-leases" }
func (o *Options) facts() string  { return "curfew." + o.Realm + ".facts" }

// queue is the name of a stream, like that of a journal, and so has a character that no realm has.
func (o *Options) queue() string { return o.stream() + "_facts" }

func (o *Options) streamConfig() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:               o.stream(),
		Description:        "The journal of a realm of Curfew. Do not publish to it, and remove nothing.",
		Metadata:           map[string]string{metaFormat: journalFormat},
		Subjects:           []string{o.subject()},
		Storage:            jetstream.FileStorage,
		Replicas:           o.Replicas,
		Discard:            jetstream.DiscardNew,
		MaxMsgs:            -1,
		MaxBytes:           -1,
		MaxMsgsPerSubject:  -1,
		MaxMsgSize:         -1,
		MaxConsumers:       -1,
		Duplicates:         dedupe,
		DenyDelete:         true,
		AllowDirect:        true,
		AllowAtomicPublish: true,
	}
}

// fit says whether an existing stream keeps what is appended. It may have a limit of size, at which appends fail.
func (o *Options) fit(c jetstream.StreamConfig) error {
	switch format := c.Metadata[metaFormat]; {
	case format != "" && format != journalFormat:
		return fmt.Errorf("its messages have format %s, and this build knows format %s: use a newer curfew", format, journalFormat)
	case len(c.Subjects) != 1 || c.Subjects[0] != o.subject():
		return fmt.Errorf("its subjects are %q, not %q alone", c.Subjects, o.subject())
	case c.Retention != jetstream.LimitsPolicy || c.MaxAge != 0 || c.MaxMsgsPerSubject > 0 || c.Discard != jetstream.DiscardNew:
		return fmt.Errorf("it removes old messages by itself")
	case c.Storage != jetstream.FileStorage:
		return fmt.Errorf("it is in memory")
	case !c.AllowAtomicPublish || !c.AllowDirect:
		return fmt.Errorf("it does not allow atomic batches and direct reads, as servers do from version 2.12 on")
	case c.Sealed || c.NoAck || c.Mirror != nil || len(c.Sources) > 0 || c.SubjectTransform != nil || c.AllowRollup:
		return fmt.Errorf("it is sealed, unacknowledged, changed on the way, or a copy")
	}
	return nil
}
