package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// build makes the programs by name, in a folder. undo is to be called in any case: it gives back the checkout of the old
// build.
func build(ctx context.Context, work string) (programs map[string]string, undo func(), err error) {
	undo = func() {}
	bin := filepath.Join(work, "bin")
	programs = map[string]string{
		curfew: filepath.Join(bin, "load"), november: filepath.Join(bin, "load-old"),
		robfig: filepath.Join(bin, "robfig"), gocron: filepath.Join(bin, "gocron"),
		netres: filepath.Join(bin, "netresearch"), channel: filepath.Join(bin, "gochannel"),
	}
	if err := os.MkdirAll(bin, 0o750); err != nil {
		return nil, undo, err
	}
	if err := in(ctx, "..", "go", "build", "-o", programs[curfew], "./tests/bench/load"); err != nil {
		return nil, undo, err
	}
	if err := in(ctx, ".", "go", "build", "-o", bin+"/", "./peers/..."); err != nil {
		return nil, undo, err
	}
	tree := filepath.Join(work, "old")
	if err := in(ctx, "..", "git", "worktree", "add", "--force", "--detach", tree, *old); err != nil {
		return nil, undo, fmt.Errorf("the old build needs the history of the repository: %w", err)
	}
	undo = func() { _ = in(context.WithoutCancel(ctx), "..", "git", "worktree", "remove", "--force", tree) }
	if err := sameLoad(filepath.Join(tree, "cmd", "load")); err != nil {
		return nil, undo, err
	}
	return programs, undo, in(ctx, tree, "go", "build", "-o", programs[november], "./cmd/load")
}

// sameLoad copies the load into the old tree. What differs between the builds is one file.
func sameLoad(into string) error {
	const from = "../tests/bench/load"
	files, err := filepath.Glob(from + "/*.go")
	if err == nil && len(files) == 0 {
		err = errors.New("there is no load in " + from)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(into, 0o750); err != nil {
		return err
	}
	for _, file := range append(files, from+"/old/world.go.txt") { // the last one takes the place of world.go
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := filepath.Base(file)
		if filepath.Ext(name) == ".txt" {
			name = name[:len(name)-len(".txt")]
		}
		if err := os.WriteFile(filepath.Join(into, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// in runs a command in a folder.
func in(ctx context.Context, folder, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w\n%s", name, args, err, out)
	}
	return nil
}
