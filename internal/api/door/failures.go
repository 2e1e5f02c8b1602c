package door

import (
	"net/netip"
	"sync"
	"time"
)

// Bounds of wrong tokens.
const (
	mostFailures  = 10              // of one address in a row, before it has to wait
	failureRest   = 6 * time.Second // after which one failure is forgotten
	mostAddresses = 4_096           // that are remembered; the one that failed longest ago is forgotten first
)

// failures counts wrong tokens by address.
type failures struct {
	mu  sync.Mutex
	all map[netip.Addr]count
}

// count is how many failures an address had at a time.
type count struct {
	n  int
	at time.Time
}

// left is the count at a later time.
func (c count) left(now time.Time) int {
	return max(0, c.n-int(now.Sub(c.at)/failureRest))
}

// wait is how long an address has to wait; 0: not at all.
func (f *failures) wait(a netip.Addr, now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, known := f.all[prefix(a)]
	if !known || c.left(now) < mostFailures {
		return 0
	}
	return failureRest - now.Sub(c.at)%failureRest
}

// add counts a failure.
func (f *failures) add(a netip.Addr, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil {
		f.all = make(map[netip.Addr]count)
	}
	a = prefix(a)
	c, known := f.all[a]
	if !known && len(f.all) >= mostAddresses {
		f.forget()
	}
	f.all[a] = count{min(mostFailures, c.left(now)+1), now}
}

// forget makes room: it drops the address that failed longest ago.
func (f *failures) forget() {
	var oldest netip.Addr
	for a, c := range f.all {
		if !oldest.IsValid() || c.at.Before(f.all[oldest].at) {
			oldest = a
		}
	}
	delete(f.all, oldest)
}

// prefix is what counts as one address: of IPv6 the first 64 bits, since whoever has one has them all.
func prefix(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
