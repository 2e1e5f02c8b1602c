package bus

// signal wakes one goroutine. However often it is set before that goroutine looks, it wakes it once.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

// set never blocks.
func (s signal) set() {
	select {
	case s <- struct{}{}:
	default:
	}
}
