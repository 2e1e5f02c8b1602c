package follow_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/follow"
)

// TestRest: it lasts as long as others need the cores, and no longer if somebody asks or the reader ends.
func TestRest(t *testing.T) {
	const long, look = time.Second, 20 * time.Millisecond
	for name, c := range map[string]struct {
		others func(began time.Time) func() bool
		asked  bool
		ends   bool
		want   time.Duration
	}{
		"nobody says":           {},
		"nobody needs them":     {others: func(time.Time) func() bool { return func() bool { return false } }},
		"others need them":      {others: until(long), want: long},
		"others and a question": {others: until(long), asked: true},
		"others and the end":    {others: until(long), ends: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				asked, began := follow.NewSignal(), time.Now()
				var others func() bool
				if c.others != nil {
					others = c.others(began)
				}
				if c.asked {
					asked.Set()
				}
				if c.ends {
					cancel()
				}
				follow.Rest(ctx, others, asked)
				if took := time.Since(began); took < c.want || took >= c.want+look {
					t.Errorf("it rested %v, want %v", took, c.want)
				}
			})
		})
	}
}

// until is others that need the cores for so long.
func until(long time.Duration) func(time.Time) func() bool {
	return func(began time.Time) func() bool { return func() bool { return time.Since(began) < long } }
}
