package host

// CloseLive ends live output as the end of an attempt does.
func CloseLive(l *Live) { l.close() }
