// Package secrets redacts texts: it removes tokens, keys, and whatever else the daemon holds for its jobs. Texts are
// shown to people, written to the journal and sent to others, so every text from a job or a server is redacted first.
//
// A secret is found as it is, and in the form that it has in JSON, a URL, HTML and base64 (also inside a longer base64
// text, such as a Basic header). It is not found in parts, or in another encoding (hex, `\u` escapes).
package secrets

// Redacted is the mark in the place of a secret.
const Redacted = "[redacted]"

// Redact redacts the secrets in a text. Empty secrets are ignored. A secret that was cut is not found, so redact a text
// before you cut it.
func Redact(s string, secrets ...string) string { return newFinder(secrets).redact(s) }

// RedactCut is [Redact] for a text whose end is missing: it also removes the beginning of a secret that was cut.
func RedactCut(s string, secrets ...string) string {
	f := newFinder(secrets)
	s = f.redact(s)
	return s[:len(s)-f.begun(s)]
}
