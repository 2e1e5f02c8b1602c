package live

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/tests/internal/world"
)

// TestMCP: the official client starts `curfew mcp`, finds out why a job fails, and runs another one.
func TestMCP(t *testing.T) {
	d := world.NewDaemon(t)
	d.Start(`jobs:
  - {name: broken, actor: shell, schedule: "0 0 1 1 *", with: {command: "echo no disk >&2; exit 3"}}
  - {name: hello, actor: shell, schedule: "0 0 1 1 *", timezone: UTC, with: {command: echo hi}}`)
	d.Run(nil, "job", "run", "broken")
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(),
		&mcp.CommandTransport{Command: exec.Command(d.Bin, "mcp", "--data", d.Data)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	use := func(tool string, args map[string]any) string {
		t.Helper()
		r, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
		if err != nil || r.IsError {
			t.Fatalf("%s %v: %v %+v", tool, args, err, r)
		}
		return r.Content[0].(*mcp.TextContent).Text
	}
	world.Eventually(t, "the job to fail", func() bool {
		return strings.Contains(use("job_list", map[string]any{"failing": true}), "no disk")
	})
	if text := use("explain", map[string]any{"job": "broken"}); !strings.Contains(text, "no disk") {
		t.Error(text)
	}
	var shown struct {
		NextSlots []struct{ At string } `json:"next_slots"`
	}
	if err := json.Unmarshal([]byte(use("job_show", map[string]any{"name": "hello"})), &shown); err != nil || len(shown.NextSlots) != 3 {
		t.Errorf("%+v, %v", shown, err)
	}
	var made struct{ Run string }
	if err := json.Unmarshal([]byte(use("job_run", map[string]any{"name": "hello"})), &made); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, "the run", func() bool {
		return strings.Contains(use("run_show", map[string]any{"id": made.Run}), `"output":"hi`)
	})
	set := use("job_set", map[string]any{"name": "made", "definition": "actor: shell\nschedule: 0 7 * * *\nwith: {command: echo made}"})
	if strings.Count(set, `"at"`) != 3 || !strings.Contains(set, `"created":true`) {
		t.Error(set)
	}
	wrong, err := c.CallTool(t.Context(), &mcp.CallToolParams{
		Name: "job_set", Arguments: map[string]any{"name": "made", "definition": "actor: shell\nschedule: 0 25 * * *\nwith: {command: echo made}"},
	})
	if err != nil || !wrong.IsError || !strings.Contains(wrong.Content[0].(*mcp.TextContent).Text, "schedule") {
		t.Errorf("%+v, %v", wrong, err)
	}
	use("job_pause", map[string]any{"name": "hello"})
	if text := use("job_list", map[string]any{"state": "paused"}); !strings.Contains(text, "hello") || strings.Contains(text, "broken") {
		t.Error(text)
	}
	tools, err := c.ListTools(t.Context(), nil)
	if err != nil || slices.ContainsFunc(tools.Tools, func(tool *mcp.Tool) bool { return strings.Contains(tool.Name, "login") }) {
		t.Errorf("%v: nobody signs in here", err)
	}
}
