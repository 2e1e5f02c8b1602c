package zone

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

const (
	maxLinks = 40       // of a chain, as the kernel has it
	maxFile  = 64 << 10 // bytes of a zone's file; the largest has 4 KiB
)

// ofFile is the zone of a file: by the first zone name in its path or in the links that it leads through, else by its
// contents.
func (m Machine) ofFile(file string) (Found, error) {
	at := file
	for range maxLinks {
		if name, ok := nameIn(at); ok && !m.other(at, name) {
			return Found{Name: bare(name), Warning: leaps(name)}, nil
		}
		to, err := os.Readlink(m.path(at))
		if err != nil {
			return m.ofContent(at)
		}
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(at), to)
		}
		at = to
	}
	return Found{}, fmt.Errorf("%s is a link that does not lead to a file", file)
}

func (m Machine) path(file string) string { return filepath.Join(m.Root, filepath.FromSlash(file)) }

// nameIn is the name of a zone in a path into a database.
func nameIn(file string) (string, bool) {
	_, name, ok := strings.Cut(path.Clean(file), "zoneinfo/")
	return name, ok && Known(bare(name))
}

// other reports whether a file with the name UTC holds another zone. That is so in a container where the host's
// /etc/localtime was mounted over a link.
func (m Machine) other(file, name string) bool {
	loc, err := time.LoadLocation(bare(name))
	if err != nil || !same(loc, time.UTC, recent, true) {
		return false
	}
	there, err := m.load(file)
	return err == nil && !same(there, time.UTC, recent, false)
}

func (m Machine) load(file string) (*time.Location, error) {
	info, err := os.Stat(m.path(file))
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: file, Err: fs.ErrInvalid}
	}
	f, err := os.Open(m.path(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(file, data)
}

// ofContent is a zone with the same clock as in the file. If there are several, the one that the machine names in
// /etc/timezone comes first.
func (m Machine) ofContent(file string) (Found, error) {
	loc, err := m.load(file)
	switch {
	case os.IsNotExist(err):
		return Found{}, err
	case err != nil:
		return Found{}, fmt.Errorf("%s cannot be read as a time zone (%w); name the zone with TZ, or with timezone in the job file", file, err)
	}
	if raw, err := os.ReadFile(m.path("/etc/timezone")); err == nil {
		name := strings.TrimSpace(string(raw))
		if there, err := time.LoadLocation(name); Known(name) && err == nil && same(loc, there, recent, true) {
			return Found{Name: name}, nil
		}
	}
	if name, ok := like(loc); ok {
		return Found{Name: name}, nil
	}
	return Found{}, fmt.Errorf("%s matches no zone of the IANA database; name the zone with TZ, or with timezone in the job file", file)
}
