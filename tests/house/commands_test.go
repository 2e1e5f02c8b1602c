package house

import (
	"bytes"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/cli"
)

// TestCommandsPage: docs/commands.md has every command of the program.
func TestCommandsPage(t *testing.T) {
	inModule(t)
	page := read(t, "docs/commands.md")
	all := commands(t)
	if len(all) < 20 {
		t.Fatalf("only %d commands were found: %q", len(all), all)
	}
	for _, c := range all {
		if !strings.Contains(page, "`curfew "+c) {
			t.Errorf("docs/commands.md has no row for curfew %s", c)
		}
	}
}

// commands are the commands below one, by its help; those that only group others are left out.
func commands(t *testing.T, parent ...string) (all []string) {
	t.Helper()
	var help, errors bytes.Buffer
	app := cli.App{Kinds: &actors.Registry{}}
	if code := app.Main(append(parent, "--help"), strings.NewReader(""), &help, &errors); code != cli.ExitOK {
		t.Fatalf("curfew %s --help: exit %d: %s", strings.Join(parent, " "), code, errors.String())
	}
	_, list, grouped := strings.Cut(help.String(), "Available Commands:\n")
	if !grouped || len(parent) > 0 && parent[0] == "completion" {
		return []string{strings.Join(parent, " ")}
	}
	list, _, _ = strings.Cut(list, "\n\n")
	for line := range strings.Lines(list) {
		if name := strings.Fields(line)[0]; name != "help" {
			all = append(all, commands(t, append(parent[:len(parent):len(parent)], name)...)...)
		}
	}
	return all
}
