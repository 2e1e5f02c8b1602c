package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// PagesOf is the annotation of a command with the pages of docs that say more about it, with a space between them.
const PagesOf = "pages"

// pages are those of each command that has some, by its path below the program's name.
var pages = map[string]string{
	"start":           "operations.md security.md fleet.md mcp.md keeping.md#when-a-start-is-refused",
	"check":           "jobfile.md",
	"import":          "moving.md",
	"next":            "schedules.md",
	"job list":        "jobfile.md",
	"job set":         "reload.md#jobs-that-are-not-in-the-file",
	"job remove":      "reload.md#jobs-that-are-not-in-the-file",
	"job backfill":    "schedules.md",
	"reload":          "reload.md",
	"open":            "dashboard.md security.md#browsers",
	"session show":    "sessions.md",
	"session login":   "sessions.md",
	"session logout":  "sessions.md",
	"session expire":  "sessions.md",
	"node list":       "fleet.md",
	"node drain":      "fleet.md",
	"target list":     "deliveries.md#targets",
	"target test":     "deliveries.md#targets",
	"preset list":     "agent-clis.md#presets",
	"preset show":     "agent-clis.md#presets",
	"schema":          "jobfile.md",
	"tail":            "api.md#events messages.md",
	"mcp":             "mcp.md",
	"journal export":  "keeping.md fleet.md#from-a-daemon-on-its-own-and-back",
	"journal import":  "keeping.md fleet.md#from-a-daemon-on-its-own-and-back",
	"journal backup":  "keeping.md#backup",
	"journal restore": "keeping.md#restore",
	"replay":          "testing.md#journals",
	"doctor":          "operations.md#nothing-arrives",
}

// annotate writes the pages into the commands.
func annotate(root *cobra.Command) {
	for path, all := range pages {
		c, rest, err := root.Find(strings.Fields(path))
		if err != nil || len(rest) > 0 {
			panic("pages of a command that is not there: " + path)
		}
		c.Annotations = map[string]string{PagesOf: all}
	}
}
