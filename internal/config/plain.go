package config

import (
	"bytes"
	"encoding/json"
)

// plain is a node as values that encoding/json can write.
func plain(n *node) any {
	switch {
	case n == nil:
		return nil
	case n.shape == shapeMapping:
		out := make(map[string]any, len(n.members))
		for _, m := range n.members {
			out[m.key] = plain(m.value)
		}
		return out
	case n.shape == shapeList:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = plain(item)
		}
		return out
	default:
		return n.scalar
	}
}

// marshal writes JSON with sorted keys, so that the order of keys in a file does not matter.
func marshal(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}
