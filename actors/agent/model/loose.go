package model

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// Members of answers are read in several forms, so that a good answer is not thrown away for a number that is a text.
// Members that are not used are not read at all. Reading one of these types never fails.

// looseText is a text, or a number or boolean as it is written; empty for anything else.
type looseText string

// UnmarshalJSON reads any JSON value.
func (t *looseText) UnmarshalJSON(raw []byte) error {
	var s string
	switch {
	case json.Unmarshal(raw, &s) == nil:
		*t = looseText(s)
	case len(raw) > 0 && !strings.ContainsRune("{[n", rune(raw[0])):
		*t = looseText(raw)
	default:
		*t = ""
	}
	return nil
}

// maxCount bounds a number of tokens, so that no sum of them overflows.
const maxCount = 1 << 40

// count is a number of tokens, from a whole number, a fraction or a text. It is 0 for anything else and for negative
// numbers, and at most [maxCount].
type count int

// UnmarshalJSON reads any JSON value.
func (c *count) UnmarshalJSON(raw []byte) error {
	*c = 0
	f, err := strconv.ParseFloat(strings.Trim(string(raw), `" `), 64)
	if (err == nil || errors.Is(err, strconv.ErrRange)) && !math.IsNaN(f) { // out of range it is infinite
		*c = count(min(max(f, 0), maxCount))
	}
	return nil
}

// content is what was said: a text, or a list of parts.
type content struct {
	text     string
	refusal  string
	thoughts bool // there were parts of other kinds
}

// UnmarshalJSON reads any JSON value.
func (c *content) UnmarshalJSON(raw []byte) error {
	*c = content{}
	var parts []json.RawMessage
	if len(raw) > 0 && raw[0] == '{' {
		parts = append(parts, raw)
	} else if json.Unmarshal(raw, &parts) != nil {
		return json.Unmarshal(raw, (*looseText)(&c.text))
	}
	for _, p := range parts {
		var part struct {
			Type, Text, Refusal looseText
		}
		var text looseText
		switch {
		case json.Unmarshal(p, &part) != nil: // it is not an object
			_ = text.UnmarshalJSON(p)
			c.text += string(text)
		case part.Type == "refusal":
			c.refusal += string(part.Refusal)
		case part.Type == "" || part.Type == "text" || part.Type == "output_text":
			c.text += string(part.Text)
		default:
			c.thoughts = true
		}
	}
	return nil
}
