package gate

import (
	"testing"
	"testing/synctest"
	"time"

	"curfew/messages"
)

// TestForecast: a gate closes ahead of the end of its token; at the end if the token's source vouches for it.
func TestForecast(t *testing.T) {
	for name, c := range map[string]struct {
		vouched uint64
		want    time.Duration
	}{
		"by itself":             {0, 3570 * time.Second},
		"vouched for":           {3, time.Hour},
		"another's vouched for": {2, 3570 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, closed := time.Now(), time.Duration(0)
				f := newForecaster(time.Now, nil, func(_ string, f messages.Fact) {
					if f.(messages.SessionExpired).Generation == 3 {
						closed = time.Since(start)
					}
				})
				f.start()
				f.expect("default", 3, messages.At(start), messages.At(start.Add(time.Hour)))
				time.Sleep(55 * time.Minute)
				f.vouch("default", c.vouched)
				time.Sleep(10 * time.Minute)
				f.stop()
				if closed.Round(time.Second) != c.want {
					t.Errorf("it closed after %s, want %s", closed, c.want)
				}
			})
		})
	}
}
