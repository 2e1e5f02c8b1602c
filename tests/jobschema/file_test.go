package jobschema

import (
	"fmt"
	"slices"
	"strings"
)

// file makes a job file that both take.
func (m *maker) file() object {
	f := m.object(m.whole, "")
	jobs := f["jobs"].([]any)
	for i := range jobs {
		m.job(jobs[i].(object), i)
	}
	if defaults, ok := f["defaults"].(object); ok {
		for name, of := range defaults {
			block := of.(object)
			block["actor"] = name
			m.job(block, 0)
			for _, key := range []string{"name", "actor", "schedule"} {
				delete(block, key)
			}
			if slices.ContainsFunc(jobs, func(job any) bool { return job.(object)["actor"] == name }) {
				for _, key := range []string{"active_hours", "exclude", "start", "end", "delete_after_run", "with", "env", "healthcheck", "retry"} {
					delete(block, key) // it would have to fit the jobs of the type
				}
			}
		}
	}
	return f
}

// job makes what a job has fit together where a schema cannot say how.
func (m *maker) job(job object, i int) {
	actor := job["actor"].(string)
	job["name"] = fmt.Sprintf("job%d", i)
	defs := m.whole["$defs"].(object)
	rules := defs["complete_job"].(object)
	m.complete(job, rules, defs["job"].(object), "jobs.*")
	delete(job, "delete_after_run") // it needs a schedule with one slot
	if m.chance(8) {
		job["schedule"], job["delete_after_run"] = "at 2027-06-15T12:00:00Z", m.chance(2)
		delete(job, "active_hours")
		delete(job, "exclude")
	}
	m.follow(job, i)
	if gated := actor == "agent" || actor == "cli-agent"; !gated {
		delete(job, "session")
	} else if job["timeout"] == "none" {
		job["timeout"] = "45m"
	}
	if actor != "agent" {
		delete(job, "session_target")
	}
	if retry, ok := job["retry"].(object); ok {
		delete(retry, pick(m, []string{"initial", "max"})) // max is not below initial
	}
	if monitor, ok := job["healthcheck"].(object); ok && len(monitor) > 1 {
		delete(monitor, "url_env")
	}
	of := m.block(actor)
	with := m.object(of, "with."+actor)
	m.with(actor, with, of)
	job["with"] = with
}

// with makes a block whole.
func (m *maker) with(actor string, with, of object) {
	switch actor {
	case "shell":
		m.put(with, of, "command", "with.shell")
	case "http":
		m.put(with, of, "url", "with.http")
		if with["method"] == "HEAD" {
			delete(with, "body")
			delete(with, "expect_body")
		}
	case "agent":
		m.agent(with, of)
	default:
		m.cliAgent(with, of)
	}
}

func (m *maker) agent(with, of object) {
	m.put(with, of, "prompt", "with.agent")
	if m.chance(2) {
		delete(with, "prompt")
		with["system"] = "text"
	}
	with["provider"] = object{"kind": pick(m, []string{"openai", "anthropic"}), "base_url": "https://example.com/v1", "api_key_env": "SOME_KEY"}
	delete(with, "mcp")
	delete(with, "tools")
	if m.chance(3) {
		with["mcp"] = object{"mail": object{"command": []any{"server"}}, "web": object{"url": "https://example.com/mcp", "bearer_env": "TOKEN", "optional": true}}
		with["tools"] = []any{"mail.search", "web.*"}
	}
}

func (m *maker) cliAgent(with, of object) {
	for _, key := range []string{"command", "argv", "preset", "args", "model", "stdin"} {
		delete(with, key)
	}
	switch {
	case m.chance(3):
		with["command"], with["stdin"] = "tool", "text"
		delete(with, "prompt")
	case m.chance(2):
		with["argv"], with["args"], with["model"] = []any{"tool", "{model}", "{args}"}, []any{"-v"}, "small"
	default:
		with["preset"], with["prompt"] = "claude-code", "text"
	}
	for _, key := range []string{"expired_when", "quota_when", "failed_when", "retry_when", "final_when", "wait_when"} {
		rules, ok := with[key].(object)
		if !ok {
			continue
		}
		for _, list := range []string{"any", "pattern", "exit_code"} {
			if all, _ := rules[list].([]any); len(all) == 0 {
				delete(rules, list)
			}
		}
		all, _ := rules["any"].([]any)
		for i := range all {
			all[i].(object)["json"] = object{"error.code": pick(m, []any{"text", 5, true, []any{"text", 401}})}
			if key == "failed_when" {
				all[i] = object{"json": object{"is_error": true}}
			}
		}
		if key == "failed_when" {
			delete(rules, "pattern")
			delete(rules, "exit_code")
		}
		if len(rules) == 0 {
			delete(with, key)
		}
	}
	if p, ok := with["preflight"].(object); ok {
		m.put(p, m.resolve(of["properties"].(object)["preflight"].(object)), "command", "with.cli-agent.preflight")
	}
}

// block is the description of the block of an actor type.
func (m *maker) block(actor string) object {
	return m.whole["$defs"].(object)["with_"+strings.ReplaceAll(actor, "-", "_")].(object)
}

// follow makes a job that follows another follow the one before it, without limits by the clock.
func (m *maker) follow(job object, i int) {
	schedule, ok := job["schedule"].(object)
	switch {
	case !ok:
	case i == 0:
		job["schedule"] = "@daily"
	default:
		schedule["after"].(object)["job"] = fmt.Sprintf("job%d", i-1)
		for _, key := range []string{"active_hours", "days", "dst", "start", "end", "exclude", "splay", "delete_after_run"} {
			delete(job, key)
		}
	}
}
