package config_test

import (
	"testing"

	"curfew/internal/config"
)

// TestUntold: a file whose notifications go to people, and whose failures go to nobody, is warned of.
func TestUntold(t *testing.T) {
	const (
		targets = "targets: {phone: {webhook: 'https://a.example/x'}}\n"
		job     = "jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: x}"
		want    = "f:2:9: that a job fails is no notification: only the log has it, or a tracker if SENTRY_DSN is set; " +
			"for all jobs of a type defaults: {shell: {deliver: {to: phone, on: [failure]}}} sends it"
	)
	for name, tt := range map[string]struct{ file, want string }{
		"nobody":            {targets + "notify: [log, phone]\n" + job + "}", want},
		"outputs only":      {targets + "notify: [log, phone]\n" + job + ", deliver: {to: phone, on: [success]}}", want},
		"the job":           {targets + "notify: [log, phone]\n" + job + ", deliver: {to: phone}}", ""},
		"the type":          {targets + "notify: [phone]\ndefaults: {shell: {deliver: {to: phone, on: [failure]}}}\n" + job + "}", ""},
		"a monitor":         {targets + "notify: [log, phone]\n" + job + ", healthcheck: {url_env: X_URL}}", ""},
		"a tracker":         {targets + "notify: [log, phone]\nsentry: {}\n" + job + "}", ""},
		"the log is wanted": {targets + "notify: [log]\n" + job + "}", ""},
		"nothing is said":   {targets + job + "}", ""},
	} {
		c, err := config.Parse("f", []byte(tt.file), "/", kinds())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, w := range c.Warnings {
			got += w.String()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
