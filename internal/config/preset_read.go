package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"curfew/actors"
	"curfew/messages"
)

// preset finds a preset by its name; nil: it is not there or not valid, and the problem has been reported.
func (b *builder) preset(at *node, kind actors.Kind, name string) *Preset {
	key := kind.Name + "/" + name
	if p, read := b.presets[key]; read {
		return p
	}
	b.files = append(b.files, filepath.Join(b.dir, actors.PresetFolder, name+presetEnding))
	p, problems, err := readPreset(b.dir, kind, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		known := presetNames(b.dir, kind)
		b.at(at, "unknown preset %q; %s; or write your own in %s", name, hint(name, known), filepath.Join(actors.PresetFolder, name+presetEnding))
	case err != nil:
		b.at(at, "preset: %v", err)
	}
	b.problems = append(b.problems, problems...)
	b.presets[key] = p
	return p
}

// readPreset reads a preset: a file of people's own in the folder, or one of the program. The error wraps
// fs.ErrNotExist if there is none.
func readPreset(dir string, kind actors.Kind, name string) (*Preset, []Problem, error) {
	p := &Preset{Name: name, Actor: kind.Name, File: filepath.Join(actors.PresetFolder, name+presetEnding)}
	text, err := readDefinition(filepath.Join(dir, p.File))
	if errors.Is(err, fs.ErrNotExist) {
		p.File = ""
		var data []byte
		data, err = fs.ReadFile(kind.Traits.Presets, name+presetEnding)
		text = string(data)
	}
	if err != nil {
		return nil, nil, err
	}
	p.Text = text
	shown := p.File
	if shown == "" {
		shown = "preset " + name
	}
	r := &reader{file: shown}
	if root := r.parseTree([]byte(text)); root == nil && len(r.problems) == 0 {
		r.problem(1, 1, "the preset is empty")
	} else if root != nil {
		p.take(r, root)
	}
	if len(r.problems) > 0 {
		return nil, r.problems, nil
	}
	if p.File != "" {
		p.node.stampFile(p.File)
	}
	return p, nil, nil
}

// take reads the keys of a preset.
func (p *Preset) take(r *reader, root *node) {
	o, ok := r.object(root, describedPreset)
	if !ok {
		return
	}
	p.node = root
	p.About, _ = o.required("about")
	p.Version, _ = o.text("version")
	p.Measured, _ = o.text("measured")
	b := &builder{reader: r}
	p.names, p.values = b.env(o)
	_, _, _ = o.timeLimit()
	p.signIn = b.watches(o)
	if n := o.get("needs", shapeList); n != nil {
		for _, item := range n.items {
			key, _ := item.scalar.(string)
			p.needs = append(p.needs, key)
		}
	}
	with := o.get("with", shapeMapping)
	if with == nil {
		if root.find("with") == nil {
			r.at(root, "a preset has no with; it fills in nothing")
		}
		return
	}
	if m := with.find(presetKey); m != nil {
		r.problem(m.line, m.col, "a preset cannot have a preset; remove the key")
	}
}

// presetNames are the presets of an actor type, sorted.
func presetNames(dir string, kind actors.Kind) []string {
	var names []string
	add := func(entries []fs.DirEntry) {
		for _, e := range entries {
			if name, ok := strings.CutSuffix(e.Name(), presetEnding); ok && messages.IsName(name) {
				names = append(names, name)
			}
		}
	}
	built, err := fs.ReadDir(kind.Traits.Presets, ".")
	if err == nil {
		add(built)
	}
	if own, err := os.ReadDir(filepath.Join(dir, actors.PresetFolder)); err == nil {
		add(own)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Presets lists the presets of all actor types, sorted, with people's own in the folder beside a job file in dir. The
// error is an [*Invalid] for a preset that is not valid.
func Presets(dir string, kinds *actors.Registry) ([]Preset, error) {
	var all []Preset
	var problems []Problem
	for _, actor := range kinds.Names() {
		kind, err := kinds.Get(actor)
		if err != nil || kind.Traits.Presets == nil {
			continue
		}
		for _, name := range presetNames(dir, kind) {
			p, wrong, err := readPreset(dir, kind, name)
			if err != nil {
				return nil, fmt.Errorf("config: preset %s: %w", name, err)
			}
			problems = append(problems, wrong...)
			if p != nil {
				all = append(all, *p)
			}
		}
	}
	if len(problems) > 0 {
		return all, &Invalid{Problems: inOrder(problems)}
	}
	return all, nil
}
