package bus

import (
	"slices"

	"curfew/messages"
)

// PageSize is the largest number of records that one read returns, here and in callers of [Records.Read].
const PageSize = 1024

// PageBytes is the size at which a page ends early: about that many bytes of JSON, or of memory ([Weight]).
const PageBytes = 8 << 20

// Clip copies the beginning of rs: at most limit records of about [PageBytes] together, but at least one.
func Clip(rs []messages.Record, limit int) []messages.Record {
	rs = rs[:min(limit, len(rs))]
	bytes := 0
	for i, r := range rs {
		if bytes += Weight(r.Body); bytes > PageBytes && i > 0 {
			rs = rs[:i]
			break
		}
	}
	return slices.Clone(rs)
}

// Weight is about how many bytes of memory a record takes. It counts only the parts that can be large.
func Weight(b messages.Body) int {
	const base, slot = 256, 64
	switch m := b.(type) {
	case messages.AttemptSucceeded:
		return base + len(m.Output) + ofTrace(m.Trace)
	case messages.AttemptFailed:
		return base + len(m.Output) + len(m.Error) + ofTrace(m.Trace)
	case messages.AttemptInterrupted:
		return base + len(m.Output) + ofTrace(m.Trace)
	case messages.ErrorReported:
		return base + len(m.Error)
	case messages.JobDefined:
		if m.Kept == nil { // the machine refuses it
			return base
		}
		return 2*base + len(m.With) + ofTexts(m.EnvValues)
	case messages.SlotsDue:
		return base + slot*len(m.Slots)
	case messages.SlotsMissed:
		return base + slot*len(m.Slots)
	case messages.RuntimeConfigured:
		return base + base*(len(m.Sessions)+len(m.Lanes))
	case messages.Opaque:
		return base + len(m.Payload) + ofTexts(m.Metadata)
	default:
		return base
	}
}

func ofTrace(steps []messages.Step) (n int) {
	const step = 128
	for i := range steps {
		n += step + len(steps[i].Text)
	}
	return n
}

func ofTexts(texts map[string]string) (n int) {
	for name, text := range texts {
		n += len(name) + len(text)
	}
	return n
}
