package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"curfew/internal/importer"
)

// importSources reads the files and folders that are named. Of a folder it takes the files that the kind has there.
func (t *terminal) importSources(kind importer.Kind, paths []string) (out []importer.Source, err error) {
	for _, path := range paths {
		if path == "-" {
			data, err := io.ReadAll(io.LimitReader(t.in, importer.MaxSourceSize+1))
			if err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
			out = append(out, importer.Source{Name: path, Data: data})
			continue
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
			s, err := importSource(kind, file)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		if len(out) > importer.MaxSources {
			return nil, fmt.Errorf("more than %d files at once", importer.MaxSources)
		}
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

func importSource(kind importer.Kind, path string) (importer.Source, error) {
	data, info, err := readSource(path)
	if err != nil {
		return importer.Source{}, err
	}
	s := importer.Source{Name: path, Data: data}
	switch kind {
	case importer.CronD, importer.Crontab:
		s.Here, s.Ignored = readHere(path, info)
	case importer.Systemd:
		s.Ignored = notEnabled(path)
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

// unitFolders are where systemd looks for units of the system, those of people first.
var unitFolders = []string{"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}

// notEnabled says why a timer of this machine does not run as its file says; empty: it does, or the file is a copy.
func notEnabled(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil || !slices.Contains(unitFolders, filepath.Dir(abs)) {
		return ""
	}
	info, err := os.Stat(abs)
	if err != nil {
		return ""
	}
	name, wanted, first := filepath.Base(abs), false, true
	for _, folder := range unitFolders {
		if other, err := os.Stat(filepath.Join(folder, name)); first && err == nil && other.Mode().IsRegular() {
			if !os.SameFile(info, other) {
				return "systemd reads " + filepath.Join(folder, name) + " instead of it"
			}
			first = false
		}
		if to, err := filepath.EvalSymlinks(filepath.Join(folder, name)); err == nil && to == os.DevNull {
			return "the timer is masked"
		}
		if _, err := os.Stat(filepath.Join(folder, name+".d")); err == nil {
			return "its settings are changed in " + filepath.Join(folder, name+".d") + ", which is not read here"
		}
		links, err := filepath.Glob(filepath.Join(folder, "*.wants", name))
		wanted = wanted || err == nil && len(links) > 0
	}
	if !wanted {
		return "the timer is not enabled on this machine"
	}
	return ""
}
