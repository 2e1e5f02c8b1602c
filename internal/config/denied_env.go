package config

import (
	"strings"

	"curfew/actors"
)

// headerEnv notes the variables that hold secret headers, so that no job's process gets them. The last word of an entry
// is the variable's name.
func (b *builder) headerEnv(n *node, kind actors.Kind) {
	if kind.Name != httpKind {
		return
	}
	m := n.find("header_env")
	if m == nil {
		return
	}
	for _, entry := range m.value.members {
		if text, ok := entry.value.scalar.(string); ok {
			b.out.DenyEnv = append(b.out.DenyEnv, text[strings.LastIndexByte(text, ' ')+1:])
		}
	}
}

// bearerEnv notes the variables that hold the tokens of MCP servers, so that no job's process gets them.
func (b *builder) bearerEnv(n *node) {
	servers := n.find("mcp")
	if servers == nil {
		return
	}
	for _, server := range servers.value.members {
		if m := server.value.find("bearer_env"); m != nil {
			if name, ok := m.value.scalar.(string); ok {
				b.out.DenyEnv = append(b.out.DenyEnv, name)
			}
		}
	}
}
