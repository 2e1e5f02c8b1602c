package tools

import (
	"bytes"
	"encoding/json"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// mend rewrites the parts of a message's result that the library cannot read, or not exactly. Without that the library
// would throw away a whole result for one part of a new type, and a whole list for one tool, and round large numbers in
// structured data, which it gets as a text in their place.
func mend(message []byte) []byte {
	if !bytes.Contains(message, []byte(`"result"`)) {
		return message
	}
	var m map[string]json.RawMessage
	var result map[string]json.RawMessage
	if json.Unmarshal(message, &m) != nil || json.Unmarshal(m["result"], &result) != nil {
		return message
	}
	mended := asText(result, "structuredContent")
	if json.Unmarshal(m["result"], &mcp.CallToolResult{}) != nil || json.Unmarshal(m["result"], &mcp.ListToolsResult{}) != nil {
		mended = mendEach(result, "content", readable, standIn) || mendEach(result, "tools", isTool, bareTool) || mended
	}
	if !mended {
		return message
	}
	m["result"], _ = json.Marshal(result) // what was read from JSON can be written
	out, err := json.Marshal(m)
	if err != nil {
		return message
	}
	return out
}

// asText makes a member that is JSON a text with that JSON. False: there is nothing in it.
func asText(of map[string]json.RawMessage, name string) bool {
	if raw := of[name]; len(raw) == 0 || string(raw) == "null" {
		return false
	}
	of[name], _ = json.Marshal(string(of[name])) // a text can always be written
	return true
}

// mendEach replaces each member of a list that is not good by another. False: nothing was replaced.
func mendEach(of map[string]json.RawMessage, list string, good func(json.RawMessage) bool, another func(json.RawMessage) any) (mended bool) {
	var members []json.RawMessage
	if json.Unmarshal(of[list], &members) != nil {
		return false
	}
	for i, raw := range members {
		if good(raw) {
			continue
		}
		stands, err := json.Marshal(another(raw))
		if err != nil {
			return false
		}
		members[i], mended = stands, true
	}
	if mended {
		of[list], _ = json.Marshal(members)
	}
	return mended
}

// readable reports whether the library knows a part of a result.
func readable(part json.RawMessage) bool {
	whole, err := json.Marshal(map[string]any{"content": []json.RawMessage{part}})
	return err == nil && json.Unmarshal(whole, &mcp.CallToolResult{}) == nil
}

// standIn shows a part as text.
func standIn(part json.RawMessage) any {
	return map[string]string{"type": "text", "text": unknownPart(part)}
}

func isTool(raw json.RawMessage) bool {
	var t *mcp.Tool
	return json.Unmarshal(raw, &t) == nil && t != nil
}

// bareTool is a tool without a schema, which is never offered.
func bareTool(raw json.RawMessage) any {
	var t struct {
		Name any `json:"name"`
	}
	_ = json.Unmarshal(raw, &t) // it may be anything
	name, _ := t.Name.(string)
	return map[string]string{"name": name}
}
