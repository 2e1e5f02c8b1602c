package world

import (
	"testing"

	client "github.com/nats-io/nats.go"

	"curfew/bus"
	"curfew/bus/nats"
)

// Realm is the journal of a realm on a server of JetStream, for processes in a bubble. The lease to decide
// is theirs.
type Realm struct {
	*Beyond
	nc *client.Conn
	o  nats.Options
}

// NewRealm is a realm that nobody has used. It must be called outside the bubble.
func NewRealm(t testing.TB, nc *client.Conn, name string) *Realm {
	t.Helper()
	r := &Realm{Beyond: NewBeyond(t), nc: nc, o: nats.Options{Realm: name}}
	leases, err := nats.OpenLeases(t.Context(), nc, r.o)
	if err != nil {
		t.Fatal(err)
	}
	term, ok, err := leases.Take(t.Context(), "decider", "story")
	if err != nil || !ok {
		t.Fatalf("the lease of realm %s: %v, %v", name, ok, err)
	}
	go func() { _ = leases.Keep(t.Context(), term) }()
	return r
}

// Open is the journal of one more process, which is its only writer.
func (r *Realm) Open(t testing.TB) bus.Journal {
	j, err := value(r.Beyond, func() (*nats.Journal, error) { return nats.Open(r.ctx, r.nc, r.o) })
	if err != nil {
		t.Fatal(err)
	}
	return &beyondJournal{r.Beyond, j}
}

// Join is the journal of one more process, which follows until it is told to decide.
func (r *Realm) Join(t testing.TB) bus.Relay {
	j, err := value(r.Beyond, func() (*nats.Relay, error) { return nats.Join(r.ctx, r.nc, r.o) })
	if err != nil {
		t.Fatal(err)
	}
	return &beyondRelay{beyondJournal{r.Beyond, j}, j}
}
