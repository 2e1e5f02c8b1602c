package config

import "time"

// Journal says how long the journal keeps records.
type Journal struct {
	Keep time.Duration
	Max  int64 // bytes of records
}

// journal reads the key journal.
func (b *builder) journal(top object) {
	b.out.Journal = Journal{Keep: defaultKeep, Max: defaultMax}
	n := top.get("journal")
	if n == nil {
		return
	}
	o, ok := b.object(n, describedJournal)
	if !ok {
		return
	}
	if d, ok := o.duration("keep"); ok {
		b.out.Journal.Keep = d.D()
	}
	if v, ok := o.size("max"); ok {
		b.out.Journal.Max = v
	}
}
