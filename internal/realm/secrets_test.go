package realm_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/internal/realm"
)

// The keys are made once, are readable by their owner only, and a file that is none is named without its content.
func TestKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.key")
	k, err := realm.OpenKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := realm.OpenKeys(path)
	if err != nil || !bytes.Equal(again.Public(), k.Public()) {
		t.Errorf("the next start has another key: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("open-sesame"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := realm.OpenKeys(path); err == nil || strings.Contains(err.Error(), "sesame") || !strings.Contains(err.Error(), "node.key") {
		t.Errorf("a file that is no key: %v", err)
	}
}

// A node gets what was sealed for it, by the key that the journal has of it; nobody who listens can read it, and who is
// not in the journal gets nothing.
func TestSecrets(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	var mu sync.Mutex
	keys := map[string][]byte{}
	node := func(name string) *realm.Secrets {
		k, err := realm.OpenKeys(filepath.Join(t.TempDir(), "node.key"))
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		keys[name] = k.Public()
		return &realm.Secrets{
			Conn: nc, Realm: nats.Options{Realm: "test"}, Node: name, Keys: k,
			KeyOf: func(_ context.Context, node string) []byte {
				mu.Lock()
				defer mu.Unlock()
				return keys[node]
			},
		}
	}
	a, b, stranger := node("a"), node("b"), node("stranger")
	delete(keys, "stranger")
	var heard [][]byte
	ears, err := nc.Subscribe(">", func(m *client.Msg) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, m.Data)
	})
	if err != nil {
		t.Fatal(err)
	}
	stop, err := a.Answer(func(session string, generation uint64, seal func([]byte) []byte) []byte {
		if session != "default" || generation != 7 {
			return nil
		}
		return seal([]byte(password))
	}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if got, err := b.Ask(t.Context(), "default", 7); err != nil || string(got) != password {
		t.Errorf("the secret is %d bytes, %v", len(got), err)
	}
	for what, ask := range map[string]func(context.Context) ([]byte, error){
		"another generation": func(ctx context.Context) ([]byte, error) { return b.Ask(ctx, "default", 8) },
		"a stranger":         func(ctx context.Context) ([]byte, error) { return stranger.Ask(ctx, "default", 7) },
		"by b's name": func(ctx context.Context) ([]byte, error) {
			thief := *stranger
			thief.Node = "b"
			return thief.Ask(ctx, "default", 7)
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		got, err := ask(ctx)
		if cancel(); err == nil || len(got) > 0 {
			t.Errorf("%s is answered", what)
		}
	}
	if err := errors.Join(nc.Flush(), ears.Drain()); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(heard) == 0 || natstest.InTheClear(heard, password) {
		t.Errorf("who listens has heard %d messages, and the secret among them: %t", len(heard), len(heard) > 0)
	}
}
