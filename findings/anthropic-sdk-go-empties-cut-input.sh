#!/usr/bin/env bash
# anthropic-sdk-go v1.84.0: Message.Accumulate makes {} of a tool's input that was cut off.
#
# A stream that ends with stop_reason max_tokens may end in the middle of a tool's arguments. The API allows such an
# answer. The accumulated block then has the input {} and there is no error, so a program that looks only at the blocks
# calls the tool without arguments. The arguments that came are only in the events.
#
# Seen with Go 1.26, 2026-11-28. Needs Go and its modules; the server is on loopback.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

const stream = `event: message_start
data: {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"send","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"to\": \"bo"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":7}}

event: message_stop
data: {"type":"message_stop"}

`

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, stream)
	}))
	defer server.Close()
	client := anthropic.NewClient(option.WithBaseURL(server.URL), option.WithAPIKey("k"), option.WithMaxRetries(0))
	events := client.Messages.NewStreaming(context.Background(), anthropic.MessageNewParams{
		Model: "m", MaxTokens: 10, Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("hi"))},
	})
	var said anthropic.Message
	pieces := ""
	for events.Next() {
		e := events.Current()
		pieces += e.Delta.PartialJSON
		if err := said.Accumulate(e); err != nil {
			fmt.Println("accumulate:", err)
		}
	}
	fmt.Printf("error: %v, stop: %s, said: %s, input: %s\n", events.Err(), said.StopReason, pieces, said.Content[0].Input)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/anthropics/anthropic-sdk-go@v1.84.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
got=$(go run .)
want='error: <nil>, stop: max_tokens, said: {"to": "bo, input: {}'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
