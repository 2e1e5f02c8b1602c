package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// InstantLayout is how an instant is written: RFC 3339, UTC, milliseconds.
const InstantLayout = "2006-01-02T15:04:05.000Z07:00"

// An Instant is a point of wall-clock time in milliseconds since the Unix epoch. The zero value
// means "none" and is null in JSON. It holds no zone and no monotonic reading, so that equal
// instants are equal values: the machine can be replayed from what was written.
type Instant int64

// At turns a time into an instant, dropping what is finer than a millisecond.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// Time is the instant as a UTC time; the zero time for none.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).UTC()
}

// IsZero reports whether there is no instant.
func (i Instant) IsZero() bool { return i == 0 }

// Add is the instant d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Sub is the time from o to i, never below zero: the wall clock may step back, a span does not.
func (i Instant) Sub(o Instant) time.Duration {
	return max(0, time.Duration(i-o)*time.Millisecond)
}

// String is RFC 3339 in UTC with milliseconds, or "-" for none.
func (i Instant) String() string {
	if i == 0 {
		return "-"
	}
	return i.Time().Format(InstantLayout)
}

// MarshalJSON writes RFC 3339 in UTC with milliseconds, or null.
func (i Instant) MarshalJSON() ([]byte, error) {
	return i.append(make([]byte, 0, len(InstantLayout))), nil
}

// UnmarshalJSON reads RFC 3339 (any zone) or null.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*i = 0
		return nil
	}
	if n := len(b); n == len(writtenForm)+2 && b[0] == '"' && b[n-1] == '"' {
		if at, ok := writtenInstant(b[1 : n-1]); ok {
			*i = at
			return nil
		}
	}
	s, plain := plainText(b)
	if !plain {
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("messages: an instant is an RFC 3339 text or null: %w", err)
		}
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("messages: an instant is an RFC 3339 text or null: %w", err)
	}
	*i = At(t)
	return nil
}

// plainText is the text between the quotes of a JSON string in which nothing is escaped.
func plainText(b []byte) (s string, ok bool) {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' || bytes.ContainsAny(b[1:len(b)-1], `"\`) {
		return "", false
	}
	return string(b[1 : len(b)-1]), true
}

// A Duration is a span that is written as a Go string, such as "1m30s", in JSON.
type Duration time.Duration

// D is the span as the standard library's type.
func (d Duration) D() time.Duration { return time.Duration(d) }

// String is the Go form, such as "1m30s".
func (d Duration) String() string { return time.Duration(d).String() }

// Short is that form for people, without trailing units that are 0: "1h", not "1h0m0s".
func (d Duration) Short() string {
	text := d.String()
	for _, unit := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, unit) {
			text = text[:len(text)-len("0s")]
		}
	}
	return text
}

// MarshalJSON writes the Go form.
func (d Duration) MarshalJSON() ([]byte, error) { return d.append(nil), nil }

// UnmarshalJSON reads the Go form.
func (d *Duration) UnmarshalJSON(b []byte) error {
	s, plain := plainText(b)
	if !plain {
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("messages: a duration is a text such as \"1m30s\": %w", err)
		}
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("messages: a duration is a text such as \"1m30s\": %w", err)
	}
	*d = Duration(v)
	return nil
}
