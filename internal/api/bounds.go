package api

import "unicode/utf8"

// maxEchoed is how many bytes of a client's text an answer repeats.
const maxEchoed = 100

// Cut shortens a client's text for an answer or a line of the log.
func Cut(text string) string {
	if len(text) <= maxEchoed {
		return text
	}
	end := maxEchoed
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// short refuses a field of a body that is longer than limit, in bytes.
func short(field, text string, limit int) error {
	if len(text) <= limit {
		return nil
	}
	return Unprocessable("%s is too long: it has %d bytes, and at most %d are allowed", field, len(text), limit)
}
