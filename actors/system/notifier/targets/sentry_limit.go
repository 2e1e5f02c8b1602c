package targets

import (
	"sync"
	"time"
)

// How many error reports of one fingerprint are sent: one fault that many jobs share must not use up the monthly quota
// of a tracker. Reports that are held back are counted, and the next report that is sent tells how many.
const (
	Burst           = 20          // at once
	RefillEvery     = time.Minute // then one more
	maxFingerprints = 1_024       // that are remembered; the least recently used is forgotten first
)

// limiter is a token bucket for every fingerprint.
type limiter struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
	held   int    // reports held back since the last that was sent
	paid   string // the report that has taken a token and is on its way: another try of it takes none
}

// take takes a token for a report. It returns how many reports of its fingerprint were held back before it; if there is
// no token, how many are held back with it.
func (l *limiter) take(fingerprint, report string, now time.Time) (held int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(fingerprint, now)
	if since := now.Sub(b.at); since > 0 { // the clock may have been set back
		b.tokens = min(Burst, b.tokens+since.Seconds()/RefillEvery.Seconds())
	}
	b.at = now
	switch {
	case b.paid == report:
	case b.tokens < 1:
		b.held++
		return b.held, false
	default:
		b.tokens--
		b.paid = report
	}
	return b.held, true
}

// sent forgets the held back reports that a sent one has told of.
func (l *limiter) sent(fingerprint string, held int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.buckets[fingerprint]; b != nil {
		b.held -= held
	}
}

func (l *limiter) bucket(fingerprint string, now time.Time) *bucket {
	if b := l.buckets[fingerprint]; b != nil {
		return b
	}
	if l.buckets == nil {
		l.buckets = make(map[string]*bucket)
	}
	if len(l.buckets) >= maxFingerprints {
		var oldest string
		for f, b := range l.buckets {
			if oldest == "" || b.at.Before(l.buckets[oldest].at) {
				oldest = f
			}
		}
		delete(l.buckets, oldest)
	}
	b := &bucket{tokens: Burst, at: now}
	l.buckets[fingerprint] = b
	return b
}
