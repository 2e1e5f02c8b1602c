package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/cli/sheet"
	"curfew/internal/config"
	"curfew/messages/screen"
	"curfew/messages/text"
)

// shownPreset is what `preset list` and `preset show` print as JSON.
type shownPreset struct {
	Name     string  `json:"name"`
	Actor    string  `json:"actor"`
	About    string  `json:"about"`
	Version  *string `json:"version"`
	Measured *string `json:"measured"`
	File     *string `json:"file"` // people's own; null: part of the program
}

type shownPresetText struct {
	shownPreset
	Text string `json:"text"`
}

func showable(p config.Preset) shownPreset {
	return shownPreset{p.Name, p.Actor, p.About, orNull(p.Version), orNull(p.Measured), orNull(p.File)}
}

// orNull is nil for an empty text, which JSON has as null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (t *terminal) preset() *cobra.Command {
	return t.group("preset", "Show what jobs of cli-agent can have filled in", t.presetList(), t.presetShow())
}

// presetDir adds the flag that says where people's own presets are.
func presetDir(c *cobra.Command) (dir func() string) {
	file := c.Flags().String("config", "", "job file beside which the folder presets is (default: the working folder)")
	files(c, "config", "yaml", "yml")
	return func() string { return filepath.Dir(*file) }
}

func (t *terminal) presetList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List presets, with people's own in the folder presets", Args: noArgument}
	dir := presetDir(c)
	c.RunE = func(*cobra.Command, []string) error {
		all, err := t.presets(dir())
		if err != nil {
			return err
		}
		items := make([]shownPreset, len(all))
		for i, p := range all {
			items[i] = showable(p)
		}
		return t.answerValue(map[string]any{"items": items, "next": nil}, func(s *sheet.Sheet) {
			rows := make([][]any, len(items))
			for i, p := range items {
				from := "Curfew"
				if p.File != nil {
					from = *p.File
				}
				rows[i] = []any{p.Name, orDash(p.Version), orDash(p.Measured), from, p.About}
			}
			s.Table([]sheet.Column{{Name: "NAME"}, {Name: "VERSION"}, {Name: "MEASURED"}, {Name: "FROM"}, {Name: "ABOUT", Cut: 24}}, rows)
		})
	}
	return c
}

func (t *terminal) presetShow() *cobra.Command {
	c := &cobra.Command{
		Use: "show NAME", Short: "Show a preset, with the source of every line", Args: exactlyOne, ValidArgsFunction: t.first(t.presetNames),
		Long: "Show a preset as the file that it is, with the source of every line. Saved as presets/NAME.yaml beside a job file\n" +
			"it can be changed: a job that names it there gets the changed one.",
	}
	dir := presetDir(c)
	c.RunE = func(_ *cobra.Command, args []string) error {
		all, err := t.presets(dir())
		if err != nil {
			return err
		}
		var names []string
		for _, p := range all {
			if p.Name == args[0] {
				return t.answerValue(shownPresetText{showable(p), p.Text}, func(s *sheet.Sheet) { s.Quote(strings.TrimSuffix(p.Text, "\n")) })
			}
			names = append(names, p.Name)
		}
		if near := text.Nearest(args[0], names); near != "" {
			return usagef("there is no preset %q; did you mean %q? `curfew preset list` lists them", args[0], near)
		}
		return usagef("there is no preset %q; known are %s", args[0], strings.Join(names, ", "))
	}
	return c
}

// presets lists the presets that a job file in the folder can name. What is wrong with people's own is printed.
func (t *terminal) presets(dir string) ([]config.Preset, error) {
	all, err := config.Presets(dir, t.app.Kinds)
	if invalid := (*config.Invalid)(nil); errors.As(err, &invalid) {
		return nil, usage{err}
	}
	return all, err
}

// presetPrograms has the preset for each program that has one. Presets that cannot be read are an error of what uses them.
func (t *terminal) presetPrograms() map[string]string {
	out := map[string]string{}
	all, _ := config.Presets(".", t.app.Kinds)
	for _, p := range all {
		if program := p.Program(); program != "" {
			out[program] = p.Name
		}
	}
	return out
}

// presetNames suggests presets.
func (t *terminal) presetNames(context.Context) []string {
	all, err := config.Presets(".", t.app.Kinds)
	if err != nil {
		return nil
	}
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = described(p.Name, p.About, p.Version)
	}
	return out
}

// maxFilled is how much of a filled-in value check shows, in runes: with its key it fits one line.
const maxFilled = 72

// printFilled says under a job what its preset has filled in; cut tells that a value is not shown whole.
func printFilled(to *screen.Writer, f config.Filled) (cut bool) {
	p := f.Preset
	name := p.Name
	if p.Version != "" {
		name += " for " + p.Version
	}
	if p.File != "" {
		name += ", from " + p.File
	}
	fmt.Fprintf(to, "    preset %s fills in:\n", name)
	for _, k := range f.Keys {
		value := []rune(k.Value)
		if len(value) > maxFilled {
			value, cut = append(value[:maxFilled-1:maxFilled-1], '…'), true
		}
		fmt.Fprintf(to, "      %s: %s\n", k.Key, string(value))
	}
	return cut
}
