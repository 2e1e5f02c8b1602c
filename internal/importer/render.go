package importer

import (
	"fmt"
	"strings"
	"time"
)

// render writes the job as an item of jobs.
func (e *Entry) render() []byte {
	j := e.job
	var out strings.Builder
	key := func(indent, name, value string) {
		if value != "" {
			fmt.Fprintf(&out, "%s%s: %s\n", indent, name, value)
		}
	}
	key("  - ", "name", word(j.name))
	key("    ", "actor", "shell")
	if len(j.schedule) == 1 {
		key("    ", "schedule", quoted(j.schedule[0]))
	} else {
		out.WriteString("    schedule:\n")
		for _, expr := range j.schedule {
			fmt.Fprintf(&out, "      - %s\n", quoted(expr))
		}
	}
	key("    ", "timezone", j.zone)
	key("    ", "dst", j.dst)
	if j.splay > 0 {
		key("    ", "splay", span(j.splay))
	}
	if len(e.reasons) > 0 {
		key("    ", "enabled", "false")
	}
	out.WriteString("    with:\n")
	key("      ", "command", block(j.with.command, "        "))
	if j.with.dir != "" {
		key("      ", "dir", quoted(j.with.dir))
	}
	if j.with.shell != "" {
		key("      ", "shell", quoted(j.with.shell))
	}
	if j.with.keep {
		key("      ", "background", "keep")
	}
	if len(j.env) > 0 {
		out.WriteString("    env:\n")
	}
	for _, s := range j.env {
		key("      ", word(s.name), quoted(s.value))
	}
	key("    ", "retry", j.retry)
	key("    ", "timeout", neverEnds)
	key("    ", "overlap", j.overlap)
	key("    ", "catch_up", j.catchUp)
	key("    ", "stale_after", j.stale)
	return []byte(out.String())
}

// span is a duration without trailing units that are 0: 1h, not 1h0m0s.
func span(d time.Duration) string {
	text := d.String()
	for _, unit := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, unit) {
			text = text[:len(text)-len("0s")]
		}
	}
	return text
}
