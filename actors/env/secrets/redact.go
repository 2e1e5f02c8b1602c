// Package secrets takes what must not be shown out of texts: tokens, keys, and whatever else the daemon holds
// for its jobs. Texts are shown to people, written to the journal and sent to others, so every text that comes
// from a job or a server passes here first.
//
// A secret is found as it stands, and as it looks in JSON, a URL, HTML and base64 (also inside a longer base64
// text, such as a Basic header). One that is spread over a text, or encoded otherwise (hex, `\u` escapes), is not.
package secrets

// Redacted stands in the place of a secret.
const Redacted = "[redacted]"

// Redact takes the secrets out of a text. Empty ones are passed over. A secret that was cut is not found, so
// redact before cutting.
func Redact(s string, secrets ...string) string { return newFinder(secrets).redact(s) }

// RedactCut is [Redact] for a text of which the end is missing: the beginning of a secret that the cut went
// through is taken out, too.
func RedactCut(s string, secrets ...string) string {
	f := newFinder(secrets)
	s = f.redact(s)
	return s[:len(s)-f.begun(s)]
}
