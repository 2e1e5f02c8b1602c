package host

import "curfew/supervisor"

// CloseLive ends live output as the end of an attempt does.
func CloseLive(l *Live) { l.close() }

// RunAttempt runs an attempt to its end.
func RunAttempt(h *Host, order *supervisor.Start) {
	h.begin(order, mailer{current: &nobodys}).Run()
}

// nobodys is the current attempt of no actor.
var nobodys current
