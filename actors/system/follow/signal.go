package follow

// A Signal wakes one goroutine that waits for it in a select. It is pending at most once; receiving clears it.
type Signal chan struct{}

// NewSignal makes a signal that is not set.
func NewSignal() Signal { return make(Signal, 1) }

// Set makes the signal pending. It never blocks.
func (s Signal) Set() {
	select {
	case s <- struct{}{}:
	default: // pending already
	}
}
