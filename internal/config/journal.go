package config

import "time"

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
			o.at(o.get("keep"), "keep must be at least %v, so that yesterday's slots can still be explained", MinKeep)
		}
	}
	if v, ok := o.size("max"); ok {
		b.out.Journal.Max = v
	}
}
