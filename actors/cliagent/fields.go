package cliagent

import (
	"encoding/json"
	"strconv"
	"strings"

	"curfew/actors"
)

// lastObject is the last JSON object of a text: one on a line of its own, or one over several lines of which the first
// is "{" or begins with it. Of a list the last object counts. With atEnd nothing may stand after it; else up to
// [actors.EndLines] lines may, such as those of a log.
func lastObject(text string, atEnd bool) (map[string]any, bool) {
	lines := strings.Split(strings.TrimRight(text, " \t\r\n"), "\n")
	for i := len(lines) - 1; i >= 0 && len(lines)-i <= actors.EndLines; i-- {
		line := strings.TrimSpace(lines[i])
		if o, ok := object(line); ok {
			return o, true
		}
		if line == "}" || line == "]" {
			if o, ok := spread(lines[:i+1]); ok {
				return o, true
			}
		}
		if atEnd {
			break
		}
	}
	return nil, false
}

// spread is an object over the last of these lines.
func spread(lines []string) (map[string]any, bool) {
	for from := len(lines) - 2; from >= 0; from-- {
		if strings.HasPrefix(lines[from], "{") || strings.HasPrefix(lines[from], "[") {
			return object(strings.Join(lines[from:], "\n"))
		}
	}
	return nil, false
}

// object reads a JSON object, or the last object of a list.
func object(text string) (map[string]any, bool) {
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil, false
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return nil, false
	}
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[len(list)-1]
	}
	o, ok := v.(map[string]any)
	return o, ok
}

// lookup is the field at a path: names of members, and places in lists, which count from 0, or from the end as -1.
func lookup(v any, path string) (any, bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[part]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(part)
			if i < 0 {
				i += len(in)
			}
			if err != nil || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// messagePaths are where programs say in JSON what went wrong, the most exact place first.
var messagePaths = []string{
	"error.data.message", "error.message", "errorMessage", "messages.-1.errorMessage", "message.errorMessage", "error", "result", "message",
}

// message is what an object says to people; empty: nothing that is known.
func message(o map[string]any) string {
	for _, path := range messagePaths {
		if v, ok := lookup(o, path); ok {
			text, isText := v.(string)
			if inner, nested := object(text); nested && message(inner) != "" {
				return message(inner) // some hand on the answer of their backend as it is
			}
			if isText && strings.TrimSpace(text) != "" {
				return text
			}
		}
	}
	return ""
}

// asText is a text, a number or a truth value as it is written.
func asText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	default:
		return "", false
	}
}
