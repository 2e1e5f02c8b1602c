package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"curfew/actors"
	"curfew/internal/cli"
)

// TestWrite: every command has a page with its help and the version, and the pages are the same each time.
func TestWrite(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795000000") // November 2026
	first, again := filepath.Join(t.TempDir(), "share", "man1"), t.TempDir()
	for _, folder := range []string{first, again} {
		if err := write(folder, "1.2.3"); err != nil {
			t.Fatal(err)
		}
	}
	want := 0
	each(cli.App{Kinds: &actors.Registry{}}.Commands(), func(c *cobra.Command) {
		want++
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		page := read(t, filepath.Join(first, name))
		for _, part := range []string{".TH", "Curfew 1.2.3", "Nov 2026", c.Short} {
			if !strings.Contains(strings.ReplaceAll(page, `\-`, "-"), part) {
				t.Errorf("%s does not have %q", name, part)
			}
		}
		if page != read(t, filepath.Join(again, name)) {
			t.Errorf("%s is another one at the second time", name)
		}
	})
	if files, err := os.ReadDir(first); err != nil || len(files) != want || want < 30 {
		t.Errorf("there are %d pages of %d commands (%v)", len(files), want, err)
	}
}

// each calls f with a command and all that are below it.
func each(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			each(sub, f)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
