package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// module is one that a program is made of, or Go itself.
type module struct{ Path, Version, Dir string }

// notices writes the licence texts of all that a program links on any platform of a release, and of Go's own library.
// It fails if a module has none.
func notices(args []string) error {
	all := map[string]module{}
	for _, platform := range released {
		found, err := linked(args[0], args[1], platform)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		maps.Copy(all, found)
	}
	var out bytes.Buffer
	if err := write(&out, slices.Collect(maps.Values(all))); err != nil {
		return err
	}
	fmt.Printf("%s: %d modules\n", args[2], len(all))
	return os.WriteFile(args[2], out.Bytes(), 0o644)
}

// linked are the modules that a program is made of on a platform, but for its own.
func linked(folder, program, platform string) (map[string]module, error) {
	list := exec.Command("go", "list", "-deps", "-json=Standard,Module", program)
	list.Dir, list.Env, list.Stderr = folder, environ(platform), os.Stderr
	raw, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]module{}
	for d := json.NewDecoder(bytes.NewReader(raw)); ; {
		var p struct {
			Standard bool
			Module   *struct {
				module
				Main    bool
				Replace *module
			}
		}
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			own, err := golang()
			all[own.Path] = own
			return all, err
		case err != nil:
			return nil, err
		case p.Module == nil || p.Module.Main:
			continue
		}
		m := p.Module.module
		if p.Module.Replace != nil {
			m = *p.Module.Replace
		}
		all[m.Path] = m
	}
}

// golang is Go's own library and runtime.
func golang() (module, error) {
	raw, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	root, version, ok := strings.Cut(strings.TrimSpace(string(raw)), "\n")
	if err != nil || !ok {
		return module{}, fmt.Errorf("go env: %q, %w", raw, err)
	}
	return module{Path: "go.dev/std", Version: version, Dir: root}, nil
}

// licence finds the names of files that a module says its licence in.
var licence = regexp.MustCompile(`(?i)^(licen[sc]es?|copying|notice|patents|unlicense)([-._].*)?$`)

// write writes the texts of the modules' licences, in the order of their paths.
func write(w io.Writer, modules []module) error {
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.Path, b.Path) })
	fmt.Fprint(w, "Curfew is made with the modules below. Their licences follow, as they came with them.\n")
	var without []error
	for _, m := range modules {
		fmt.Fprintf(w, "\n%s\n%s %s\n", strings.Repeat("=", 80), m.Path, m.Version)
		texts, err := texts(m.Dir)
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			without = append(without, fmt.Errorf("%s %s has no licence text in %s", m.Path, m.Version, m.Dir))
		}
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			fmt.Fprintf(w, "%s\n%s:\n\n%s\n", strings.Repeat("-", 80), name, strings.TrimSpace(texts[name]))
		}
	}
	return errors.Join(without...)
}

// texts are the files with licences in a module's folder, by their names, without those that are empty or are code.
func texts(dir string) (map[string]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, f := range files {
		if !f.Type().IsRegular() || !licence.MatchString(f.Name()) || filepath.Ext(f.Name()) == ".go" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		if text := strings.ReplaceAll(string(raw), "\r\n", "\n"); strings.TrimSpace(text) != "" {
			all[f.Name()] = text
		}
	}
	return all, nil
}
