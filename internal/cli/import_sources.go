package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"curfew/internal/importer"
)

// importSources reads the files and folders of each kind: KIND SOURCE..., and again.
func (t *terminal) importSources(args []string, m importer.Machine) (out []importer.Source, err error) {
	kind, named := importer.Kind(args[0]), false // what follows a kind is a source, also one with the name of a kind
	for _, arg := range args[1:] {
		if named && importer.Known(importer.Kind(arg)) == nil {
			kind, named = importer.Kind(arg), false
			continue
		}
		named = true
		some, err := t.importPath(kind, arg, m)
		if err != nil {
			return nil, err
		}
		if out = append(out, some...); len(out) > importer.MaxSources {
			return nil, fmt.Errorf("more than %d files at once", importer.MaxSources)
		}
	}
	if !named {
		return nil, fmt.Errorf("%s has no source; name a file, a folder, or - for standard input", kind)
	}
	return out, nil
}

// importPath reads a file, the files of a folder that the kind has there, or standard input.
func (t *terminal) importPath(kind importer.Kind, path string, m importer.Machine) (out []importer.Source, err error) {
	if path == "-" {
		data, err := io.ReadAll(io.LimitReader(t.in, importer.MaxSourceSize+1))
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return []importer.Source{{Name: path, Kind: kind, Data: data}}, nil
	}
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = filesOf(kind, path); err != nil {
			return nil, err
		}
	}
	for _, file := range files {
		s, err := importSource(kind, file, m)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// filesOf are the files of a folder that a kind may read, in the order of their names.
func filesOf(kind importer.Kind, folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		info, err := os.Stat(path) // of what a link leads to
		if err == nil && info.Mode().IsRegular() && importer.InFolder(kind, e.Name()) {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no file for an import of %s", folder, kind)
	}
	slices.Sort(out)
	return out, nil
}

func importSource(kind importer.Kind, path string, m importer.Machine) (importer.Source, error) {
	data, info, err := readSource(path)
	if err != nil {
		return importer.Source{}, err
	}
	s := importer.Source{Name: path, Kind: kind, Data: data}
	switch kind {
	case importer.CronD, importer.Crontab:
		s.Owner = tableOwner(path)
		if m.Cron == importer.SystemdCron {
			s.Ignored = besideTimer(path)
		} else {
			s.Here, s.Ignored = readHere(path, info)
		}
	case importer.Systemd:
		home, _ := m.Home(m.User)
		unitSource(&s, home)
	case importer.GitHubActions, importer.Hermes: // its folder is where the job works, or finds its scripts
		s.Name, err = filepath.Abs(path)
	}
	return s, err
}

// readSource reads a regular file up to its bound.
func readSource(path string) ([]byte, os.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		return nil, nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, importer.MaxSourceSize+1))
	return data, info, err
}
