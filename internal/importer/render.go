package importer

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// render writes the job as an item of jobs.
func (e *Entry) render() []byte {
	j := e.job
	var out strings.Builder
	key := func(name, value string) { writeKey(&out, "    ", name, value) }
	writeKey(&out, "  - ", "name", word(j.name))
	if j.title != "" && j.title != j.name {
		key("title", quoted(j.title))
	}
	key("actor", cmp.Or(j.actor, "shell"))
	if len(j.schedule) == 1 {
		key("schedule", quoted(j.schedule[0]))
	} else {
		writeList(&out, "    ", "schedule", j.schedule)
	}
	key("timezone", j.zone)
	key("dst", j.dst)
	key("days", j.days)
	key("start", instant(j.start))
	key("end", instant(j.end))
	if j.splay > 0 {
		key("splay", span(j.splay))
	}
	if len(e.reasons) > 0 {
		key("enabled", "false")
	}
	if j.once {
		key("delete_after_run", "true")
	}
	key("session", j.session)
	j.with.render(&out)
	if len(j.env) > 0 {
		out.WriteString("    env:\n")
	}
	for _, s := range j.env {
		writeKey(&out, "      ", word(s.name), quoted(s.value))
	}
	key("retry", j.retry)
	key("timeout", cmp.Or(j.timeout, "none"))
	key("overlap", j.overlap)
	if j.overlap == "allow" {
		key("max_parallel", strconv.Itoa(j.parallel))
	}
	key("catch_up", j.catchUp)
	key("stale_after", j.stale)
	return []byte(out.String())
}

// render writes the block of what the job does.
func (w work) render(out *strings.Builder) {
	const indent = "      "
	out.WriteString("    with:\n")
	text := func(name, value string) {
		if value != "" {
			writeKey(out, indent, name, block(value, indent+"  "))
		}
	}
	text("command", w.command)
	if len(w.argv) > 0 {
		writeKey(out, indent, "argv", flow(w.argv))
	}
	text("stdin", w.stdin)
	text("prompt", w.prompt)
	text("user", w.user)
	text("dir", w.dir)
	text("shell", w.shell)
	if w.keep {
		writeKey(out, indent, "background", "keep")
	}
	writeKey(out, indent, "expired_when", w.expired)
	writeKey(out, indent, "quota_when", w.quota)
	text("sign_in", w.signIn)
}

// writeKey writes a key with its value, unless that is empty.
func writeKey(out *strings.Builder, indent, name, value string) {
	if value != "" {
		fmt.Fprintf(out, "%s%s: %s\n", indent, name, value)
	}
}

// writeList writes a key with a list of texts.
func writeList(out *strings.Builder, indent, name string, texts []string) {
	fmt.Fprintf(out, "%s%s:\n", indent, name)
	for _, text := range texts {
		fmt.Fprintf(out, "%s  - %s\n", indent, quoted(text))
	}
}

// flow is a list of texts in YAML, on one line.
func flow(texts []string) string {
	out := make([]string, len(texts))
	for i, text := range texts {
		if out[i] = quoted(text); plainText().MatchString(text) {
			out[i] = word(text)
		}
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// instant is a time, or nothing.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
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
