package config

import (
	"strconv"
	"strings"
	"time"

	"curfew/internal/config/schema"
	"curfew/messages"
	"curfew/messages/text"
)

// lanes gives every actor type a lane. Gated types get a smaller one by default: an agent costs more than a process.
func (b *builder) lanes(top object) {
	sizes := make(map[string]int)
	if n := top.get("lanes"); n != nil {
		if o, ok := b.reader.object(n, schema.Form[schema.Object](top.is, "lanes")); ok {
			for _, m := range n.members {
				if _, known := o.is.Key(m.key); !known {
					continue
				}
				if size, ok := o.integer(m.key); ok {
					sizes[m.key] = size
				}
			}
		}
	}
	for _, name := range b.kinds.Names() {
		kind, err := b.kinds.Get(name)
		size, set := sizes[name]
		switch {
		case set:
		case err == nil && kind.Traits.Gated:
			size = defaultLaneGated
		default:
			size = defaultLane
		}
		b.out.Runtime.Lanes = append(b.out.Runtime.Lanes, messages.LaneConfig{Actor: name, Size: size})
	}
}

func (b *builder) release(top object) {
	b.out.Runtime.Release = messages.ReleaseConfig{
		CanaryWait: messages.Duration(defaultCanaryWait), Rate: defaultRate, WaitBackendOnly: true,
	}
	n := top.get("release")
	if n == nil {
		return
	}
	o, ok := b.reader.object(n, describedRelease)
	if !ok {
		return
	}
	if d, ok := o.duration("canary_wait"); ok {
		b.out.Runtime.Release.CanaryWait, b.out.Runtime.Release.WaitBackendOnly = d, false
	}
	if s, at := o.text("rate"); at != nil {
		rate, ok := parseRate(s)
		if !ok {
			b.at(at, `rate must be a number of starts per s, m or h, such as "10/s", and between 1/h and %d/s, not %q`, maxReleaseRate, s)
			return
		}
		b.out.Runtime.Release.Rate = rate
	}
}

// ratePattern is a decimal number, and a unit of time.
const ratePattern = `^\s*\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*/\s*[smh]\s*$`

var rateForm = text.Pattern(ratePattern)

// parseRate reads "N/s", "N/m" or "N/h" as starts per second.
func parseRate(s string) (float64, bool) {
	if !rateForm().MatchString(s) {
		return 0, false
	}
	count, unit, ok := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(strings.TrimSpace(count), 64)
	if !ok || err != nil {
		return 0, false
	}
	per, ok := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[strings.TrimSpace(unit)]
	if !ok {
		return 0, false
	}
	rate := n / per.Seconds()
	return rate, rate >= minReleaseRate && rate <= maxReleaseRate // false for NaN, too
}
