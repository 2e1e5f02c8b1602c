package house

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"curfew/internal/config"
)

// TestPresetSources: every line of a built-in preset that fills something in says where it comes from, and the file
// says for which version and when.
func TestPresetSources(t *testing.T) {
	inModule(t)
	source := regexp.MustCompile(`\s# (measured|documented|in the code|guess|choice)\b`)
	structure := regexp.MustCompile(`^\s*(- )?[a-z_]+:$|^(about|version|measured): |^#|^\s*$`)
	files, err := filepath.Glob("actors/cliagent/presets/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no presets were found (%v)", err)
	}
	for _, file := range files {
		for line := range strings.Lines(read(t, file)) {
			if line = strings.TrimSuffix(line, "\n"); !structure.MatchString(line) && !source.MatchString(line) {
				t.Errorf("%s: no source: %s", file, line)
			}
		}
	}
	presets, err := config.Presets(t.TempDir(), builtIn())
	if err != nil || len(presets) != len(files) {
		t.Fatalf("%d presets of %d files: %v", len(presets), len(files), err)
	}
	for _, p := range presets {
		if p.Version == "" || p.Measured == "" || p.About == "" {
			t.Errorf("preset %s has no version, day or text", p.Name)
		}
	}
}

// TestPresetsAreValid: a job with each preset, and with nothing but a prompt and a model, is one that this build takes,
// and docs/agent-clis.md has every preset.
func TestPresetsAreValid(t *testing.T) {
	inModule(t)
	page := read(t, "docs/agent-clis.md")
	presets, err := config.Presets(t.TempDir(), builtIn())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range presets {
		names = append(names, p.Name)
		file := "jobs: [{name: j, actor: cli-agent, schedule: '@daily', with: {preset: " + p.Name + ", prompt: hi, model: m, args: [--a]}}]\nnotify: [log]\n"
		cfg, err := config.Parse("jobs.yaml", []byte(file), t.TempDir(), builtIn())
		if err != nil {
			t.Errorf("preset %s: %v", p.Name, err)
		} else if len(cfg.Warnings) > 0 {
			t.Errorf("preset %s: %v", p.Name, cfg.Warnings)
		}
		if !strings.Contains(page, "| `"+p.Name+"` | "+p.Version+" |") {
			t.Errorf("docs/agent-clis.md has no line for preset %s %s", p.Name, p.Version)
		}
	}
	if want := []string{"claude-code", "codex", "copilot", "gemini", "opencode", "pi", "qwen"}; !slices.Equal(names, want) {
		t.Errorf("the presets are %v, want %v", names, want)
	}
}
