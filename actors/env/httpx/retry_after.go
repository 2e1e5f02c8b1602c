package httpx

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxRetryAfter is the longest wait that a server can ask for; what is longer counts as this.
const MaxRetryAfter = 31 * 24 * time.Hour

// RetryAfter is how long a response asks to wait before the next request; 0 if it does not ask. Some servers give
// milliseconds in a header of their own, which is more exact.
func RetryAfter(h http.Header) time.Duration {
	if ms := number(h.Get("Retry-After-Ms"), time.Millisecond); ms > 0 {
		return ms
	}
	return retryAfter(h.Get("Retry-After"), time.Now())
}

// retryAfter reads the header, which is a number of seconds or an HTTP date, and from some servers a fraction or a
// duration such as "3s"; 0 if it is none of these, or past.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if d := number(header, time.Second); d > 0 {
		return d
	}
	if d, err := time.ParseDuration(header); err == nil {
		return min(max(d, 0), MaxRetryAfter)
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), MaxRetryAfter)
}

// number is that many units; 0 if the text is not a number above 0.
func number(text string, unit time.Duration) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(n > 0) {
		return 0
	}
	return time.Duration(math.Min(n*float64(unit), float64(MaxRetryAfter)))
}
