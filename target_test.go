package curfew_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"curfew"
	"curfew/actors"
	"curfew/messages"
)

// postSpec is the block of a kind of target.
type postSpec struct {
	Box string `json:"box"`
}

func (postSpec) Kind() string    { return "post" }
func (postSpec) Validate() error { return nil }

// post takes nothing at first, and refuses what is urgent for good.
type post struct {
	postSpec
	mu   sync.Mutex
	sent []actors.Message
}

func (p *post) Send(_ context.Context, m actors.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	switch {
	case strings.Contains(m.Text, "urgent"):
		return actors.Permanent(errors.New("no urgent mail"))
	case len(p.sent) == 1:
		return actors.RetryAfter(errors.New("closed"), time.Millisecond)
	}
	return nil
}

// TestOwnTarget: what a job delivers to a target of the program's own comes there, again after an error, and not after one
// that is for good.
func TestOwnTarget(t *testing.T) {
	p := &post{}
	rt, err := curfew.New(curfew.Config{
		Folder: t.TempDir(),
		Actors: func(kinds *actors.Registry) {
			actors.Register(kinds, newAsk)
			actors.RegisterTarget(kinds, func(_ actors.Env, s postSpec) actors.Target {
				p.postSpec = s
				return p
			})
		},
		Settings: map[string]any{"targets": map[string]any{"mail": map[string]any{"post": postSpec{Box: "12"}}}},
		Jobs: []curfew.Job{
			{Name: "question", Schedule: "@yearly", With: askSpec{Text: "forty-two"}, Keys: map[string]any{"deliver": map[string]any{"to": "mail"}}},
			{Name: "alarm", Schedule: "@yearly", With: askSpec{Text: "urgent"}, Keys: map[string]any{"deliver": map[string]any{"to": "mail"}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	heard := subscribe(t, rt, messages.TopicOutbox)
	for _, c := range []struct {
		job   string
		ok    bool
		tries int
		err   string
	}{{"question", true, 2, ""}, {"alarm", false, 1, "no urgent mail"}} {
		if _, err := rt.RunJob(t.Context(), c.job); err != nil {
			t.Fatal(err)
		}
		got := until(t, heard, anyOf[messages.DeliveryFinished])
		if got.OK != c.ok || got.Attempt != c.tries || got.To != "mail" || got.Error != c.err {
			t.Errorf("%s: %+v", c.job, got)
		}
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := p.sent[0]; p.Box != "12" || m.Kind != actors.MessageOutput || m.Job != "question" || m.Text != "forty-two" || m.ID != p.sent[1].ID {
		t.Errorf("box %s got %+v", p.Box, m)
	}
}
