package config

import "strings"

// keys notes the variables that hold keys of a job, so that no job's process gets them. N is its `with` block.
func (b *builder) keys(n *node, actor string) {
	switch actor {
	case httpKind:
		b.headerEnv(n)
	case agentKind:
		b.bearerEnv(n)
		b.providerEnv(n)
	}
}

// providerEnv notes the variable with the key of a job's own provider.
func (b *builder) providerEnv(n *node) {
	p := n.find("provider")
	if p == nil {
		return
	}
	if key := p.value.find("api_key_env"); key != nil {
		if name, ok := key.value.scalar.(string); ok {
			b.out.DenyEnv = append(b.out.DenyEnv, name)
		}
	}
}

// headerEnv notes the variables that hold secret headers. The last word of an entry is the variable's name.
func (b *builder) headerEnv(n *node) {
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

// bearerEnv notes the variables that hold the tokens of MCP servers.
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
