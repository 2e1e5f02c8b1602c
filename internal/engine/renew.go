package engine

import (
	"maps"
	"reflect"
	"slices"

	"curfew/actors/system/notifier"
	"curfew/actors/system/refresher"
	"curfew/internal/config"
)

// aim lets the notifier go on with other targets. It comes before anything is sent to them.
func (d *duties) aim(next *settings) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.over {
		d.notifier.Set(d.r.targets(next), d.r.reader("notifier", d.r.log.Last(), notifier.Topics...))
	}
}

// renew lets the other parts go on by other settings.
func (d *duties) renew(next *settings) error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return nil
	}
	d.refreshAnew(next)
	return d.pingAnew(next)
}

// refreshAnew lets the refresher go on by other sources. A refresh by a source that is as before goes on.
func (d *duties) refreshAnew(next *settings) {
	before := map[string]config.Credential{}
	for _, c := range d.sources {
		before[c.Session] = c
	}
	var fresh []config.Credential
	for _, c := range next.Credentials {
		old, known := before[c.Session]
		if known && reflect.DeepEqual(old, c) {
			delete(before, c.Session)
			continue
		}
		fresh = append(fresh, c)
	}
	d.sources = next.Credentials
	d.refresher.Set(slices.Sorted(maps.Keys(before)), d.r.refreshing(fresh),
		d.r.reader("refresher", d.r.log.Last(), refresher.Topics...))
}

// pingAnew lets the pinger go on with other monitors.
func (d *duties) pingAnew(next *settings) error {
	if d.pinger == nil {
		return d.ping(next, d.r.log.Last())
	}
	d.pinger.Set(d.r.monitors(next))
	return nil
}
