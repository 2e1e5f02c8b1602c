package host

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestTerm: a term is a context, whether somebody asked before it ended or only then, and by whatever method.
func TestTerm(t *testing.T) {
	const timeout = time.Minute
	type key struct{}
	asks := map[string]func(context.Context) context.Context{
		"it": func(c context.Context) context.Context { return c },
		"a derived one": func(c context.Context) context.Context {
			derived, end := context.WithCancel(c)
			t.Cleanup(end)
			return derived
		},
		"a value": func(c context.Context) context.Context { return context.WithValue(c, key{}, 1) },
	}
	for _, c := range []struct {
		name  string
		ends  func(*term)
		err   error
		cause error
	}{
		{"goes on", func(*term) {}, nil, nil},
		{"stopped", (*term).stop, context.Canceled, context.Canceled},
		{"timed out", func(m *term) { time.Sleep(timeout); m.expire() }, context.DeadlineExceeded, errTimeout},
		{"stopped, then timed out", func(m *term) { m.stop(); time.Sleep(timeout); m.expire() }, context.Canceled, context.Canceled},
		{"timed out, then stopped", func(m *term) { time.Sleep(timeout); m.expire(); m.stop() }, context.DeadlineExceeded, errTimeout},
	} {
		for who, ask := range asks {
			for _, early := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					m := &term{deadline: time.Now().Add(timeout)}
					defer m.stop()
					var ctx context.Context
					if early {
						ctx = ask(m)
						<-time.After(time.Second)
					}
					c.ends(m)
					synctest.Wait()
					if got := m.cause(); !errors.Is(got, c.cause) {
						t.Errorf("%s, %s: the cause is %v, want %v", c.name, who, got, c.cause)
					}
					if !early {
						ctx = ask(m)
					}
					if got := ctx.Err(); !errors.Is(got, c.err) {
						t.Errorf("%s, %s asked, early %v: the error is %v, want %v", c.name, who, early, got, c.err)
					}
					select {
					case <-ctx.Done():
						if c.err == nil {
							t.Errorf("%s: %s is done", c.name, who)
						}
					default:
						if c.err != nil {
							t.Errorf("%s: %s is not done", c.name, who)
						}
					}
					if at, ok := ctx.Deadline(); !ok || !at.Equal(m.deadline) {
						t.Errorf("%s: the deadline is %v, %v", c.name, at, ok)
					}
				})
			}
		}
	}
}

// TestTermWithoutDeadline: nothing but an order ends it.
func TestTermWithoutDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &term{}
		if _, ok := m.Deadline(); ok || m.Err() != nil {
			t.Errorf("it has a deadline, or has ended: %v", m.Err())
		}
		time.Sleep(24 * time.Hour)
		if m.Err() != nil || m.cause() != nil {
			t.Errorf("it has ended: %v", m.Err())
		}
		m.stop()
		if <-m.Done(); !errors.Is(m.Err(), context.Canceled) {
			t.Errorf("the error is %v", m.Err())
		}
	})
}
