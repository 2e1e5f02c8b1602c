package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

// linux makes a deb or rpm of a configuration of nfpm, in which variables are those of the environment. The time of its
// files is SOURCE_DATE_EPOCH.
func linux(args []string) error {
	format, config, folder := args[0], args[1], args[2]
	maker, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	parsed, err := nfpm.ParseFileWithEnvMapping(config, os.Getenv)
	if err != nil {
		return err
	}
	info, err := parsed.Get(format)
	if err != nil {
		return err
	}
	info.License = os.ExpandEnv(info.License) // nfpm expands others alone
	info = nfpm.WithDefaults(info)
	name := filepath.Join(folder, maker.ConventionalFileName(info))
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := maker.Package(info, f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Println(name)
	return f.Close()
}
