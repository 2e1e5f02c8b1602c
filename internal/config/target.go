package config

import (
	"encoding/json"
	"slices"
	"strings"

	"curfew/actors/system/notifier/targets"
	"curfew/messages"
)

// Target is a receiver of deliveries and notifications. Its address may be a secret, so only its name goes on the bus.
type Target struct {
	Name    string
	Kind    TargetKind
	Address Address         // of a webhook or a service
	Path    string          // of a file
	Block   json.RawMessage // of a kind that the build has added
	at      place
}

// A TargetKind says how a target is reached.
type TargetKind string

// The kinds of target that every build has. Another one is the name of a kind that the build has added.
const (
	TargetWebhook TargetKind = "webhook"
	TargetService TargetKind = "url" // one of shoutrrr's
	TargetFile    TargetKind = "file"
)

// maxTargets is how many targets a job file may define.
const maxTargets = 64

func (b *builder) targets(top object) {
	n := top.get("targets", shapeMapping)
	if n == nil {
		return
	}
	if len(n.members) > maxTargets {
		b.at(n, "targets has more than %d entries", maxTargets)
		return
	}
	for _, m := range n.members {
		switch {
		case m.key == messages.TargetLog, m.key == messages.TargetSentry:
			b.problem(m.line, m.col, "the target %q always exists and cannot be defined; choose another name", m.key)
		case !messages.IsName(m.key):
			b.problem(m.line, m.col, "target name %q must be %s", m.key, nameRule)
		default:
			b.out.Targets = append(b.out.Targets, b.target(m))
		}
	}
}

func (b *builder) target(m member) Target {
	t := Target{Name: m.key, at: place{line: m.line, col: m.col}}
	is := describeTarget(b.kinds)
	o, ok := b.object(m.value, is)
	if !ok {
		return t
	}
	if len(m.value.members) != 1 {
		b.at(m.value, "a target needs exactly one of %s", strings.Join(is.Names(), ", "))
		return t
	}
	key := m.value.members[0].key
	if kind, own := b.kinds.Target(key); own {
		b.ownTarget(m.value.members[0], kind, &t)
		return t
	}
	if key == "file" {
		t.Kind = TargetFile
		if path, n := o.text("file"); n != nil {
			t.Path = b.pathAt(n, key, path)
		}
		return t
	}
	kind, _, _ := strings.Cut(key, "_")
	t.Kind = TargetKind(kind)
	check := badWebhook
	if t.Kind == TargetService {
		check = badService
	}
	t.Address = b.address(o, kind, check)
	return t
}

func badWebhook(s string) string {
	if err := targets.CheckWebhook(s); err != nil {
		return err.Error()
	}
	return ""
}

func badService(s string) string {
	if err := targets.CheckService(s); err != nil {
		return err.Error()
	}
	return ""
}

// targetNames are the names of all targets, the log first.
func (b *builder) targetNames() []string {
	names := []string{messages.TargetLog}
	for _, t := range b.out.Targets {
		names = append(names, t.Name)
	}
	return names
}

// named reads a list of names of targets.
func (b *builder) named(what string, items []*node) (out []string) {
	known := b.targetNames()
	for _, item := range items {
		name, ok := item.scalar.(string)
		switch {
		case !ok || !slices.Contains(known, name):
			b.at(item, "%s: %s is not a target; %s", what, item, b.undefined("targets", name, "{url_env: VARIABLE}", known))
		case slices.Contains(out, name):
			b.at(item, "%s names %q twice", what, name)
		default:
			out = append(out, name)
		}
	}
	return out
}

func (b *builder) notify(top object) {
	b.out.Notify = []string{defaultTarget}
	if n := top.get("notify", shapeList); n != nil {
		b.notified = n
		b.out.Notify = b.named("notify", n.items) // an empty list is allowed: then only the log has notifications
	}
	if len(b.out.Notify) > 0 && !slices.Equal(b.out.Notify, []string{defaultTarget}) {
		b.out.Runtime.Notify = b.out.Notify
	}
}
