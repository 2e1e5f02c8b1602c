#!/usr/bin/env bash
# sashabaranov/go-openai v1.43.0: a tool call without arguments is sent back without the member `arguments`.
#
# A model may call a tool with "arguments": "". The call must be sent back with its result, and the API's schema requires
# function.arguments there. The library's type has omitempty, so the member is left out, and strict servers (vLLM,
# llama.cpp) answer 400 or 422, after the tool has run. With "{}" instead of "" the member is sent.
# Also, a chunk whose `created` is a fraction, as some servers send it, cannot be read.
#
# Seen with Go 1.26, 2026-11-28. Needs Go and its modules.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	openai "github.com/sashabaranov/go-openai"
)

func main() {
	for _, arguments := range []string{"", "{}"} {
		raw, err := json.Marshal(openai.ChatCompletionMessage{Role: "assistant", ToolCalls: []openai.ToolCall{
			{ID: "c1", Type: "function", Function: openai.FunctionCall{Name: "get", Arguments: arguments}},
		}})
		fmt.Println(string(raw), err)
	}
	var chunk openai.ChatCompletionStreamResponse
	err := json.Unmarshal([]byte(`{"created":1.5,"choices":[{"delta":{"content":"Hi."}}]}`), &chunk)
	fmt.Println("a chunk with a fraction is read:", err == nil)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/sashabaranov/go-openai@v1.43.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
got=$(go run .)
want='{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"get"}}]} <nil>
{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"get","arguments":"{}"}}]} <nil>
a chunk with a fraction is read: false'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
