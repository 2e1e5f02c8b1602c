package host

import "io"

// CloseLive ends live output as the end of an attempt does.
func CloseLive(l *Live) { l.close() }

// Redacting is what stands between an attempt with secrets and its live output.
func Redacting(to io.Writer, redact func(string) string) io.Writer {
	return &lines{to: to, redact: redact}
}
