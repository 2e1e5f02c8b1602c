package config

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"curfew/actors/system/notifier/targets"
	"curfew/messages"
)

// Target is a place that deliveries and notifications can be brought to. Its address may be a secret: none of it
// but the name goes on the bus.
type Target struct {
	Name    string
	Kind    TargetKind
	Address Address // of a webhook or a service
	Path    string  // of a file
	at      place
}

// Address says where a URL stands: one of the three is set.
type Address struct{ URL, Env, File string }

// A TargetKind says how a target is reached.
type TargetKind string

// The kinds of target.
const (
	TargetWebhook TargetKind = "webhook"
	TargetService TargetKind = "url" // one of shoutrrr's
	TargetFile    TargetKind = "file"
)

// Healthcheck is a job and the URL that a monitor wants to be asked for when it starts and ends.
type Healthcheck struct {
	Job     string
	Address Address
	at      place
}

// Sentry says where error reports go besides the log: to the tracker whose DSN stands in that variable, if it is
// set.
type Sentry struct {
	DSNEnv      string
	Environment string // empty: production
	Named       bool   // the job file asks for it
	at          place
}

// DefaultDSNEnv is the variable with the DSN if the job file names no other.
const DefaultDSNEnv = "SENTRY_DSN"

// MaxTargets is how many targets a job file may define.
const MaxTargets = 64

// DefaultRemind is how long a job that goes on failing is not told again.
const DefaultRemind = 24 * time.Hour

var (
	targetKeys  = []string{"webhook", "webhook_env", "webhook_file", "url", "url_env", "url_file", "file"}
	deliverKeys = []string{"to", "best_effort", "on", "remind"}
)

func (b *builder) targets(top object) {
	n := top.get("targets", shapeMapping)
	if n == nil {
		return
	}
	if len(n.members) > MaxTargets {
		b.at(n, "more than %d targets", MaxTargets)
		return
	}
	for _, m := range n.members {
		switch {
		case m.key == messages.TargetLog, m.key == messages.TargetSentry:
			b.problem(m.line, m.col, "the target %q is there already, and cannot be defined", m.key)
		case !nameForm.MatchString(m.key):
			b.problem(m.line, m.col, "target name %q must be %s", m.key, nameRule)
		default:
			b.out.Targets = append(b.out.Targets, b.target(m))
		}
	}
}

func (b *builder) target(m member) Target {
	t := Target{Name: m.key, at: place{m.line, m.col}}
	o, ok := b.object(m.value, "a target", targetKeys)
	if !ok {
		return t
	}
	if len(m.value.members) != 1 {
		b.at(m.value, "a target needs exactly one of %s", strings.Join(targetKeys, ", "))
		return t
	}
	key := m.value.members[0].key
	if key == "file" {
		t.Kind = TargetFile
		if path, n := o.text("file"); n != nil {
			b.literal(n, key, path)
			t.Path = b.path(path)
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

// address is a URL by itself, or where it stands. What is wrong with it is said without repeating it.
func (b *builder) address(o object, key string, wrong func(string) string) (a Address) {
	if s, n := o.text(key); n != nil {
		if msg := wrong(s); msg != "" {
			b.at(n, "%s %s", key, msg)
		}
		b.literal(n, key, s)
		if key == string(TargetService) || hasSecret(s) {
			b.warn(n, "the URL holds a secret; %s_env or %s_file keeps it out of the file", key, key)
		}
		a.URL = s
	}
	a.Env = b.variable(o, key+"_env")
	if file, n := o.text(key + "_file"); n != nil {
		a.File = b.path(file)
	}
	return a
}

// hasSecret reports whether a URL has a password or a query, where secrets stand.
func hasSecret(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.User != nil || u.RawQuery != "")
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

// targetNames are the targets that a job or a notification may name, the log first.
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
			b.at(item, "%s: %s is no target; the file has %s", what, item, strings.Join(known, ", "))
		case slices.Contains(out, name):
			b.at(item, "%s names %q twice", what, name)
		default:
			out = append(out, name)
		}
	}
	return out
}

func (b *builder) notify(top object) {
	b.out.Notify = []string{DefaultTarget}
	if n := top.get("notify", shapeList); n != nil {
		b.out.Notify = b.named("notify", n.items) // of nobody: the log, which keeps what nobody wants to hear
	}
	if len(b.out.Notify) > 0 && !slices.Equal(b.out.Notify, []string{DefaultTarget}) {
		b.out.Runtime.Notify = b.out.Notify
	}
}

func (b *builder) sentry(top object) {
	s := Sentry{DSNEnv: DefaultDSNEnv}
	if n := top.get("sentry"); n != nil {
		o, ok := b.object(n, "sentry", []string{"dsn_env", "environment"})
		if !ok {
			return
		}
		if n.find("dsn_env") != nil {
			s.DSNEnv = b.variable(o, "dsn_env")
		}
		s.Environment, _ = o.text("environment")
		s.Named, s.at = true, place{n.line, n.col}
	}
	b.out.Sentry = s
}

// deliver reads where a job's outputs and failures go.
func (b *builder) deliver(job object) *messages.Deliver {
	n := job.get("deliver")
	if n == nil {
		return nil
	}
	o, ok := b.object(n, "deliver", deliverKeys)
	if !ok {
		return nil
	}
	d := &messages.Deliver{Remind: messages.Duration(DefaultRemind)}
	to := o.get("to", shapeText, shapeList)
	switch {
	case n.find("to") == nil:
		b.at(n, "deliver has no to: the name of a target, or a list of them")
	case to == nil:
	case to.shape == shapeText:
		d.To = b.named("deliver", []*node{to})
	case len(to.items) == 0 || len(to.items) > messages.MaxDeliverTo:
		b.at(to, "deliver.to must name 1 to %d targets", messages.MaxDeliverTo)
	default:
		d.To = b.named("deliver", to.items)
	}
	if n := o.get("best_effort", shapeBool); n != nil {
		d.BestEffort = n.scalar.(bool)
	}
	if v, ok := o.duration("remind", MaxSpan); ok {
		d.Remind = v
	}
	d.On = b.deliverOn(o)
	return d
}

func (b *builder) deliverOn(o object) (out []messages.DeliverOn) {
	n := o.get("on", shapeList)
	if n == nil {
		return nil
	}
	known := []messages.DeliverOn{messages.DeliverOnSuccess, messages.DeliverOnFailure}
	for _, item := range n.items {
		s, _ := item.scalar.(string)
		on := messages.DeliverOn(s)
		if !slices.Contains(known, on) || slices.Contains(out, on) {
			b.at(item, "deliver.on must list success, failure or both, each once, not %s", item)
			return nil
		}
		out = append(out, on)
	}
	if len(out) == 0 {
		b.at(n, "deliver.on must list success, failure or both")
	}
	return out
}

// healthcheck reads the URL of a job's monitor: a text, or {url_env: NAME}, or {url_file: PATH}.
func (b *builder) healthcheck(job object, name string) {
	n := job.get("healthcheck", shapeText, shapeMapping)
	if n == nil {
		return
	}
	var a Address
	if n.shape == shapeText {
		s := n.scalar.(string)
		if msg := badWebhook(s); msg != "" {
			b.at(n, "healthcheck %s", msg)
		}
		b.literal(n, "healthcheck", s)
		a.URL = s
	} else {
		o, ok := b.object(n, "healthcheck", []string{"url_env", "url_file"})
		if !ok {
			return
		}
		if len(n.members) != 1 {
			b.at(n, "healthcheck needs exactly one of url_env, url_file, or a URL in their place")
		}
		a.Env = b.variable(o, "url_env")
		if file, at := o.text("url_file"); at != nil {
			a.File = b.path(file)
		}
	}
	b.out.Healthchecks = append(b.out.Healthchecks, Healthcheck{Job: name, Address: a, at: place{n.line, n.col}})
}
