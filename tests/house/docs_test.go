package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"curfew/internal/config"
)

// pages are what people read.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/decisions/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no such page (%v)", pattern, err)
		}
		for _, f := range files {
			out[f] = read(t, f)
		}
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// blocks are the fenced blocks of a page in a language.
func blocks(page, language string) (out []string) {
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestJobFilesInPages: what a page shows as a job file is one that this build takes.
func TestJobFilesInPages(t *testing.T) {
	inModule(t)
	kinds := builtIn()
	dir := t.TempDir() // with the definition that a page shows
	if err := os.Mkdir(filepath.Join(dir, "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	shown := blocks(read(t, "docs/agents.md"), "markdown")[0]
	if err := os.WriteFile(filepath.Join(dir, "agents", "morning_briefing.md"), []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	checked := map[string]int{}
	for name, page := range pages(t) {
		for _, file := range blocks(page, "yaml") {
			checked[name]++
			c, err := config.Parse(name, []byte(file), dir, kinds)
			if err != nil {
				t.Errorf("the job file in %s: %v", name, err)
			}
			for _, w := range c.Warnings {
				t.Errorf("whoever copies the job file in %s is warned: %v", name, w)
			}
		}
	}
	for name, want := range map[string]int{"README.md": 1, "docs/deliveries.md": 2, "docs/jobfile.md": 2, "docs/agent-clis.md": 2, "docs/agents.md": 1, "docs/moving.md": 1, "docs/tutorial.md": 2} {
		if checked[name] != want {
			t.Errorf("%s shows %d job files, want %d", name, checked[name], want)
		}
	}
}

// TestReadme: the first screen stays one, and shows how a story ends.
func TestReadme(t *testing.T) {
	inModule(t)
	const most = 90
	page := read(t, "README.md")
	if n := strings.Count(page, "\n"); n > most {
		t.Errorf("README.md has %d lines; at most %d", n, most)
	}
	for _, want := range []string{"go run ./cmd/runtime demo", "go test ./...", "session default expired", "3 held", " 0 differences"} {
		if !strings.Contains(page, want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
}

// TestActorExample: the actor type of docs/actors.md is, line for line, the one that is tested.
func TestActorExample(t *testing.T) {
	inModule(t)
	shown := blocks(read(t, "docs/actors.md"), "go")[0]
	_, shown, ok := strings.Cut(shown, "\n)\n") // behind the imports
	if !ok {
		t.Fatal("docs/actors.md does not begin with the example")
	}
	if !strings.Contains(read(t, "actors/actorstest/example_test.go"), strings.TrimSpace(shown)) {
		t.Error("the example in docs/actors.md is not the code of actors/actorstest/example_test.go; copy it from there")
	}
}

// TestDependencies: docs/dependencies.md has a line for every direct dependency, with its version.
func TestDependencies(t *testing.T) {
	inModule(t)
	page := read(t, "docs/dependencies.md")
	want := 0
	for line := range strings.Lines(read(t, "go.mod")) {
		words := strings.Fields(line)
		if !strings.HasPrefix(line, "\t") || len(words) != 2 {
			continue // not of a require block, or marked indirect
		}
		want++
		if !strings.Contains(page, "| `"+words[0]+"` | "+words[1]+" |") {
			t.Errorf("docs/dependencies.md has no line for %s %s", words[0], words[1])
		}
	}
	if got := strings.Count(page, "\n| `"); got != want {
		t.Errorf("docs/dependencies.md has %d lines for %d direct dependencies", got, want)
	}
}
