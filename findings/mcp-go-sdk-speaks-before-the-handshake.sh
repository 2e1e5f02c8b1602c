#!/usr/bin/env bash
# MCP's Go SDK 1.8.0: a client's first word is not `initialize`, so a server that insists on it is lost.
#
# In the protocol up to 2025-11-25 `initialize` is the first message. The client of this version begins with
# `server/discover`, of 2026-07-28, with whatever server. One that answers it with an error is asked to initialize on the
# same connection, and all is well. One that ends, as rmcp's servers did before 3 when anything else came first, fails to
# connect: "calling initialize: client is closing: EOF", an error that names a message which was never sent, and it is not
# started anew. With a ProtocolVersion of 2025-11-25 in ClientSessionOptions the client begins with the handshake.
#
# Seen on Linux with Go 1.26, 2026-11-30. Needs Go. The servers are this program again, over their standard input.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
cat >main.go <<'GO'
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// serve is a server of the protocol of 2025-11-25, over its standard input and output. Until it has been initialized it
// answers nothing else: with "ends" it ends then, else it answers with an error.
func serve(ends bool) {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	said, err := os.OpenFile("heard", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	must(err)
	for in.Scan() {
		var m struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params struct {
				ProtocolVersion string `json:"protocolVersion"`
			} `json:"params"`
		}
		must(json.Unmarshal(in.Bytes(), &m))
		fmt.Fprintln(said, strings.TrimSpace(m.Method+" "+m.Params.ProtocolVersion))
		switch {
		case m.Method == "initialize":
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"old","version":"1"}}}`+"\n", m.ID)
		case m.ID == nil:
		case ends:
			os.Exit(1)
		default:
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"method not found"}}`+"\n", m.ID)
		}
	}
}

// because is what the client says of why it has no server.
func because(err error) string {
	switch {
	case err == nil:
		return ""
	case strings.Contains(err.Error(), `calling "initialize"`):
		return `, as calling "initialize" failed`
	default:
		return ", " + err.Error()
	}
}

func main() {
	if len(os.Args) > 1 {
		serve(os.Args[1] == "ends")
		return
	}
	old := &mcp.ClientSessionOptions{ProtocolVersion: "2025-11-25"}
	try("answers", nil)
	try("ends", nil)
	try("ends", old)
}

// try connects to a server of that kind, and prints what came of it and what the server heard.
func try(kind string, options *mcp.ClientSessionOptions) {
	must(os.RemoveAll("heard"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := mcp.NewClient(&mcp.Implementation{Name: "client", Version: "1"}, nil)
	s, err := client.Connect(ctx, &mcp.CommandTransport{Command: exec.Command(os.Args[0], kind)}, options)
	fmt.Printf("- a server that %s at what comes before initialize, options: %v\nconnected: %v%s\n", kind, options != nil, err == nil, because(err))
	if err == nil {
		fmt.Println("protocol:", s.InitializeResult().ProtocolVersion)
		_ = s.Close()
	}
	heard, err := os.ReadFile("heard")
	must(err)
	fmt.Print("it heard:\n", string(heard))
}
GO
cat >go.mod <<'GO'
module finding

go 1.25

require github.com/modelcontextprotocol/go-sdk v1.8.0
GO
go mod tidy >/dev/null 2>&1
go build -o client .
got="$(./client)"
want='- a server that answers at what comes before initialize, options: false
connected: true
protocol: 2025-11-25
it heard:
server/discover
initialize 2025-11-25
notifications/initialized
- a server that ends at what comes before initialize, options: false
connected: false, as calling "initialize" failed
it heard:
server/discover
- a server that ends at what comes before initialize, options: true
connected: true
protocol: 2025-11-25
it heard:
initialize 2025-11-25
notifications/initialized'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
