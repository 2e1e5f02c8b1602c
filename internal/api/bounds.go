package api

import "unicode/utf8"

// maxEchoed is how much of what somebody sent stands in an answer, in bytes.
const maxEchoed = 100

// Cut is a text as it may stand in an answer or a line of the log, whoever sent it.
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

// short refuses a field of a body that is longer than what the log takes, in bytes.
func short(field, text string, limit int) error {
	if len(text) <= limit {
		return nil
	}
	return Unprocessable("%s is too long: it has %d bytes, and the limit is %d", field, len(text), limit)
}
