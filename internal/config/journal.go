package config

import (
	"math"
	"time"

	"github.com/dustin/go-humanize"
)

// Journal says how long the journal keeps records.
type Journal struct {
	Keep time.Duration
	Max  int64 // bytes of records
}

// journal reads the key journal.
func (b *builder) journal(top object) {
	b.out.Journal = Journal{Keep: DefaultKeep, Max: DefaultMax}
	n := top.get("journal")
	if n == nil {
		return
	}
	o, ok := b.object(n, "journal", []string{"keep", "max"})
	if !ok {
		return
	}
	if d, ok := o.days("keep", MaxSpan); ok {
		b.out.Journal.Keep = d.D()
		if d.D() < MinKeep {
			o.at(o.get("keep"), "keep must be at least %v: what was due must still be explained the day after", MinKeep)
		}
	}
	if v, ok := o.size("max"); ok {
		b.out.Journal.Max = v
	}
}

// size is a number of bytes: "2GiB", "500MB".
func (o object) size(key string) (int64, bool) {
	n := o.get(key)
	if n == nil {
		return 0, false
	}
	s, ok := n.scalar.(string)
	if !ok || n.shape != shapeText {
		o.at(n, `%s must be a size such as "2GiB", not %s`, key, n)
		return 0, false
	}
	v, err := humanize.ParseBytes(s)
	switch {
	case err != nil:
		o.at(n, `%s must be a size such as "2GiB", not %q`, key, s)
	case v < MinMax || v > math.MaxInt64/2:
		o.at(n, "%s must be at least %s, not %q", key, humanize.IBytes(MinMax), s)
	default:
		return int64(v), true
	}
	return 0, false
}
