// Command toolserver is an MCP server with one tool, for tests: `toolserver calendar` has a tool that reads,
// `toolserver mail` one that writes.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type query struct {
	Text string `json:"text"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: toolserver calendar|mail")
		os.Exit(2)
	}
	server := mcp.NewServer(&mcp.Implementation{Name: os.Args[1], Version: "1"}, nil)
	switch os.Args[1] {
	case "calendar":
		add(server, "today", true, func(string) string { return "09:00 dentist" })
	case "mail":
		add(server, "send", false, func(text string) string { return "sent: " + text })
	}
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func add(server *mcp.Server, name string, reads bool, answer func(string) string) {
	mcp.AddTool(server, &mcp.Tool{Name: name, Annotations: &mcp.ToolAnnotations{ReadOnlyHint: reads}},
		func(_ context.Context, _ *mcp.CallToolRequest, q query) (*mcp.CallToolResult, any, error) {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: answer(q.Text)}}}, nil, nil
		})
}
